"""Tokens of local mode: a signing key made on first use, and the JWTs issued with it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm

from shared.key_files import made_once, put
from shared.settings import Settings

KEY_ID = "local"


class NotLocalError(Exception):
    """Only local mode issues its own tokens; elsewhere the identity provider does."""


def ensure_local_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """The private key of this `CPD_HOME`, made now if need be, and its public half in the JWKS file that services read.

    Any number of processes may begin at once: the first to finish gives the key to all. Raises NotLocalError.
    """
    if not settings.local:
        raise NotLocalError("tokens are issued in local mode only")
    pem = made_once(settings.folder("keys") / "token.pem", lambda: ec.generate_private_key(ec.SECP256R1()))
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NotLocalError("the local token key is of another kind than is issued here")
    _publish(key, Path(settings.jwks))
    return key


def issue_token(
    settings: Settings,
    *,
    roles: Sequence[str],
    schools: Iterable[str] | None = None,
    staff_id: str | None = None,
    now: datetime,
    hours: float = 12,
) -> str:
    """A token for `roles` at `schools` (None: every school). `sub` is the staff id, else the first role."""
    claims: dict[str, Any] = {
        "iss": settings.jwt_issuer,
        "aud": settings.jwt_audience,
        "sub": staff_id or str(roles[0]),
        "roles": [str(role) for role in roles],
        "schools": ["*"] if schools is None else list(schools),
        "iat": now,
        "exp": now + timedelta(hours=hours),
    }
    if staff_id is not None:
        claims["staff_id"] = staff_id
    return jwt.encode(claims, ensure_local_key(settings), algorithm="ES256", headers={"kid": KEY_ID})


def _publish(key: ec.EllipticCurvePrivateKey, path: Path) -> None:
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    put(path, json.dumps({"keys": [{**public, "kid": KEY_ID, "alg": "ES256", "use": "sig"}]}).encode())
