"""Parquet in an archive says what the events say, or where it does not: also where who has the key signed it."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import duckdb
import pytest

from shared.audit import parquet, parquet_check
from shared.audit.offline import Report, check_archive
from shared.audit.parquet_check import OTHER_BYTES, ROWS_AT_ONCE, compare
from tests.integration.audit.house import House
from tests.integration.audit.test_archive import checking, contained, members, packed
from tests.integration.audit.test_commands import run, settings_in
from tests.integration.audit.test_sealing import tamper

EVENTS = ROWS_AT_ONCE + 20
TABLE = "toys/events.parquet"
OTHERWISE = f"{TABLE}: otherwise than the events: "
ODD = (
    b'{"recorded_at":"2026-03-01T09:00:00Z","actor":"\\u000b\\u00e9\xc3\xa9","by":1.50e3,"at":"a \\/ b","staff_id":7}',
    b'{"actor":null,"role":{"is":"none"},"state":"x","note":",\\"state\\":"}',
    b'["no object"]',
    b'"a text"',
    b'{"actor":"in two\\nlines",\n"by":1}',
    b"\xff\xfe",
    b"no JSON",
)
"""States that no fact of ours has, sealed as they stand."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    house = House(str(folder / "log.sqlite"), folder)
    house.grown(EVENTS)
    yield house
    house.close()


@pytest.fixture(scope="module")
def archive(house: House) -> bytes:
    return house.archive()


@pytest.fixture
def folder(tmp_path: Path, archive: bytes) -> Path:
    """Where the Parquet lies as it was exported."""
    (tmp_path / "events.parquet").write_bytes(members(archive)[TABLE])
    return tmp_path


def with_table(house: House, archive: bytes, folder: Path, query: str) -> bytes:
    """The archive with other Parquet, signed by who has the key: `query` is of `events`."""
    duckdb.sql(f"CREATE OR REPLACE TEMP VIEW events AS FROM '{folder}/events.parquet'")
    duckdb.sql(query).write_parquet(str(folder / "other.parquet"))
    return packed(members(archive) | {TABLE: (folder / "other.parquet").read_bytes()}, house.signer)


def checked(house: House, archive: bytes, folder: Path) -> Report:
    (folder / "a.zip").write_bytes(archive)
    with (folder / "a.zip").open("rb") as file:
        return check_archive(file, house.keys, compare_table=compare)


def test_it_is_what_its_events_make(house: House, archive: bytes, folder: Path) -> None:
    report = checked(house, archive, folder)
    assert (report.findings, report.uncompared) == ([], [])
    assert f"{TABLE}: {EVENTS} rows, as the events make them" in report.lines
    assert check_archive(BytesIO(archive), house.keys, compare_table=compare) == report


def test_where_only_its_bytes_are_others_that_is_said(house: House, archive: bytes, folder: Path) -> None:
    report = checked(house, with_table(house, archive, folder, "FROM events"), folder)
    assert (report.findings, report.uncompared) == ([], [f"{TABLE}: {OTHER_BYTES}"])


def test_rows_that_readers_are_made_to_pass_over_do_not_go_unsaid(house: House, archive: bytes, folder: Path) -> None:
    """All rows are there; what stands at the end of the file of their least and their most is a lie."""
    honest = members(archive)[TABLE]
    length = int.from_bytes(honest[-8:-4], "little")
    said = honest[-8 - length : -8].replace(EVENTS.to_bytes(8, "little"), (5).to_bytes(8, "little"))
    (folder / "lie.parquet").write_bytes(lie := honest[: -8 - length] + said + honest[-8:])
    assert len(duckdb.sql(f"FROM '{folder}/lie.parquet'").fetchall()) == EVENTS
    assert duckdb.sql(f"FROM '{folder}/lie.parquet' WHERE position = 9").fetchall() == []
    report = checked(house, packed(members(archive) | {TABLE: lie}, house.signer), folder)
    assert (report.findings, report.uncompared) == ([], [f"{TABLE}: {OTHER_BYTES}"])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            """SELECT * REPLACE (if(position = 270, replace(state, '"by":255', '"by":256'), state) AS state) FROM events""",  # noqa: E501
            """row 270 has '{"by":256,""",
        ),
        (
            "SELECT * REPLACE (if(position = 9, replace(state, 'trust_finance', 'hr'), state) AS state) FROM events",
            """row 9 has 'r":"tester","role":"hr",""",
        ),
        ("FROM events WHERE position <> 7", "row 7 has '8' as its position where the event at position 7 has '7'"),
        (f"FROM events LIMIT {EVENTS - 1}", f"row {EVENTS} is missing: that of the event at position {EVENTS}"),
        ("(FROM events) UNION ALL (FROM events LIMIT 1)", f"row {EVENTS + 1} is of no event"),
        (
            "FROM events ORDER BY position DESC",
            f"row 1 has '{EVENTS}' as its position where the event at position 1 has '1'",
        ),
        ("FROM events WHERE false", "row 1 is missing: that of the event at position 1"),
        (
            "SELECT * REPLACE (if(position = 9, 'toys.Lost', topic) AS topic) FROM events",
            "row 9 has 'toys.Lost' as its topic where the event at position 9 has 'toys.Counted'",
        ),
        (
            "SELECT * REPLACE (if(position = 3, NULL, version) AS version) FROM events",
            "row 3 has nothing as its version where the event at position 3 has '3'",
        ),
        (
            "SELECT * REPLACE (if(position = 9, 'head', actor) AS actor) FROM events",
            "row 9 has 'head' as its actor where the state of the event at position 9 has 'tester'",
        ),
        (
            "SELECT * REPLACE (if(position = 9, '', staff_id) AS staff_id) FROM events",
            "row 9 has '' as its staff_id where the state of the event at position 9 has nothing",
        ),
        (
            "SELECT * REPLACE (position::DOUBLE AS position) FROM events",
            "where its column must be position BIGINT it is position DOUBLE",
        ),
        ("SELECT * EXCLUDE staff_id FROM events", "where its column must be staff_id VARCHAR it is none"),
        ("SELECT *, 1 AS amount_pence FROM events", "where its column must be none it is amount_pence INTEGER"),
    ],
)
def test_what_it_says_otherwise_is_located_though_the_key_signed_it(
    house: House, archive: bytes, folder: Path, query: str, told: str
) -> None:
    forged = with_table(house, archive, folder, query)
    (finding,) = checked(house, forged, folder).findings
    assert finding.startswith(OTHERWISE + told), finding


