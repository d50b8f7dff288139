"""A token that is not as agreed is 401, and nothing comes of it."""

from typing import Any

import jwt

from shared.tokens import KEY_ID
from tests.integration.agreements.story import draft
from tests.integration.agreements.world import HEAD, World


def signed(world: World, algorithm: str, key: Any, **claims: Any) -> str:
    usual = {"iss": "cpd-local", "aud": "cpd", "sub": "x", "roles": ["headteacher"], "schools": ["*"], "exp": 2**40}
    return f"Bearer {jwt.encode(usual | claims, key, algorithm=algorithm, headers={'kid': KEY_ID})}"


def bad_tokens(world: World) -> dict[str, str]:
    key = (world.home / "keys" / "token.pem").read_text()
    whole = signed(world, "ES256", key)
    return {
        "expired": signed(world, "ES256", key, exp=1_600_000_000),
        "not yet": signed(world, "ES256", key, nbf=2**39),
        "other audience": signed(world, "ES256", key, aud="x"),
        "other issuer": signed(world, "ES256", key, iss="x"),
        "no such role": signed(world, "ES256", key, roles=["king"]),
        "no roles": signed(world, "ES256", key, roles=[]),
        "all and one school": signed(world, "ES256", key, schools=["*", "136419"]),
        "shared secret": signed(world, "HS256", "x" * 64),
        "none": signed(world, "none", None),
        "cut": whole[:-4],
        "swapped": whole[:-8] + "AAAAAAAA",
        "malformed": "Bearer a.b.c",
        "no scheme": whole.removeprefix("Bearer "),
        "basic": "Basic YTpi",
    }


def test_a_bad_token_is_401_and_nothing_is_recorded(world: World) -> None:
    position = world.position()
    good = signed(world, "ES256", (world.home / "keys" / "token.pem").read_text())
    for name, token in bad_tokens(world).items():
        answer = world.post("/v1/agreements", draft(), HEAD, Authorization=token)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), name
        assert "WWW-Authenticate" in answer.headers
    assert world.position() == position
    assert world.post("/v1/agreements", draft(), HEAD, Authorization=good).status_code == 201
