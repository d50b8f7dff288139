"""The seal of a log: every event a leaf, checkpoints signed and published, whatever breaks off and whoever helps."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.audit.offline import entry, is_consistent, leaf_hash, read_checkpoint, root_by_inclusion
from shared.audit.published import every_published
from shared.audit.sealing import BATCH, SealBrokenError, Sealing
from shared.audit.store import SealOvertakenError
from shared.messaging.bus import BusAway
from shared.messaging.cloudevents import decode
from shared.messaging.topics import CHECKPOINTS
from tests.integration.audit.house import SERVICE, House, signer


class Killed(BaseException):
    """The process ends here."""


def tamper(house: House, statement: str, *parameters: Any) -> None:
    """What somebody with the database's password does."""
    with house.store.engine.connect() as connection:
        mark = "?" if house.store.engine.dialect.name == "sqlite" else "%s"
        connection.exec_driver_sql(statement.replace("?", mark), parameters)


def test_every_event_has_a_proof_that_leads_to_the_signed_root(house: House) -> None:
    house.grown(300)
    (note,) = house.notes()
    checkpoint = read_checkpoint(note, house.keys)
    rows = house.rows()
    assert checkpoint.size == len(rows) == 300
    assert checkpoint.position == rows[-1][0]
    tree = house.store.tree(300)
    for index, row in enumerate(rows):
        assert house.store.index_of(row[0]) == index
        assert root_by_inclusion(index, 300, leaf_hash(entry(row)), tree.inclusion(index)) == checkpoint.root
    assert house.store.index_of(rows[-1][0] + 1) is None
    assert house.store.index_of(0) is None


def test_each_checkpoint_only_adds_to_those_before_it(house: House) -> None:
    for _ in range(4):
        house.grown(90)
    found = [read_checkpoint(note, house.keys) for note in house.notes()]
    assert [one.size for one in found] == [90, 180, 270, 360]
    for one in found:
        for other in found:
            if one.size <= other.size:
                proof = house.store.tree(other.size).consistency(one.size)
                assert is_consistent(one.size, other.size, one.root, other.root, proof)


def test_a_checkpoint_is_signed_a_minute_after_the_last_and_only_when_there_is_something_new(house: House) -> None:
    sealing = house.sealing()
    house.count(1)
    sealing.step()
    house.count(1)
    house.now += timedelta(seconds=59)
    sealing.step()
    assert [one.size for one in house.store.every_checkpoint()] == [1]
    house.now += timedelta(seconds=1)
    sealing.step()
    house.now += timedelta(hours=1)
    sealing.step()
    assert [one.size for one in house.store.every_checkpoint()] == [1, 2]


def test_it_rests_no_longer_than_a_checkpoint_may_wait(house: House) -> None:
    sealing = house.sealing(seconds=0.0, pause_seconds=3600.0)
    for _ in range(2):
        house.count(1)
        sealing.step()
    assert [one.size for one in house.store.every_checkpoint()] == [1, 2]
    sealing = house.sealing(seconds=60.0, pause_seconds=3600.0)
    assert [sealing.step(), house.count(1), sealing.step()] == [0, None, 0]


def test_a_checkpoint_is_published_as_it_was_signed(house: House) -> None:
    house.grown(3)
    (received,) = house.bus.read(CHECKPOINTS, 0, 10)
    event = decode(received.value)
    (note,) = house.notes()
    checkpoint = read_checkpoint(note, house.keys)
    assert event.id == f"toys/checkpoints/3-{checkpoint.root.hex()[:16]}"
    assert event.type == "cpd.toys.CheckpointSigned.v1"
    assert event.data["note"] == note
    assert event.data["root"] == checkpoint.root.hex()
    assert received.key == "cpd.test/toys"


def test_what_the_bus_did_not_take_is_sent_again(house: House) -> None:
    class Away:
        def partitions(self, _: str) -> list[str]:
            raise BusAway("away")

    house.count(3)
    with pytest.raises(BusAway):
        house.sealing(bus=Away()).step()
    assert not list(every_published(house.bus, SERVICE))
    house.seal()
    assert list(every_published(house.bus, SERVICE)) == house.notes()


@pytest.mark.parametrize("broken_off", ["extend", "add", "send", "published"])
def test_killed_before_or_after_any_write_it_goes_on_to_the_same_tree(
    house: House, monkeypatch: pytest.MonkeyPatch, broken_off: str
) -> None:
    house.grown(270)
    for after in (False, True):
        house.count(270)
        place = house.bus if broken_off == "send" else house.store
        with monkeypatch.context() as patched:
            patched.setattr(place, broken_off, killing(getattr(place, broken_off), after=after))
            with pytest.raises(Killed):
                house.seal()
        house.seal()
    assert house.findings() == ""
    assert house.store.head().size == 810
    assert set(house.notes()) == set(every_published(house.bus, SERVICE))


