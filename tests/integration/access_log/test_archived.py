"""Who read what, in an archive: checked by the one file that everyone has, against the events that seal it."""

import random
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.export import Part
from shared.audit.offline import read_line
from tests.integration.audit.house import DAYS, House
from tests.integration.audit.test_archive import members, packed
from tests.integration.audit.test_tampering import delete, flip, swap, truncate

NAME = "toys/accesses.ndjson"
TIMES = 100


@pytest.fixture
def content(house: House) -> dict[str, bytes]:
    """The members of an archive with the accesses of three stretches, the first taken away."""
    for number in (4, 30, 12):
        house.read(number)
        house.seal_accesses(hours=1)
        house.now += timedelta(days=DAYS / 2 - 1)
    house.seal_accesses(minutes=1)
    house.read(3)
    return members(house.archive(accesses=True))


def findings(house: House, content: dict[str, bytes], lines: list[bytes]) -> list[str]:
    """What is found in an archive with these accesses, which somebody with the key signed."""
    return house.checked(packed({**content, NAME: b"".join(lines)}, house.signer)).findings


def test_the_accesses_of_an_archive_are_those_that_its_events_seal(house: House, content: dict[str, bytes]) -> None:
    report = house.checked(packed(content, house.signer))
    assert report.findings == []
    assert "toys: 42 accesses, held against 2 seals" in report.lines
    rows = [read_line(line) for line in content[NAME].splitlines(keepends=True)]
    assert [row[0] for row in rows] == list(range(5, 47))
    assert b'"by":"head"' in rows[0][4]


def test_without_being_asked_for_they_are_in_no_archive(house: House, content: dict[str, bytes]) -> None:
    assert NAME in content
    assert NAME not in members(house.archive())
    assert b'"head"' not in house.archive()


def changed(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """A line altered, taken out, put in, moved, or all from one on."""
    rows: Any = [(number, line) for number, line in enumerate(lines)]
    kind = chance.randrange(5)
    if kind == 0:
        at = chance.randrange(len(lines))
        return [*lines[:at], flip(lines[at], chance), *lines[at + 1 :]]
    if kind == 1:
        delete(rows, chance)
    elif kind == 2:
        swap(rows, chance)
    elif kind == 3:
        truncate(rows, chance)
    else:
        rows.insert(chance.randrange(len(rows)), chance.choice(rows))
    return [line for _, line in rows]


def test_whatever_is_done_to_them_is_found_though_the_manifest_is_signed_anew(
    house: House, content: dict[str, bytes]
) -> None:
    lines = content[NAME].splitlines(keepends=True)
    chance = random.Random(31)  # noqa: S311
    for number in range(TIMES):
        altered = changed(lines, chance)
        if altered != lines:
            assert findings(house, content, altered), number


def test_what_is_found_says_which_accesses(house: House, content: dict[str, bytes]) -> None:
    lines = content[NAME].splitlines(keepends=True)
    place = house.rows()[1][0]
    assert findings(house, content, [lines[0].replace(b"head", b"tail"), *lines[1:]]) == [
        f"toys: altered: accesses 5 to 34 are not those sealed at position {place}"
    ]
    beyond = lines[-1].replace(b'"position":"46"', b'"position":"47"')
    assert findings(house, content, [*lines, beyond]) == [
        "toys: inserted: accesses from number 47 on, which nothing seals"
    ]


def test_an_access_that_was_altered_before_it_was_exported_is_found_in_the_archive(house: House) -> None:
    house.read(3)
    house.seal_accesses(hours=1)
    with house.accesses.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE access_log SET staff_id = 'other' WHERE number = 2")
    assert "altered: accesses 1 to 3" in house.checked(house.archive(accesses=True)).findings[0]


def test_in_a_part_of_a_log_nothing_proves_them(house: House, content: dict[str, bytes]) -> None:
    part = members(house.archive(Part(school_urn="none")))
    report = house.checked(packed({**part, NAME: content[NAME]}, house.signer))
    assert "toys: inserted: accesses from number 5 on, which nothing seals" in report.findings
