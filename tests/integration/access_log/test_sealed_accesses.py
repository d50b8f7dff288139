"""Accesses are sealed by facts of the service's log, each once, and taken away in whole stretches in time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.access_log import stretches
from shared.access_log.record import STREAM, Record, StretchesForgotten, StretchSealed
from shared.access_log.sealing import LOOK
from shared.access_log.store import Wanted
from shared.access_log.stretches import DamagedAccessError, Stretches, sealed_row
from shared.audit.offline import entry, leaf_hash, root_by_inclusion
from shared.audit.tree import Tree, grown
from shared.eventstore.ledger import Ledger
from tests.integration.audit.house import DAYS, House
from tests.integration.audit.test_sealing import Killed


def stated(house: House) -> list[Any]:
    """The facts about the access log, in order."""
    return list(house.ledger.events.get(STREAM))


def record(house: House) -> Record:
    return house.ledger.load(Record, STREAM)


def checked(house: House) -> str:
    """What a verification says of the accesses, where it finds nothing."""
    report = house.verify()
    assert report.findings == []
    return report.lines[-1]


def numbers(house: House) -> list[int]:
    return [number for number, _ in house.accesses.find(Wanted())]


def test_an_hour_after_the_first_of_them_accesses_are_sealed_once(house: House) -> None:
    house.read(40)
    assert house.seal_accesses(minutes=59) == 0
    assert checked(house) == "toys: 0 accesses sealed, up to number 0; the newest 40 are under no seal yet"
    assert house.seal_accesses(minutes=1) == 1
    (fact,) = stated(house)
    assert (fact.first, fact.last, fact.count) == (1, 40, 40)
    assert (fact.actor, fact.role, fact.staff_id, fact.school_urn) == ("toys", "calendar", "", "")
    assert fact.newest_at == house.accesses.find(Wanted(), after=39)[0][1].at
    house.read(3)
    assert house.seal_accesses(minutes=30) == 0
    assert checked(house) == "toys: 40 accesses sealed, up to number 40; the newest 3 are under no seal yet"


def test_where_nobody_reads_nothing_is_stated(house: House) -> None:
    assert house.seal_accesses(days=400) == 0
    house.read(1)
    assert house.seal_accesses(hours=1) == 1
    assert house.seal_accesses(days=20) == 0


def test_it_looks_once_a_minute(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = 0
    load = Ledger.load

    def counted(ledger: Ledger, *given: Any, **options: Any) -> Any:
        nonlocal loads
        loads += 1
        return load(ledger, *given, **options)

    monkeypatch.setattr(Ledger, "load", counted)
    sealing = house.access_sealing()
    assert [sealing.step() for _ in range(100)] == [0] * 100
    first = loads
    house.now += LOOK
    assert [sealing.step() for _ in range(100)] == [0] * 100
    assert 0 < loads - first < 5


def test_what_waited_long_is_sealed_in_stretches_of_a_day_and_of_so_many(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "LONGEST", 10)
    for number in (4, 12, 3):
        house.read(number)
        house.now += timedelta(hours=30)
    assert house.seal_accesses(hours=1) == 4
    assert [(fact.first, fact.last) for fact in stated(house)] == [(1, 4), (5, 14), (15, 16), (17, 19)]
    assert "19 accesses sealed" in checked(house)


def test_one_access_is_proven_without_the_others(house: House) -> None:
    house.read(23)
    house.seal_accesses(hours=1)
    (fact,) = stated(house)
    stretch = Stretches(house.accesses).at(1)
    assert stretch is not None
    tiles = grown(0, {}, [leaf for _, leaf in stretch.each_leaf()])
    number, access = house.accesses.find(Wanted())[16]
    leaf = leaf_hash(entry(sealed_row(number, access, stretch.salt)))
    proof = Tree(23, lambda level, tile: tiles[level, tile]).inclusion(16)
    found = root_by_inclusion(16, 23, leaf, proof)
    assert found is not None
    assert found.hex() == fact.root


def test_of_two_stretches_of_the_same_accesses_neither_tells_of_the_other(house: House) -> None:
    """Else whoever has the log alone could try who read whom: there are not many."""
    house.read(1)
    found = Stretches(house.accesses)
    (one, other) = (found._made(1), found._made(1))
    assert one is not None
    assert other is not None
    assert (one.first, one.last, one.count) == (other.first, other.last, other.count)
    assert one.root != other.root


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_no_access_is_not_sealed(tmp_path: Path, number: int) -> None:
    """A file may hold anything in any column."""
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.read(3)
    with house.accesses.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE access_log SET by = CAST(X'ff00' AS TEXT) WHERE number = ?", (number,))
    with pytest.raises(DamagedAccessError, match=f"number {number}"):
        house.seal_accesses(hours=1)
    house.close()


@pytest.mark.parametrize("broken_off", ["_keep", "at", "_made"])
def test_ended_while_a_stretch_is_made_it_is_stated_as_it_was_made(
    house: House, broken_off: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.read(5)
    done = getattr(Stretches, broken_off)

    def killed(*given: Any) -> Any:
        done(*given)
        raise Killed

    monkeypatch.setattr(Stretches, broken_off, killed)
    with pytest.raises(Killed):
        house.seal_accesses(hours=1)
    monkeypatch.undo()
    assert stated(house) == []
    kept = Stretches(house.accesses).at(1)
    house.read(2)
    assert house.seal_accesses(hours=1) == (1 if broken_off != "_keep" else 2)
    assert kept is None or stated(house)[0].root == kept.root.hex()
    assert "7 accesses sealed" in checked(house)


def test_two_workers_at_once_state_nothing_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is ahead of the other at every point: as if the lock had failed."""
    house.read(5)
    house.now += timedelta(hours=1)
    one, other = house.access_sealing(), house.access_sealing()
    keep = Stretches._keep

    def overtaken(its: Stretches, stretch: Any) -> None:
        monkeypatch.setattr(Stretches, "_keep", keep)
        assert other.step() == 1
        keep(its, stretch)

    monkeypatch.setattr(Stretches, "_keep", overtaken)
    assert one.step() == 0
    house.seal()
    assert len(stated(house)) == 1
    assert "5 accesses sealed" in checked(house)