def test_what_is_no_parquet_is_told_and_what_the_key_did_not_sign_is_not_read(
    house: House, archive: bytes, folder: Path
) -> None:
    content = members(archive) | {TABLE: b"PAR1, or so it says PAR1"}
    (finding,) = checked(house, packed(content, house.signer), folder).findings
    assert finding.startswith(f"{OTHERWISE}it cannot be read: ")
    report = checked(house, contained(content), folder)
    assert report.findings == [f"altered: {TABLE} is not what the manifest says"]


def test_where_none_can_be_made_here_nothing_is_said_of_it(
    house: House, archive: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(readable: int, _: Path) -> int:
        os.close(readable)
        raise duckdb.IOException("the disk is full")

    monkeypatch.setattr(parquet_check, "convert", full)
    (path := folder / "a.zip").write_bytes(archive)
    done = run(house, settings_in(folder), "verify", str(path), "--key", str(house.keys[0]))
    assert (done.exit_code, "could not be checked: no Parquet can be made of the events here" in done.output) == (
        2,
        True,
    )


def test_a_state_is_there_to_the_byte_whatever_it_is(tmp_path: Path) -> None:
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.count(len(ODD) + 1)
    for number, state in enumerate(ODD, 1):
        tamper(house, "UPDATE stored_events SET state = ? WHERE rowid = ?", state, number)
    house.seal()
    archive = house.archive()
    report = checked(house, archive, tmp_path)
    assert (report.findings, report.lines[-1]) == ([], f"{TABLE}: {len(ODD) + 1} rows, as the events make them")
    (tmp_path / "events.parquet").write_bytes(members(archive)[TABLE])
    found = duckdb.sql(f"SELECT state, actor, staff_id FROM '{tmp_path}/events.parquet'").fetchall()
    assert [None if state is None else state.encode() for state, *_ in found[: len(ODD)]] == [
        *ODD[:5],
        None,  # no text
        ODD[6],
    ]
    assert found[0][1:] == ("\x0béé", "7")
    house.close()


def test_without_duckdb_it_is_said_that_it_was_held_against_its_hash_alone(
    house: House, archive: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"NOT COMPARED  {TABLE}: only its hash is as signed; whoever holds the key can have it say otherwise"
    (path := folder / "a.zip").write_bytes(archive)
    settings, given = settings_in(folder), ["verify", str(path), "--key", str(house.keys[0])]
    done = run(house, settings, *given)
    assert (done.exit_code, "NOT COMPARED" in done.output) == (0, False)
    monkeypatch.setattr(parquet, "available", lambda: False)
    done = run(house, settings, *given)
    assert (done.exit_code, said in done.output) == (0, True)
    (folder / "verify.py").write_bytes(members(archive)["verify.py"])
    alone = checking(folder, "a.zip")
    assert (alone.returncode, said in alone.stdout) == (0, True)


@pytest.mark.parametrize("name", ["toys/more.parquet", "toys/sub/events.parquet", "events.parquet", "verify.sh"])
def test_what_no_archive_has_is_found_though_the_key_signed_it(house: House, archive: bytes, name: str) -> None:
    report = house.checked(packed(members(archive) | {name: b""}, house.signer))
    assert report.findings == [f"unproven: {name} is nothing that an archive has"]
