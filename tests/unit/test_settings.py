"""What a process is told from outside: by name, from a file, or by the stack that its home was started on."""

import os
from pathlib import Path

import pytest

from shared.settings import MissingSettingError, NoPasswordError, choose_stack, read_settings

PRODUCTION = {
    "CPD_MODE": "production",
    "CPD_JWT_ISSUER": "https://id.example.org",
    "CPD_JWT_AUDIENCE": "cpd",
    "CPD_JWKS": "https://id.example.org/jwks.json",
    "CPD_DATABASE_URL": "postgresql://cpd@db:5432/cpd_{service}",
    "CPD_KEYS_URL": "postgresql://keys@vault:5432/cpd_keys",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Sets these settings, and no other."""

    def give(**settings: str) -> None:
        for name in list(settings_there()):
            monkeypatch.delenv(name)
        monkeypatch.setenv("CPD_HOME", str(tmp_path))
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return give


def settings_there() -> list[str]:
    return [name for name in os.environ if name.startswith("CPD_")]


def test_without_settings_everything_is_a_file(given) -> None:
    given()
    settings = read_settings()
    assert (settings.local, settings.database("agreements"), settings.kafka) == (True, None, None)


def test_each_service_has_a_database_of_its_own_by_one_template(given) -> None:
    given(**PRODUCTION)
    settings = read_settings()
    assert settings.database("agreements") == "postgresql://cpd@db:5432/cpd_agreements"
    assert settings.database("reviews") == "postgresql://cpd@db:5432/cpd_reviews"
    assert settings.keys_url == "postgresql://keys@vault:5432/cpd_keys"


def test_a_secret_comes_from_a_file_and_is_made_fit_for_the_url(given, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss/word\n")
    given(**PRODUCTION, CPD_DATABASE_PASSWORD_FILE=str(tmp_path / "password"))
    assert read_settings().database("agreements") == "postgresql://cpd:p%40ss%2Fword@db:5432/cpd_agreements"


def test_a_secret_whose_file_cannot_be_read_is_refused_by_name(given) -> None:
    given(**PRODUCTION, CPD_DATABASE_PASSWORD_FILE="/nowhere")
    with pytest.raises(ValueError, match="CPD_DATABASE_PASSWORD_FILE"):
        read_settings()


def test_each_service_may_have_a_password_in_a_file_of_its_own(given, tmp_path: Path) -> None:
    for service in ("agreements", "reviews"):
        (tmp_path / f"{service}_password").write_text(f"{service}/secret\n")
    given(**PRODUCTION, CPD_DATABASE_PASSWORD_FILE=f"{tmp_path}/{{service}}_password")
    settings = read_settings()
    assert settings.database("agreements") == "postgresql://cpd:agreements%2Fsecret@db:5432/cpd_agreements"
    assert settings.database("reviews") == "postgresql://cpd:reviews%2Fsecret@db:5432/cpd_reviews"


def test_a_process_without_a_services_password_reaches_the_others(given, tmp_path: Path) -> None:
    (tmp_path / "agreements_password").write_text("secret\n")
    given(**PRODUCTION, CPD_DATABASE_PASSWORD_FILE=f"{tmp_path}/{{service}}_password")
    settings = read_settings()
    assert settings.database("agreements") == "postgresql://cpd:secret@db:5432/cpd_agreements"
    with pytest.raises(NoPasswordError, match="reviews_password"):
        settings.database("reviews")


@pytest.mark.parametrize("url", ["sqlite:///x", "nonsense", "postgresql://host", "mysql://u@h/d"])
def test_a_database_that_is_no_postgresql_is_refused(given, url: str) -> None:
    given(**{**PRODUCTION, "CPD_DATABASE_URL": url})
    with pytest.raises(ValueError, match="CPD_DATABASE_URL must be like postgresql://"):
        read_settings()


def test_keys_are_kept_apart_from_every_log(given) -> None:
    given(**{name: value for name, value in PRODUCTION.items() if name != "CPD_KEYS_URL"})
    with pytest.raises(MissingSettingError, match="CPD_KEYS_URL"):
        read_settings()


@pytest.mark.parametrize("name", ["CPD_JWT_ISSUER", "CPD_JWT_AUDIENCE", "CPD_JWKS"])
def test_outside_local_mode_tokens_must_be_checkable(given, name: str) -> None:
    given(**{other: value for other, value in PRODUCTION.items() if other != name})
    with pytest.raises(MissingSettingError, match=name):
        read_settings()


def test_the_full_stack_is_found_by_home_and_port_base_alone(given, tmp_path: Path) -> None:
    given(CPD_PORT_BASE="9000")
    choose_stack(read_settings(), full=True)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "password").write_text("made-at-first-start\n")
    settings = read_settings()
    server = "postgresql://postgres:made-at-first-start@127.0.0.1:9032"
    assert (settings.database("agreements"), settings.keys_url) == (f"{server}/cpd_agreements", f"{server}/cpd_keys")
    assert settings.kafka is not None
    assert settings.kafka.bootstrap_servers == ("127.0.0.1:9092",)
    choose_stack(settings, full=False)
    assert read_settings().database("agreements") is None
