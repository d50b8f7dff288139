"""Parquet is made of a file as it grows; what fails at either end is told, and holds up nobody."""

from pathlib import Path

import duckdb
import pytest

from shared.audit import parquet

LINE = b'{"position":"%d","stream":"a1","version":1,"topic":"toys.Counted","state":{"actor":"' + b"a" * 500 + b'"}}\n'
EVENTS = 2_000
"""More than a pipe holds."""


def write(file: Path, lines: int) -> None:
    with file.open("wb") as events:
        for number in range(lines):
            events.write(LINE % number)
            events.flush()


def test_what_is_written_bit_by_bit_is_all_there_and_in_its_order(tmp_path: Path) -> None:
    events, to = tmp_path / "events.ndjson", tmp_path / "events.parquet"
    with parquet.following(events, to):
        write(events, EVENTS)
    assert duckdb.read_parquet(str(to)).project("position, actor").fetchall() == [(n, "a" * 500) for n in range(EVENTS)]


def test_where_it_cannot_be_made_that_is_told_and_the_writer_went_on(tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    with (
        pytest.raises(duckdb.IOException, match="nowhere"),
        parquet.following(events, tmp_path / "nowhere" / "events.parquet"),
    ):
        write(events, EVENTS)
    assert events.read_bytes().count(b"\n") == EVENTS


def test_where_the_writer_fails_its_own_fault_is_told(tmp_path: Path) -> None:
    events, to = tmp_path / "events.ndjson", tmp_path / "events.parquet"
    with pytest.raises(IsADirectoryError), parquet.following(events, to):
        write(tmp_path, 1)
