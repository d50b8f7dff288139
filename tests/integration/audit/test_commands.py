"""`cpd audit`: what it prints, what it exits with, and the keys that it makes and asks for."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.audit import parquet
from shared.audit.commands import audit_command
from shared.audit.offline import read_key
from shared.audit.signing import accepted_keys, open_signer
from shared.cli import cpd
from shared.service import services
from shared.settings import MissingSettingError, Settings
from tests.integration.audit.house import House
from tests.integration.audit.test_sealing import tamper


def settings_in(home: Path, **others: object) -> Settings:
    given: dict[str, object] = {"local": True, "seal_name": "cpd.test"}
    return Settings(
        home=home,
        port_base=8000,
        jwt_issuer="",
        jwt_audience="",
        jwks="",
        **given | others,  # type: ignore[arg-type]
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "home")


@pytest.fixture
def house(tmp_path: Path, settings: Settings) -> Iterator[House]:
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.signer = open_signer(settings)
    house.keys = accepted_keys(settings)
    house.grown(30)
    yield house
    house.close()


def run(house: House, settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(audit_command(lambda: settings, lambda: [house.sealed], services), arguments)


def test_an_export_says_what_proves_it_and_verifies(
    house: House, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "available", lambda: False)
    out = tmp_path / "a.zip"
    done = run(house, settings, "export", "--out", str(out))
    assert done.exit_code == 0
    assert "toys: 30 events, proven by the checkpoint 30 of 2026-03-01T09:02:00.000000Z" in done.output
    assert "without Parquet: the extra `audit` (DuckDB) is not installed" in done.output
    (tmp_path / "older").write_text(f"{house.notes()[0]}\n")  # as `jq -r .note` writes it
    done = run(house, settings, "verify", str(out), "--checkpoint", str(tmp_path / "older"))
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "everything is as it was signed")
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["a.zip"]


def test_what_is_wrong_is_said_and_is_exit_code_1(house: House, settings: Settings, tmp_path: Path) -> None:
    done = run(house, settings, "verify")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "everything is as it was signed")
    tamper(house, "UPDATE stored_events SET topic = 'toys.Lost' WHERE rowid = 7")
    done = run(house, settings, "verify")
    assert done.exit_code == 1
    assert "WRONG  toys: altered: the event at position 7 (leaf 6) is not the one that was sealed" in done.output
    done = run(house, settings, "export", "--out", str(tmp_path / "a.zip"))
    assert done.exit_code == 1
    assert "events are not as they were sealed" in done.output
    done = run(house, settings, "verify", str(tmp_path / "a.zip"))
    assert done.exit_code == 1
    assert "altered: the event at position 7 (leaf 6)" in done.output


def test_a_proof_is_printed_as_it_is_checked(house: House, settings: Settings, tmp_path: Path) -> None:
    house.grown(10)
    (tmp_path / "kept").write_text(house.notes()[0])
    for asked in (("proof", "toys/7"), ("proof", "toys/40", "--size", "40"), ("consistency", "toys", "30", "40")):
        done = run(house, settings, *asked)
        (tmp_path / "proof.json").write_text(done.output)
        done = run(house, settings, "verify", str(tmp_path / "proof.json"), "--checkpoint", str(tmp_path / "kept"))
        assert (done.exit_code, done.output.splitlines()[-1]) == (0, "everything is as it was signed"), asked
    for asked, why in (
        (("proof", "toys/99"), "there is no event at position 99"),
        (("proof", "toys/40", "--size", "30"), "no such checkpoint covers the event"),
        (("consistency", "toys", "3", "40"), "there is no checkpoint of 3 events"),
        (("consistency", "toys", "40", "30"), "must not be above 30"),
    ):
        done = run(house, settings, *asked)
        assert (done.exit_code, why in done.output) == (1, True), asked
    for asked, why in ((("proof", "7"), "like agreements/99"), (("proof", "jars/7"), "there is no service jars")):
        done = run(house, settings, *asked)
        assert (done.exit_code, why in done.output) == (2, True), asked


def test_a_part_is_asked_for_by_instants_with_an_offset(house: House, settings: Settings, tmp_path: Path) -> None:
    out = str(tmp_path / "a.zip")
    assert run(house, settings, "export", "--out", out, "--from", "2020-01-01T00:00:00Z").exit_code == 0
    done = run(house, settings, "verify", out)
    assert "30 of 30 events, each by its proof; all of leaves 0 to 29" in done.output
    assert run(house, settings, "export", "--out", out, "--to", "2020-01-01T00:00:00Z").exit_code == 0
    done = run(house, settings, "verify", out)
    assert (done.exit_code, "0 of 30 events" in done.output) == (0, True)
    done = run(house, settings, "export", "--out", out, "--to", "2020-01-01T00:00:00")
    assert (done.exit_code, "needs an offset" in done.output) == (2, True)
    done = run(house, settings, "export", "--out", out, "--from", "yesterday")
    assert (done.exit_code, "must be an instant" in done.output) == (2, True)
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        done = run(house, settings, "export", "--out", out, "--to", beyond)
        assert (done.exit_code, "is not an instant of the calendar" in done.output) == (2, True)
    backwards = "--from", "2020-01-01T01:00:00+01:00", "--to", "2020-01-01T00:00:00Z"
    done = run(house, settings, "export", "--out", out, *backwards)
    assert (done.exit_code, "--to must be after --from" in done.output) == (2, True)


def test_of_a_school_that_nothing_is_about_no_archive_is_written(
    house: House, settings: Settings, tmp_path: Path
) -> None:
    done = run(house, settings, "export", "--out", str(tmp_path / "a.zip"), "--school", "999999")
    assert (done.exit_code, "nothing there is about the school 999999" in done.output) == (1, True)
    assert list(tmp_path.glob("a.zip*")) == []
    for wrong in ("", " 900101", "90010", "９００１０１"):
        done = run(house, settings, "export", "--out", str(tmp_path / "a.zip"), "--school", wrong)
        assert (done.exit_code, "must be a school's number of six digits" in done.output) == (2, True), wrong


def test_what_is_no_file_is_neither_replaced_nor_checked(house: House, settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    done = run(house, settings, "export", "--out", str(pipe))
    assert (done.exit_code, "is there and is no file" in done.output, pipe.is_fifo()) == (1, True, True)
    with ExitStack() as ends:
        ends.callback(os.close, os.open(pipe, os.O_RDWR | os.O_NONBLOCK))
        ends.enter_context(pipe.open("wb", 0)).write(b"PK")
        for command in ("verify", "replay"):
            done = run(house, settings, command, str(pipe))
            assert (done.exit_code, "it could not be checked" in done.output) == (2, True), done.output
            pipe.write_bytes(b"PK")


def test_a_proof_that_no_key_is_known_for_cannot_be_checked(house: House, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text("{}")
    done = run(house, settings_in(tmp_path, local=False), "verify", str(tmp_path / "proof.json"))
    assert (done.exit_code, "give the one that you trust with --key" in done.output) == (2, True)


def test_what_cannot_be_written_or_read_is_a_message(house: House, settings: Settings, tmp_path: Path) -> None:
    done = run(house, settings, "export", "--out", str(tmp_path / "nowhere" / "a.zip"))
    assert (done.exit_code, "the archive cannot be written" in done.output) == (1, True)
    (noise := tmp_path / "noise").write_bytes(b"\xff\xfe")
    for option in ("--key", "--checkpoint"):
        done = run(house, settings, "verify", option, str(noise))
        assert (done.exit_code, "it cannot be read as a" in done.output) == (2, True)
    done = run(house, settings, "verify", str(noise), "--service", "toys")
    assert (done.exit_code, "an archive is checked whole" in done.output) == (2, True)


def test_a_service_that_is_not_there_and_a_log_that_was_never_sealed_are_named(
    house: House, settings: Settings, tmp_path: Path
) -> None:
    done = run(house, settings, "verify", "--service", "jars")
    assert (done.exit_code, "there is no service jars; there is toys" in done.output) == (2, True)
    empty = House(str(tmp_path / "empty.sqlite"), tmp_path / "other")
    done = run(empty, settings, "export", "--out", str(tmp_path / "a.zip"))
    assert (done.exit_code, "toys: nothing is sealed yet" in done.output) == (1, True)
    assert not (tmp_path / "a.zip").exists()
    empty.close()


def test_a_new_key_is_made_once_and_prints_its_public_half(house: House, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "new.pem"
    done = run(house, settings, "new-key", str(path))
    public = read_key(done.output)
    assert path.stat().st_mode & 0o777 == 0o600
    given = settings_in(tmp_path / "else", local=False, seal_key=path.read_text())
    assert open_signer(given).key == public
    before = path.read_bytes()
    done = run(house, settings, "new-key", str(path))
    assert (done.exit_code, path.read_bytes()) == (1, before)
    done = run(house, settings, "keys")
    assert done.output.splitlines() == [str(key) for key in house.keys]
    done = run(house, settings, "verify", "--key", "cpd.test+00000000+AAAA")
    assert (done.exit_code, "no Ed25519 key" in done.output) == (2, True)


def test_local_mode_remembers_the_public_half_of_every_key_that_it_had(settings: Settings) -> None:
    first = open_signer(settings).key
    assert open_signer(settings).key == first
    (settings.home / "keys" / "seal.pem").unlink()
    second = open_signer(settings).key
    assert second != first
    assert accepted_keys(settings) == [first, second]


def test_outside_local_mode_a_key_has_to_be_given(tmp_path: Path) -> None:
    production = settings_in(tmp_path, local=False)
    with pytest.raises(MissingSettingError, match="CPD_SEAL_KEY must be set"):
        open_signer(production)
    assert accepted_keys(production) == []
    with pytest.raises(MissingSettingError, match="must be an Ed25519 private key"):
        open_signer(settings_in(tmp_path, local=False, seal_key="nonsense"))
    with pytest.raises(MissingSettingError, match="CPD_SEAL_KEYS: 'nonsense' is no public key"):
        accepted_keys(settings_in(tmp_path, local=False, seal_keys="nonsense"))
    listed = settings_in(tmp_path, local=False, seal_keys="# none yet\n\n")
    assert accepted_keys(listed) == []


def test_a_worker_without_a_key_to_seal_with_does_not_start(tmp_path: Path) -> None:
    needed = {f"CPD_{name}": "x" for name in ("JWT_ISSUER", "JWT_AUDIENCE", "JWKS")}
    env = {"CPD_MODE": "production", "CPD_HOME": str(tmp_path), **needed}
    done = CliRunner().invoke(cpd, ["worker", "agreements"], env=env)
    assert (done.exit_code, "CPD_SEAL_KEY must be set" in done.output) == (2, True)


def test_every_installed_service_seals_its_log(tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), jwks=str(tmp_path / "jwks.json"))
    for service in services():
        service.prepare(settings)
    found = [sealed.service for service in services() for sealed in service.sealed(settings)]
    assert found == [service.name for service in services()]
