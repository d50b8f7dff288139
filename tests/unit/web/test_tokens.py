"""The local key, and the tokens issued with it."""

import json
import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import jwt
import pytest

from shared.settings import Settings
from shared.tokens import NotLocalError, ensure_local_key, issue_token

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def settings(home: Path, *, local: bool = True) -> Settings:
    return Settings(home, local, 8000, "cpd-local", "cpd", str(home / "keys" / "jwks.json"))


def key_numbers(home: Path) -> int:
    return ensure_local_key(settings(home)).private_numbers().private_value


def claims(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def test_the_key_is_for_its_owner_only_and_stays_the_same(tmp_path: Path) -> None:
    first = key_numbers(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys" / "token.pem").stat().st_mode) == 0o600
    assert key_numbers(tmp_path) == first


def test_nothing_is_left_lying_beside_the_keys(tmp_path: Path) -> None:
    ensure_local_key(settings(tmp_path))
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["jwks.json", "token.pem"]


def test_the_published_key_is_the_public_half_only(tmp_path: Path) -> None:
    ensure_local_key(settings(tmp_path))
    (key,) = json.loads((tmp_path / "keys" / "jwks.json").read_text())["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        assert len(set(processes.map(key_numbers, [tmp_path] * 8))) == 1


def test_a_token_for_a_person_names_them(tmp_path: Path) -> None:
    said = claims(issue_token(settings(tmp_path), roles=["staff"], schools=["136419"], staff_id="s1", now=NOW))
    assert said["sub"] == said["staff_id"] == "s1"
    assert said["schools"] == ["136419"]
    assert said["exp"] == int(NOW.timestamp()) + 12 * 3600


def test_a_token_without_schools_or_person_is_for_a_role_everywhere(tmp_path: Path) -> None:
    said = claims(issue_token(settings(tmp_path), roles=["auditor"], now=NOW))
    assert said["sub"] == "auditor"
    assert said["schools"] == ["*"]
    assert "staff_id" not in said


def test_outside_local_mode_no_token_is_issued(tmp_path: Path) -> None:
    with pytest.raises(NotLocalError):
        issue_token(settings(tmp_path, local=False), roles=["auditor"], now=NOW)
