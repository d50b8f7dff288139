"""The log does the same on SQLite and on PostgreSQL."""

import threading
from contextlib import suppress

import pytest
from eventsourcing.persistence import IntegrityError, Tracking

from shared.eventstore.ledger import AlreadyAnsweredError, AlreadySeenError, Ledger, Once, OvertakenError
from shared.eventstore.recorder import MessageId, Receipt
from shared.projections.log import entries, parts_in_order, parts_of_streams, rows_after, rows_at, rows_beside, rows_of
from tests.integration.eventstore.toy import Counted, Counter, count, open_ledger, stream

RECEIPT = Receipt("caller", "key", "fingerprint", "answer")
MESSAGE = MessageId("/source", "1")
TRACKING = Tracking("topic", 7)
MARKS = {
    "receipt": (Once(receipt=RECEIPT), AlreadyAnsweredError),
    "message": (Once(message=MESSAGE), AlreadySeenError),
    "tracking": (Once(tracking=TRACKING), AlreadySeenError),
}


def test_what_was_counted_is_counted_after_opening_the_log_again(ledger: Ledger):
    done = [count(ledger, "one", times=2), count(ledger, "two"), count(ledger, "one")]
    assert [each.result for each in done] == [2, 1, 3]
    assert sorted(each.position for each in done) == [each.position for each in done]
    assert ledger.position() == ledger.readable_position() == done[-1].position
    again = open_ledger(ledger.database, create_tables=False)
    assert again.load(Counter, stream("one")).total == 3
    again.close()


def test_a_command_that_records_nothing_stands_at_the_end_of_the_log(ledger: Ledger):
    assert count(ledger, "one", times=0).position == 0
    position = count(ledger, "one").position
    assert count(ledger, "one", times=0).position == position


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_is_there_already_undoes_the_whole_append(ledger: Ledger, mark: str):
    once, error = MARKS[mark]
    first = count(ledger, "one", once=lambda _: once)
    others = Once(
        receipt=once.receipt or Receipt("other", "key", "", ""),
        message=once.message or MessageId("/other", "1"),
        tracking=once.tracking or Tracking("other", 1),
        forgotten=["read"],
    )
    ledger.recorder.insert_tracking(Tracking("read", 3))
    with pytest.raises(error):
        count(ledger, "two", once=lambda _: others)
    recorder = ledger.recorder
    assert ledger.position() == first.position
    assert (recorder.receipt("other", "key") is None, recorder.has_seen(MessageId("/other", "1"))) == (True, False)
    assert (recorder.max_tracking_id("other"), recorder.max_tracking_id("read")) == (None, 3)


def test_marks_are_found_again(ledger: Ledger):
    count(ledger, "one", once=lambda _: Once(receipt=RECEIPT, message=MESSAGE, tracking=TRACKING))
    recorder = ledger.recorder
    assert recorder.receipt("caller", "key") == RECEIPT
    assert recorder.has_seen(MESSAGE)
    assert recorder.max_tracking_id("topic") == 7
    assert recorder.has_tracking_id("topic", 7)
    assert not recorder.has_tracking_id("topic", 8)


def test_marks_alone_are_kept_once(ledger: Ledger):
    ledger.recorder.insert_events([], receipt=RECEIPT)
    with pytest.raises(IntegrityError):
        ledger.recorder.insert_events([], receipt=RECEIPT, tracking=TRACKING)
    assert ledger.recorder.max_tracking_id("topic") is None
    ledger.recorder.insert_events([], message=MESSAGE, tracking=TRACKING)
    for earlier in (7, 6):
        with pytest.raises(IntegrityError):
            ledger.recorder.insert_tracking(Tracking("topic", earlier))
    ledger.recorder.insert_tracking(Tracking("topic", 8))
    assert ledger.recorder.max_tracking_id("topic") == 8


def test_how_far_a_log_was_read_is_forgotten_for_those_that_are_named(ledger: Ledger):
    for name in ("topic/0", "topic/1", "relay"):
        ledger.recorder.insert_tracking(Tracking(name, 8))
    forgotten = ["topic/0", "topic/1", "topic/2"]
    count(ledger, "one", once=lambda _: Once(forgotten=forgotten))
    assert [ledger.recorder.max_tracking_id(name) for name in ("topic/0", "topic/1", "relay")] == [None, None, 8]
    ledger.recorder.insert_tracking(Tracking("topic/0", 1))
    assert ledger.recorder.max_tracking_id("topic/0") == 1, "an earlier position can be saved again"


def test_commands_that_collide_all_count(ledger: Ledger):
    counted = []

    def collide() -> None:
        for _ in range(20):
            with suppress(OvertakenError):
                counted.append(count(ledger, "one").position)

    threads = [threading.Thread(target=collide) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.load(Counter, stream("one")).total == len(counted) == len(set(counted)) > 20


def test_the_log_is_read_in_order_and_in_parts(ledger: Ledger):
    positions = [count(ledger, f"c{number % 5}", by=number).position for number in range(20)]
    every = rows_after(ledger, 0, 100)
    assert [position for position, _, _ in every] == positions
    assert rows_after(ledger, positions[3], 2) == every[4:6]
    assert rows_after(ledger, positions[3], 100, upto=positions[7]) == every[4:8]
    assert rows_at(ledger, [positions[9], positions[2]]) == [every[2], every[9]]
    assert rows_beside(ledger, positions[1], positions[11]) == [every[1], every[6], every[11]]
    assert ledger.recorder.estimated_rows() == 20
    upto = positions[-2]
    for streams in (parts_of_streams(1), parts_of_streams(1_000)):
        read = [row for part in streams for row in rows_of(ledger, part, upto, {Counted.TOPIC})]
        assert sorted(read) == every[:-1]
        assert not any(rows_of(ledger, part, positions[-1], {"toys.Other"}) for part in streams)
    for number in (1, 2, 7, 19, 20, 1_000):
        stretches = parts_in_order(ledger, number, upto)
        assert len(stretches) == number
        held = [rows_of(ledger, part, upto, {Counted.TOPIC}) for part in stretches]
        assert [row for rows in held for row in rows] == every[:-1]
        assert max(map(len, held)) <= 19 // number + 1
    facts = [fact for _, fact in entries(ledger, every, {Counted.TOPIC})]
    assert [fact.by for fact in facts if isinstance(fact, Counted)] == list(range(20))
    assert list(entries(ledger, every, {"toys.Other"})) == []


def test_no_writer_holds_readers_back_when_none_writes(ledger: Ledger):
    count(ledger, "one")
    assert ledger.recorder.oldest_writer_seconds() == 0


def test_receipts_are_found_by_caller_and_by_a_word_of_their_answer(ledger: Ledger) -> None:
    kept = [Receipt("me", "1", "f", "{}"), Receipt("you", "2", "f", "~sealed~me_1~x"), Receipt("you", "3", "f", "meX1")]
    for receipt in kept:
        ledger.recorder.insert_events([], receipt=receipt)
    assert ledger.recorder.receipts_with(["me", "nobody"], "me_1") == kept[:2]
