"""Whatever is done to the rows of a sealed access log, or to what is stored beside them, is found and located."""

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from shared.access_log.store import Access, Wanted
from shared.access_log.stretches import Stretch, Stretches, sealed_row
from shared.audit.offline import LEAF, entry, leaf_hash
from tests.integration.audit.house import House
from tests.integration.audit.test_sealing import POSITION, tamper
from tests.integration.audit.test_tampering import flip, named, with_bit_flipped

MODIFICATIONS = int(os.environ.get("CPD_TEST_MODIFICATIONS", "120"))
COLUMNS = "number, at, by, role, what, staff_id, correlation_id"
Done = tuple[str, str, list[Any], set[int]]
"""What is done, as a statement with its parameters, and numbers of which one must be named, if there are any."""


def spoil(house: House, statement: str, *parameters: Any) -> None:
    """What somebody with the access log's database does."""
    with house.accesses.engine.connect() as connection:
        mark = "?" if house.accesses.engine.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql(statement.replace("?", mark), tuple(parameters))


def sealed_in_three(house: House) -> None:
    for number in (30, 1, 20):
        house.read(number)
        house.seal_accesses(hours=1)
    house.read(5)
    assert house.findings() == ""


def flipped(value: Any, chance: random.Random) -> Any:
    """The same with one bit of it otherwise: of a text one that leaves it a text, which a database holds it to."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(50)
    at = chance.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ 1 << chance.randrange(4)) + value[at + 1 :]


def modifications(rows: list[tuple[int, Access]], chance: random.Random) -> Iterator[Done]:
    """Of random rows that are sealed."""
    while True:
        (number, access), (other, its) = chance.sample(rows, 2)
        for name in ("by", "role", "what", "staff_id", "correlation_id"):
            changed = flipped(getattr(access, name), chance)
            yield "flip", f"UPDATE access_log SET {name} = ? WHERE number = ?", [changed, number], {number}
        yield "at", "UPDATE access_log SET at = at + ? WHERE number = ?", [1 << chance.randrange(40), number], {number}
        yield "number", "UPDATE access_log SET number = ? WHERE number = ?", [flipped(number, chance), number], {number}
        yield "delete", "DELETE FROM access_log WHERE number = ?", [number], {number}
        yield "delete all", "DELETE FROM access_log", [], {number}
        yield "truncate", "DELETE FROM access_log WHERE number >= ?", [number], {number}
        yield "forget", "DELETE FROM access_log WHERE number <= ?", [number], {number}
        swap = "UPDATE access_log SET staff_id = CASE number WHEN ? THEN ? ELSE ? END WHERE number IN (?, ?)"
        yield (
            "swap",
            swap,
            [number, its.staff_id, access.staff_id, number, other],
            {number, other} if its.staff_id != access.staff_id else set(),
        )
        again = f"INSERT INTO access_log ({COLUMNS}) SELECT ?, at, by, role, what, staff_id, correlation_id"
        yield "below", f"{again} FROM access_log WHERE number = ?", [-number, number], set()
        yield "instead", "UPDATE access_log SET number = ? WHERE number = ?", [-other, number], {number}


def test_every_modification_of_a_row_is_found_and_located(house: House) -> None:
    sealed_in_three(house)
    rows = list(house.accesses.find(Wanted()))
    spoil(house, "CREATE TABLE kept AS SELECT * FROM access_log")
    chance = random.Random(23)  # noqa: S311  which rows, not which key
    for done, (kind, statement, parameters, places) in enumerate(modifications(rows[:51], chance)):
        if done == MODIFICATIONS:
            break
        try:
            spoil(house, statement, *parameters)
        except IntegrityError:
            continue  # there is one of that number
        if list(house.accesses.find(Wanted())) != rows or kind == "below":
            report = house.verify()
            assert report.findings, (kind, parameters)
            assert not places or named(report.findings) & places, (kind, places, report.findings)
        spoil(house, "DELETE FROM access_log")
        spoil(house, f"INSERT INTO access_log ({COLUMNS}) SELECT {COLUMNS} FROM kept")
    assert house.findings() == ""


def test_an_access_put_in_between_is_found(house: House) -> None:
    """Numbers may have gaps on PostgreSQL: whoever notes and takes it back leaves one."""
    house.read(3)
    spoil(house, "UPDATE access_log SET number = 5 WHERE number = 3")
    house.seal_accesses(hours=1)
    assert house.findings() == ""
    row = "SELECT 4, at, by, role, what, staff_id, correlation_id FROM access_log WHERE number = 5"
    spoil(house, f"INSERT INTO access_log ({COLUMNS}) {row}")
    assert house.findings() == "toys: inserted: an access at position 4 that was never sealed"


def test_two_accesses_that_changed_places_are_named_as_such(house: House) -> None:
    sealed_in_three(house)
    for number, place in ((3, -1), (7, 3), (-1, 7)):
        spoil(house, "UPDATE access_log SET number = ? WHERE number = ?", place, number)
    found = house.findings()
    assert "reordered: at position 3 (leaf 2) stands the access of position 7" in found
    assert "reordered: at position 7 (leaf 6) stands the access of position 3" in found


def test_every_flipped_bit_of_a_row_in_the_file_is_found(tmp_path: Path) -> None:
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    sealed_in_three(house)
    path = Path(str(house.accesses.engine.url.database))
    rows = list(house.accesses.find(Wanted()))
    ids = [access.correlation_id.encode() for _, access in rows[:51]]
    house.close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    chance = random.Random(29)  # noqa: S311
    for _ in range(MODIFICATIONS):
        end = whole.index(chance.choice(ids)) + len(ids[0])
        start = whole.rindex(b"headheadteacher", 0, end) - 18  # length, number, eight bytes of types, the instant
        at = chance.randrange(start * 8, end * 8)
        path.write_bytes(with_bit_flipped(whole, at))
        house = House(str(tmp_path / "log.sqlite"), tmp_path)
        assert house.findings() or list(house.accesses.find(Wanted())) == rows, at - start * 8
        house.close()


def test_what_is_stored_beside_the_accesses_is_told_apart_from_them(house: House) -> None:
    sealed_in_three(house)
    stretch = Stretches(house.accesses).at(1)
    assert stretch is not None
    bare = "UPDATE access_stretches SET leaves = ? WHERE first = 1"
    for number in range(20):
        spoil(house, bare, flip(stretch.leaves, random.Random(number)))  # noqa: S311
        assert "damaged hashes: accesses 1 to 30 are as sealed" in house.findings()
    spoil(house, bare, stretch.leaves[:-7])
    assert "damaged hashes: accesses 1 to 30" in house.findings()
    spoil(house, bare, stretch.leaves)
    spoil(house, "UPDATE access_stretches SET salt = ? WHERE first = 1", b"\0" * 16)
    assert "rewritten: accesses 1 to 30, or the salt of their hashes" in house.findings()
    spoil(house, "DELETE FROM access_stretches WHERE first = 32")
    assert "missing: the hashes of accesses 32 to 51" in house.findings()


@pytest.mark.parametrize("column", ["last", "newest_at"])
def test_what_else_is_stored_of_a_stretch_proves_nothing_and_hides_nothing(house: House, column: str) -> None:
    sealed_in_three(house)
    spoil(house, f"UPDATE access_stretches SET {column} = 9000000000000000000 WHERE first = 1")
    spoil(house, "UPDATE access_log SET by = 'other' WHERE number = 7")
    found = house.findings()
    assert "position 7 " in found or "missing: the hashes of accesses 1 to 30" in found


def test_accesses_rewritten_with_all_their_hashes_are_found(house: House) -> None:
    sealed_in_three(house)
    spoil(house, "UPDATE access_log SET staff_id = 'other' WHERE number = 7")
    stretch = Stretches(house.accesses).at(1)
    assert stretch is not None
    spoil(house, "UPDATE access_stretches SET leaves = ? WHERE first = 1", hashed_anew(house, stretch))
    place = house.rows()[0][0]
    assert house.findings() == (
        f"toys: rewritten: accesses 1 to 30, or the salt of their hashes, are not what was sealed at position {place}"
    )


def hashed_anew(house: House, stretch: Stretch) -> bytes:
    rows = [sealed_row(number, access, stretch.salt) for number, access in house.accesses.find(Wanted())[:30]]
    return b"".join(LEAF.pack(row[0], leaf_hash(entry(row))) for row in rows)


def test_a_stretch_that_was_taken_out_of_the_log_is_found_there_and_here(house: House) -> None:
    sealed_in_three(house)
    gone = house.rows()[1][0]
    tamper(house, f"DELETE FROM stored_events WHERE {POSITION[house.store.engine.dialect.name]} = ?", gone)
    assert f"missing: the event of position {gone}" in house.findings()
    assert "no seal: accesses 31 to 31 were passed over" in house.findings()
