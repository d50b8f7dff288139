"""The scripts that make a trial's secrets: once, closed, and a token that the product lets in."""

import shutil
import subprocess
from pathlib import Path

import jwt
import pytest

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
