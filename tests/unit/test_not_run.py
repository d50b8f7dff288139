"""A test that cannot have its server is skipped loudly, and in CI fails."""

from types import SimpleNamespace

import pytest

from tests.servers import lines_not_run, not_run


def test_in_ci_a_server_that_cannot_be_had_fails_the_test(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="PostgreSQL: not installed"):
        not_run("PostgreSQL", "not installed")


def test_elsewhere_the_test_is_skipped_and_named_at_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        not_run("PostgreSQL", "not installed")
    reports = [
        SimpleNamespace(nodeid="test_log", longrepr=("file", 1, f"Skipped: {skipped.value}")),
        SimpleNamespace(nodeid="test_other", longrepr=("file", 1, "Skipped: for another reason")),
    ]
    assert list(lines_not_run(reports)) == ["test_log: what needs PostgreSQL: not installed"]
