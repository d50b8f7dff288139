"""`cpd demo` where it cannot be played."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.agreements.cli_demo import demo
from services.agreements.story.client import Caller, CallRefusedError, Client
from shared.clock import utc_now
from shared.settings import read_settings
from tests.servers import free_base


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `CPD_HOME` of one's own, and ports on which nothing listens."""
    monkeypatch.setenv("CPD_HOME", str(tmp_path))
    monkeypatch.setenv("CPD_PORT_BASE", str(free_base()))


def played() -> Result:
    return CliRunner().invoke(demo, catch_exceptions=False)


def test_without_running_services_it_says_how_to_start_them(nowhere: None):
    result = played()
    assert result.exit_code == 1
    assert "start the services first, with make run" in result.output


def test_outside_local_mode_there_are_no_tokens_to_play_with(nowhere: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CPD_MODE", "production")
    for name in ("CPD_JWT_ISSUER", "CPD_JWT_AUDIENCE", "CPD_JWKS"):
        monkeypatch.setenv(name, "https://identity.example")
    result = played()
    assert result.exit_code == 1
    assert "local mode only" in result.output


def test_a_read_is_asked_for_again_while_the_views_are_behind(nowhere: None, monkeypatch: pytest.MonkeyPatch):
    refusals = [CallRefusedError(503, "the view is at 3 and has not reached 4")] * 2

    def call(*_: object) -> Any:
        if refusals:
            raise refusals.pop()
        return {"items": []}

    monkeypatch.setattr(Client, "_call", call)
    client = Client("http://127.0.0.1:9", read_settings(), utc_now, [])
    assert client.get(Caller("Jo", "auditor"), "/v1/agreements") == {"items": []}
    assert refusals == []
