"""The scripts that make a trial's secrets: once, closed, and a token that the product lets in."""

import shutil
import subprocess
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared.audit.offline import read_keys as read_seal_keys
from shared.audit.signing import Signer
from shared.eventstore.wrapping import read_keys as read_wrapping_keys
from shared.web.auth import ALGORITHMS
from shared.web.caller import caller_of
from shared.web.keys import keys_at
from shared.web.roles import Role
from tests.integration.deploy.files import DEPLOY, ROOT, compose


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the scripts need, so that no secret of this checkout is touched."""
    place = tmp_path_factory.mktemp("checkout")
    (place / "deploy").mkdir()
    shutil.copy(ROOT / "docker-compose.yml", place)
    for name in ("make-secrets", "make-token"):
        shutil.copy(DEPLOY / name, place / "deploy")
    _run(place / "deploy" / "make-secrets")
    return place / "deploy"


def _run(*command: Path | str) -> str:
    return subprocess.run([str(each) for each in command], check=True, capture_output=True, text=True).stdout


def _claims(token: str, secrets: Path) -> dict[str, object]:
    key = keys_at(str(secrets / "jwks.json")).key_of(token)
    claims: dict[str, object] = jwt.decode(token, key, algorithms=ALGORITHMS, issuer="cpd-trial", audience="cpd")
    return claims


def test_every_secret_that_compose_names_is_made_in_a_closed_folder(copy: Path):
    for secret in compose()["secrets"].values():
        made = copy.parent / secret["file"]
        assert len(made.read_text()) >= 48
        assert made.stat().st_mode & 0o777 == 0o444
    assert (copy / "secrets").stat().st_mode & 0o777 == 0o700
    assert (copy / "secrets" / "token.pem").stat().st_mode & 0o777 == 0o400


def test_making_secrets_again_changes_none(copy: Path):
    before = {path.name: path.read_bytes() for path in (copy / "secrets").iterdir()}
    assert _run(copy / "make-secrets") == ""
    assert {path.name: path.read_bytes() for path in (copy / "secrets").iterdir()} == before


def test_no_two_passwords_are_the_same(copy: Path):
    passwords = [path.read_text() for path in (copy / "secrets").glob("*_password")]
    assert len(set(passwords)) == len(passwords) > 1


def test_the_key_that_wraps_peoples_keys_is_one_that_the_product_takes(copy: Path):
    (key,) = read_wrapping_keys((copy / "secrets" / "key_wrapping_keys").read_text())
    assert key.name.startswith("20")


def test_the_list_of_public_keys_has_that_of_every_key_that_seals(copy: Path):
    assert _listed(copy) == [_public(path) for path in _sealing(copy)]


def test_a_key_that_seals_is_exchanged_by_taking_it_away_and_stays_listed(copy: Path, tmp_path: Path):
    place = shutil.copytree(copy.parent, tmp_path / "checkout") / "deploy"
    before = _listed(place)
    (place / "secrets" / "reviews_seal_key").unlink()
    assert _run(place / "make-secrets").splitlines() == ["made secrets/reviews_seal_key", "made secrets/seal_keys"]
    assert _listed(place) == [*before, _public(place / "secrets" / "reviews_seal_key")]


def test_public_keys_bear_the_name_that_compose_reads(copy: Path, tmp_path: Path):
    place = shutil.copytree(copy.parent, tmp_path / "checkout") / "deploy"
    (place.parent / ".env").write_text("CPD_JWT_AUDIENCE=cpd\nCPD_SEAL_NAME=cpd.example.sch.uk\n")
    _run(place / "make-secrets")
    named = [_public(path, "cpd.example.sch.uk") for path in _sealing(place)]
    assert _listed(place) == [*_listed(copy), *named]


def _sealing(deploy: Path) -> list[Path]:
    """The private keys in the order in which compose names them."""
    names = [name for name in compose()["secrets"] if name.endswith("_seal_key")]
    return [deploy / "secrets" / name for name in names]


def _public(path: Path, name: str = "cpd-trial") -> str:
    private = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    return str(Signer(name, private).key)


def _listed(deploy: Path) -> list[str]:
    return [str(key) for key in read_seal_keys((deploy / "secrets" / "seal_keys").read_text())]


def test_the_trials_tokens_are_let_in(copy: Path):
    payroll = caller_of(_claims((copy / "secrets" / "payroll_token").read_text().strip(), copy / "secrets"))
    assert (payroll.roles, payroll.schools) == ({Role.PAYROLL}, None)
    made = _run(copy / "make-token", "headteacher", "--staff", "T1", "--school", "100002").strip()
    head = caller_of(_claims(made, copy / "secrets"))
    assert (head.sub, head.schools, head.staff_id) == ("T1", {"100002"}, "T1")
    assert Role.HEADTEACHER in head.roles


def test_a_token_says_when_it_ends(copy: Path):
    claims = _claims(_run(copy / "make-token", "auditor", "--days", "2").strip(), copy / "secrets")
    assert claims["exp"] - claims["iat"] == 2 * 86400