def killing(method: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def killed(*args: Any, **kwargs: Any) -> None:
        if after:
            method(*args, **kwargs)
        raise Killed

    return killed


def test_of_two_workers_one_extends_and_the_other_writes_nothing(house: House) -> None:
    house.grown(10)
    behind = house.store.head()
    house.grown(10)
    with pytest.raises(SealOvertakenError):
        house.store.extend(behind, [(10**6, b"x" * 32)])
    one, other = house.sealing(), house.sealing()
    for _ in range(5):
        house.count(3)
        one.step()
        other.step()
    assert house.store.head().size == 35
    assert house.findings() == ""


def test_a_worker_that_was_overtaken_in_the_middle_leaves_it_to_the_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.grown(10)
    house.count(10)
    rows_from = house.ledger.recorder.whole_rows_from

    def overtaken(first: int, limit: int, upto: int | None = None) -> Any:
        rows = rows_from(first, limit, upto)
        if limit == 1 + BATCH:
            monkeypatch.undo()
            house.seal()
        return rows

    sealing: Sealing = house.sealing()
    monkeypatch.setattr(house.ledger.recorder, "whole_rows_from", overtaken)
    assert sealing.step() == 0
    assert house.store.head().size == 20
    assert house.findings() == ""


def test_after_a_key_was_replaced_what_the_old_one_signed_still_holds(house: House) -> None:
    house.grown(5)
    house.signer = signer(2)
    house.keys = [house.signer.key, signer(1).key]
    house.grown(5)
    old, new = (note.rpartition("— ")[2].split()[1][:5] for note in house.notes())
    assert old != new
    assert house.findings() == ""
    house.keys = [house.signer.key]
    assert "stored checkpoint 5 is not to be believed: it is signed by cpd.test+" in house.findings()


POSITION = {"sqlite": "rowid", "postgresql": "notification_id"}


def test_nothing_more_is_signed_once_the_last_event_was_altered(house: House) -> None:
    house.grown(5)
    where = POSITION[house.store.engine.dialect.name] + " = ?"
    tamper(house, "UPDATE stored_events SET topic = 'toys.Counter' WHERE " + where, house.store.head().position)
    with pytest.raises(SealBrokenError, match="is not the one that was sealed"):
        house.seal()
    assert len(house.notes()) == 1


def test_nothing_more_is_signed_once_the_tree_is_not_the_one_that_was_signed(house: House) -> None:
    house.grown(300)
    tamper(house, "UPDATE seal_tiles SET hashes = ? WHERE level = 1 AND number = 0", b"\1" * 32)
    house.count(1)
    with pytest.raises(SealBrokenError, match="does not begin as checkpoint 300"):
        house.seal()


def test_a_tree_that_was_lost_is_made_anew_and_leads_to_the_same_checkpoints(house: House) -> None:
    for _ in range(3):
        house.grown(200)
    for table in ("seal_tiles", "seal_positions"):
        tamper(house, f"DELETE FROM {table}")
    tamper(house, "UPDATE seal_tree SET size = 0, position = 0")
    assert "truncated: the stored checkpoint 600" in house.findings()
    house.seal()
    assert house.findings() == ""
    assert len(house.notes()) == 3


def test_a_log_restored_from_an_older_backup_shows_as_a_fork(tmp_path: Path) -> None:
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.grown(20)
    with sqlite3.connect(tmp_path / "log.sqlite") as log, sqlite3.connect(tmp_path / "backup.sqlite") as backup:
        log.backup(backup)
    house.grown(20)
    house.close()
    for left in tmp_path.glob("log.sqlite*"):
        left.unlink()
    (tmp_path / "backup.sqlite").rename(tmp_path / "log.sqlite")
    house = House(str(tmp_path / "log.sqlite"), tmp_path)
    house.now += timedelta(days=1)
    assert "taken back: the published checkpoint 40" in house.findings()
    assert "is of 40 events, and only 20 are sealed here" in house.findings()
    house.count(20)
    house.seal()
    found = house.findings()
    assert "fork: the checkpoint 40 that was published" in found
    assert "the first 20 events are as signed, what differs is among events 21 to 40" in found
    ids = [decode(received.value).id for received in house.bus.read(CHECKPOINTS, 0, 10)]
    assert len(set(ids)) == 3  # the two of 40 events are told apart
    house.close()
