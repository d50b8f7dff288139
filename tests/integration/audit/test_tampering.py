"""Whatever is done to the rows of a sealed log is found, and the place is told."""

import os
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.audit.offline import Claim, Row, check_log, checkpoint_text, counted, read_checkpoint
from shared.audit.store import SealStore
from shared.audit.tree import WIDTH
from tests.integration.audit.house import House, signer
from tests.integration.audit.test_sealing import POSITION, tamper

MODIFICATIONS = 5_000
"""Of the rows in memory, by the code that reads the database: so many for either database."""
REAL = int(os.environ.get("CPD_TEST_MODIFICATIONS", "120"))
"""In the database itself, for either. 10,000 take minutes: with `--timeout 0`."""

Places = set[int]
"""Positions of which at least one must be named; none where any finding will do."""
Modify = Callable[[list[Row], random.Random], Places]


def flip(data: bytes, chance: random.Random) -> bytes:
    return with_bit_flipped(data, chance.randrange(len(data) * 8))


def with_bit_flipped(data: bytes, at: int) -> bytes:
    """With this bit of it the other way."""
    return data[: at // 8] + bytes([data[at // 8] ^ 1 << at % 8]) + data[at // 8 + 1 :]


def flip_a_bit(rows: list[Row], chance: random.Random) -> Places:
    """Of any column: numbers as eight bytes."""
    at = chance.randrange(len(rows))
    row = list(rows[at])
    column = chance.randrange(5)
    value = row[column]
    if isinstance(value, int):
        row[column] = value ^ 1 << chance.randrange(63)
    elif isinstance(value, str):
        row[column] = flip(value.encode(), chance).decode(errors="surrogateescape")
    else:
        row[column] = flip(value, chance)
    place = rows[at][0]
    rows[at] = tuple(row)  # type: ignore[assignment]
    rows.sort(key=lambda one: one[0])  # the database gives them by position
    return {place}


def delete(rows: list[Row], chance: random.Random) -> Places:
    first = chance.randrange(len(rows))
    gone = rows[first : first + chance.choice([1, 1, 2, 5])]
    del rows[first : first + len(gone)]
    return {row[0] for row in gone}


def swap(rows: list[Row], chance: random.Random) -> Places:
    """What two rows hold, or a whole stretch moved by one, positions kept."""
    one, other = sorted(chance.sample(range(len(rows)), 2))
    if chance.random() < 0.5:
        moved = [other, one]
        taken = [one, other]
    else:
        taken = list(range(one, other + 1))
        moved = [*taken[1:], taken[0]]
    contents = [rows[at][1:] for at in moved]
    for at, content in zip(taken, contents, strict=True):
        rows[at] = (rows[at][0], *content)
    return {rows[at][0] for at in taken}


def stand_otherwise(rows: list[Row], chance: random.Random) -> Places:
    """Rows whole, but in another order: as a file may give them."""
    one, other = chance.sample(range(len(rows)), 2)
    places = {rows[one][0], rows[other][0]}
    rows[one], rows[other] = rows[other], rows[one]
    return places


def insert(rows: list[Row], chance: random.Random) -> Places:
    at = chance.randrange(len(rows))
    position, stream, version, topic, state = rows[at]
    kind = chance.random()
    if kind < 0.4:  # once more
        rows.insert(at, rows[at])
    elif kind < 0.7 and at and rows[at - 1][0] < position - 1:  # where there is a gap, as on PostgreSQL
        position -= 1
        rows.insert(at, (position, stream, version + 1000, topic, state))
    else:  # and all that follow moved up, as if it had always been there
        last = rows[-1][0]
        moved = [(before[0], *row[1:]) for row, before in zip(rows[at:], [*rows[at + 1 :], (last + 1,)], strict=True)]
        rows[at:] = [(position, stream, version + 1000, topic, state), *moved]  # type: ignore[list-item]
    return {position}


def truncate(rows: list[Row], chance: random.Random) -> Places:
    kept = chance.randrange(len(rows))
    gone = {row[0] for row in rows[kept:]}
    del rows[kept:]
    return gone


KINDS: tuple[Modify, ...] = (flip_a_bit, delete, swap, stand_otherwise, insert, truncate)


def named(findings: list[str]) -> Places:
    return {int(number) for finding in findings for number in re.findall(r"position (\d+)", finding)}


def test_every_modification_of_the_rows_is_found_and_located(house: House) -> None:
    house.grown(60)
    house.grown(80)
    rows, leaves = house.rows(), list(house.store.leaves(0, 140))
    claims = [Claim(read_checkpoint(note, house.keys), "stored") for note in house.notes()]
    assert check_log(lambda: rows, lambda: leaves, claims)[2] == []
    chance = random.Random(7)  # noqa: S311  which rows, not which key
    for number in range(MODIFICATIONS):
        modified = list(rows)
        modify = KINDS[number % len(KINDS)]
        places = modify(modified, chance)
        if modified == rows:
            continue  # two rows of the same content
        _, _, findings = check_log(lambda now=modified: now, lambda: leaves, claims)  # type: ignore[misc]
        assert findings, (number, modify.__name__)
        assert named(findings) & places, (number, modify.__name__, places, findings)


def statements(house: House) -> Iterator[tuple[str, str, list[Any], Places]]:
    """What is done in the database, and to which positions."""
    chance = random.Random(11)  # noqa: S311
    position = POSITION[house.store.engine.dialect.name]
    rows = house.rows()
    while True:
        row, other = chance.sample(rows, 2)
        at = row[0]
        yield "flip", f"UPDATE stored_events SET state = ? WHERE {position} = ?", [flip(row[4], chance), at], {at}
        yield "topic", f"UPDATE stored_events SET topic = ? WHERE {position} = ?", [row[3] + "s", at], {at}
        yield (
            "version",
            f"UPDATE stored_events SET originator_version = ? WHERE {position} = ?",
            [row[2] + 512, at],
            {at},
        )
        yield "delete", f"DELETE FROM stored_events WHERE {position} = ?", [at], {at}
        yield "cut", f"DELETE FROM stored_events WHERE {position} >= ?", [at], {at}
        yield "position", f"UPDATE stored_events SET {position} = ? WHERE {position} = ?", [at + 2**33, at], {at}
        yield "swap", f"UPDATE stored_events SET state = ? WHERE {position} = ?", [other[4], at], {at}
        again = f"""INSERT INTO stored_events (originator_id, originator_version, topic, state, {position})
            SELECT originator_id, originator_version + 100000, topic, state, ?
            FROM stored_events WHERE {position} = ?"""
        yield "insert", again, [at - 2**19 if at > 2**20 else -at, at], set()


def test_every_modification_in_the_database_is_found_and_located(house: House) -> None:
    house.grown(60)
    before = house.rows()
    position = POSITION[house.store.engine.dialect.name]
    columns = f"originator_id, originator_version, topic, state, {position}"
    tamper(house, f"CREATE TABLE kept AS SELECT {columns} FROM stored_events")
    for number, (kind, statement, parameters, places) in enumerate(statements(house)):
        if number == REAL:
            break
        tamper(house, statement, *parameters)
        changed = house.rows() != before
        report = house.verify()
        assert report.findings or not changed, (kind, parameters)
        assert not changed or not places or named(report.findings) & places, (kind, places, report.findings)
        tamper(house, "DELETE FROM stored_events")
        tamper(house, f"INSERT INTO stored_events ({columns}) SELECT * FROM kept")
    assert house.findings() == ""


def test_every_flipped_bit_of_a_rows_cell_in_the_file_is_found(tmp_path: Path) -> None:
    """Its header too: the type of a column is part of what is stored."""
    path = tmp_path / "log.sqlite"
    house = House(str(path), tmp_path)
    house.grown(60)
    rows = house.rows()
    house.close()
    with sqlite3.connect(path) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        log.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    chance = random.Random(13)  # noqa: S311
    for _ in range(REAL):
        row = chance.choice(rows)
        end = whole.index(row[4]) + len(row[4])
        start = whole.rindex(row[1].encode(), 0, end) - 9
        at = chance.randrange(start * 8, end * 8)
        path.write_bytes(with_bit_flipped(whole, at))
        house = House(str(path), tmp_path)
        findings = house.verify().findings
        assert findings, (row, at - start * 8)
        assert f"position {row[0]}" in "\n".join(findings) or "unreadable" in findings[0], (row[0], at, findings)
        house.close()


@pytest.mark.parametrize("place", [-(2**63), -(2**63) + 1, -1, 0])
def test_an_event_below_all_positions_is_found(house: House, place: int) -> None:
    """Readers in order never see it; a command that loads its stream does."""
    house.grown(5)
    position = POSITION[house.store.engine.dialect.name]
    columns = "originator_id, originator_version, topic, state"
    again = f"SELECT originator_id, originator_version + 9, topic, state, {place} FROM stored_events LIMIT 1"
    tamper(house, f"INSERT INTO stored_events ({columns}, {position}) {again}")
    assert f"inserted: an event at position {place} that was never sealed" in house.findings()


def test_what_is_stored_of_the_seal_is_itself_held_against_the_checkpoints(house: House) -> None:
    house.grown(WIDTH + 50)
    hashes = house.store.tile(0, 0)
    tamper(house, "UPDATE seal_tiles SET hashes = ? WHERE level = 0 AND number = 0", b"\1" * 32 + hashes[32:])
    found = house.findings()
    assert "damaged hashes: the events are as signed" in found
    assert "damaged hashes: tile 0 of level 0" in found
    tamper(house, "UPDATE seal_tiles SET hashes = ? WHERE level = 0 AND number = 0", hashes)
    tamper(house, "UPDATE seal_tiles SET hashes = ? WHERE level = 1", b"\1" * 32)
    assert "damaged hashes: tile 0 of level 0, or its hash in the level above" in house.findings()


def test_a_checkpoint_whose_text_was_altered_is_not_believed(house: House) -> None:
    house.grown(5)
    (note,) = house.notes()
    for altered in (
        note.replace("\n5\n", "\n4\n"),
        note.replace("cpd.test/toys", "cpd.test/jars"),
        note[:-1],
        "",
        "x" * 80,
    ):
        tamper(house, "UPDATE seal_checkpoints SET note = ?", altered)
        assert "the stored checkpoint 5 is not to be believed" in house.findings(), altered


def test_a_checkpoint_that_was_signed_for_another_log_or_stands_as_another_is_not_believed(house: House) -> None:
    house.grown(5)
    (note,) = house.notes()
    of_another = read_checkpoint(note, house.keys)._replace(origin="cpd.test/jars")
    tamper(house, "UPDATE seal_checkpoints SET note = ?", house.signer.note(checkpoint_text(of_another)))
    assert "the stored checkpoint 5 is not to be believed: it is of the log cpd.test/jars" in house.findings()
    tamper(house, "UPDATE seal_checkpoints SET note = ?, signed_at = '2026-01-01T00:00:00Z'", note)
    assert "what is stored beside it is not what was signed" in house.findings()


def rewrite(house: House, number: int, key: int) -> None:
    """The last event is another, and all that is stored of the seal is made anew: by somebody with a key."""
    position = POSITION[house.store.engine.dialect.name]
    tamper(house, f"UPDATE stored_events SET state = ? WHERE {position} = ?", b"{}", house.rows()[number][0])
    for table in ("seal_tiles", "seal_positions", "seal_checkpoints"):
        tamper(house, f"DELETE FROM {table}")
    tamper(house, "UPDATE seal_tree SET size = 0, position = 0")
    store = SealStore(house.store.engine)
    house.sealing(store=store, signer=signer(key), keys=[signer(key).key], bus=Nowhere()).step()


class Nowhere:
    """A bus that nobody reads."""

    def partitions(self, _: str) -> list[str]:
        return []

    def send(self, _: Any) -> "Nowhere":
        return self

    def wait(self, _: float) -> bool:
        return True

    def close(self) -> None:
        """There is nothing to close."""


def test_a_history_rewritten_with_all_its_hashes_needs_the_key(house: House) -> None:
    house.grown(30)
    rewrite(house, 11, key=2)
    assert "the stored checkpoint 30 is not to be believed: it is signed by" in house.findings()


def test_a_history_rewritten_with_the_key_itself_is_found_from_any_older_checkpoint(house: House) -> None:
    house.grown(20)
    older = house.notes()[0]
    house.grown(30)
    rewrite(house, 11, key=1)
    assert "rewritten: the published checkpoint 20" in house.findings()
    house.bus = Nowhere()  # type: ignore[assignment]
    assert house.findings() == ""  # whoever has the key, the database and the bus leaves no trace in them
    assert "rewritten: the given checkpoint 20" in house.findings([older])
    assert "first 0 events are as signed, what differs is among events 1 to 20" in house.findings([older])


def test_a_checkpoint_of_another_log_says_nothing_of_this_one(house: House) -> None:
    house.grown(20)
    other = read_checkpoint(house.notes()[0], house.keys)._replace(origin="cpd.test/jars", root=b"x" * 32)
    assert house.findings([house.signer.note(checkpoint_text(other))]) == ""


@pytest.mark.parametrize("number", [1, 255, 256, 257, 512])
def test_a_log_of_any_length_is_as_it_was_signed(house: House, number: int) -> None:
    house.grown(number)
    report = house.verify()
    assert report.findings == []
    assert f"{counted(number, 'event')} sealed" in report.lines[0]
