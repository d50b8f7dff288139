"""Commands over all services where one was never migrated: it is named, and the others are gone on with."""

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from shared.cli import command_line
from shared.service import services

OTHERS = [service.name for service in services() if service.name != "requests"]
NAMED = "requests: it was never migrated here, or not since it has more views; run `cpd migrate requests`"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("CPD_HOME", str(home))
    return home


@pytest.fixture
def migrated(home: Path) -> Path:
    """Every service but the requests service is there."""
    assert cpd("migrate", *OTHERS).exit_code == 0
    return home


def cpd(*arguments: str) -> Result:
    """`cpd` in this process; what is raised but is no exit is the test's."""
    return CliRunner().invoke(command_line(), list(arguments), catch_exceptions=False)


@pytest.mark.parametrize(
    "command",
    [
        ("views", "list"),
        ("views", "verify"),
        ("views", "rebuild"),
        ("replay", "--check"),
        ("bus", "verify"),
        ("dead-letters", "list"),
    ],
    ids=" ".join,
)
def test_the_others_are_gone_on_with_and_the_code_is_not_0(migrated: Path, command: tuple[str, ...]) -> None:
    said = cpd(*command)
    assert (said.exit_code, said.stderr.splitlines()[0]) == (1, f"Error: {NAMED}")
    if command[0] in ("views", "replay"):
        assert all(name in said.stdout for name in OTHERS)


@pytest.mark.parametrize("command", [("views", "verify"), ("dead-letters", "list"), ("audit", "verify")], ids=" ".join)
def test_a_service_that_there_is_not_is_refused_with_those_that_there_are(
    migrated: Path, command: tuple[str, ...]
) -> None:
    said = cpd(*command, "--service", "nobody")
    assert said.exit_code == 2
    assert "there is no service nobody; there is agreements, requests, reviews" in said.stderr


@pytest.mark.parametrize(
    "command", [("views", "verify"), ("replay", "--check"), ("dead-letters", "list")], ids=" ".join
)
def test_who_asks_for_another_service_alone_does_not_hear_of_it(migrated: Path, command: tuple[str, ...]) -> None:
    for name in OTHERS:
        said = cpd(*command, "--service", name)
        assert (said.exit_code, said.stderr) == (0, "")


def test_so_it_is_with_a_topic_that_another_service_writes(migrated: Path) -> None:
    assert (cpd("bus", "verify", "cpd.agreements.v1").exit_code, cpd("bus", "verify", "cpd.requests.v1").exit_code) == (
        0,
        1,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("bus", "rewind", "hr.staff.v1", "--by", "op1", "--reason", "r", "--yes"),
        ("subject-access", "--staff", "t1", "--by", "op1", "--out", "{out}"),
    ],
    ids=lambda command: command[0],
)
def test_what_has_to_be_done_in_all_or_none_is_not_begun(
    migrated: Path, command: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    said = cpd(*(word.format(out=out) for word in command))
    assert said.exit_code != 0
    assert NAMED in said.stderr
    assert not out.exists()


def test_a_history_names_it_and_is_an_error_where_nothing_else_is_known(migrated: Path) -> None:
    said = cpd("history", "--request", str(uuid4()))
    assert said.exit_code == 1
    assert said.stderr.splitlines()[0] == f"Error: {NAMED}"


@pytest.mark.parametrize("command", [("report", "budget"), ("liability", "--trust")], ids=" ".join)
def test_commands_of_one_service_say_so_too(home: Path, command: tuple[str, ...]) -> None:
    said = cpd(*command)
    assert said.exit_code == 1
    assert "never migrated" in said.stderr


def test_where_none_was_migrated_each_is_named_and_nothing_is_made(home: Path) -> None:
    said = cpd("views", "list")
    assert said.exit_code == 1
    assert all(f"run `cpd migrate {service.name}`" in said.stderr for service in services())
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_once_it_is_migrated_nothing_is_left_out(migrated: Path) -> None:
    assert cpd("migrate", "requests").exit_code == 0
    said = cpd("replay", "--check")
    assert (said.exit_code, said.stderr) == (0, "")
    assert len(said.stdout.splitlines()) == len(services())