def old_and_new(house: House) -> None:
    """Three stretches, of which the time of two is over by now."""
    for number in (4, 3, 2):
        house.read(number)
        house.seal_accesses(hours=1)
        house.now += timedelta(days=10)
    house.now += timedelta(days=DAYS - 20)


def test_whole_stretches_are_taken_away_once_the_time_of_all_in_them_is_over(house: House) -> None:
    old_and_new(house)
    before = house.now - timedelta(days=DAYS)
    assert house.seal_accesses(minutes=0) == 1
    assert numbers(house) == [8, 9]
    forgotten = stated(house)[-1]
    assert isinstance(forgotten, StretchesForgotten)
    assert (forgotten.last, forgotten.before) == (7, before)
    assert all(fact.newest_at < before for fact in stated(house)[:2])
    told = "2 accesses sealed, up to number 9; those up to number 7 were taken away, their time was over"
    assert told in checked(house)
    assert record(house).standing == [fact for fact in stated(house) if isinstance(fact, StretchSealed)][2:]


def test_what_was_stated_to_be_taken_away_is_though_the_process_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_and_new(house)

    def killed(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(Stretches, "forget", killed)
    with pytest.raises(Killed):
        house.seal_accesses()
    monkeypatch.undo()
    house.seal()
    assert len(numbers(house)) == 9
    assert "2 accesses sealed" in checked(house)
    assert house.seal_accesses() == 0
    assert numbers(house) == [8, 9]


def test_taken_away_while_it_is_verified_nothing_is_missing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old_and_new(house)
    at = Stretches.at

    def meanwhile(its: Stretches, first: int) -> Any:
        monkeypatch.setattr(Stretches, "at", at)
        house.seal_accesses()
        return at(its, first)

    monkeypatch.setattr(Stretches, "at", meanwhile)
    assert house.findings() == ""
    assert numbers(house) == [8, 9]


def test_what_is_taken_away_without_a_word_is_missing(house: House) -> None:
    """However old it is."""
    old_and_new(house)
    with house.accesses.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM access_log WHERE number <= 4")
    assert house.findings().count("missing: the access of position") == 4


def test_no_number_is_given_again_once_all_were_taken_away(house: House) -> None:
    house.read(3)
    house.seal_accesses(hours=1)
    assert house.seal_accesses(days=DAYS + 1) == 1
    assert numbers(house) == []
    house.read(2)
    assert numbers(house) == [4, 5]
    assert house.seal_accesses(hours=1) == 1
    assert "2 accesses sealed, up to number 5" in checked(house)


def test_a_file_that_was_lost_begins_beyond_what_was_sealed_in_it(tmp_path: Path) -> None:
    """Else what is read from then on would take the places of what is missing, and never be sealed."""
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.read(3)
    house.seal_accesses(hours=1)
    house.close()
    for file in tmp_path.glob("access.sqlite*"):
        file.unlink()
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.now += timedelta(hours=3)
    assert house.seal_accesses() == 0
    house.read(2)
    assert numbers(house) == [4, 5]
    assert house.seal_accesses(hours=1) == 1
    assert house.findings().startswith("toys: missing: the hashes of accesses 1 to 3")
    assert len(house.verify().findings) == 1
    house.close()


def test_what_is_sealed_in_another_log_is_not_asked_of_this_one(house: House) -> None:
    """A log made anew from an archive has no seal of its own, and nobody's accesses."""
    house.read(3)
    house.access_sealing().step()
    house.now += timedelta(hours=1)
    assert house.access_sealing().step() == 1
    with house.accesses.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM access_log")
    assert "0 accesses sealed" in checked(house)
    house.seal()
    assert house.findings().count("missing") == 3
