"""The consumer reacts to each message once and parks what cannot be reacted to, sealed."""

import time

import msgspec
import pytest
from sqlalchemy import insert, select

from shared.clock import utc_now
from shared.errors import StateForbids
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Once
from shared.eventstore.recorder import MessageId
from shared.messaging import consumer
from shared.messaging.bus import BusAway, Received, Record
from shared.messaging.cloudevents import CloudEvent, decode
from shared.messaging.consumer import ATTEMPTS
from shared.messaging.failure import Failure
from shared.messaging.poison import DEAD_LETTERS
from tests.integration.messaging.toy import JAR, TOPIC, BeanFields, Jar, Toy, bean
from tests.processes import eventually


def drain(toy):
    """Step until there is nothing more to do, pauses included."""
    eventually(lambda: toy.consumer.step() == 0 and toy.consumer.position() >= toy.bus.end(TOPIC))


def test_each_message_is_reacted_to_in_order(toy):
    toy.send(*(bean(n) for n in range(250)))
    drain(toy)
    assert toy.beans() == [str(n) for n in range(250)]


def test_a_message_sent_again_under_a_new_offset_is_passed(toy):
    toy.send(bean(1), bean(2), bean(1))
    drain(toy)
    assert toy.beans() == ["1", "2"]
    assert toy.consumer.position() == 3


def test_of_messages_that_are_passed_together_the_last_is_saved(toy, monkeypatch):
    saved, insert_tracking = [], toy.ledger.recorder.insert_tracking
    monkeypatch.setattr(toy.ledger.recorder, "insert_tracking", lambda at: [saved.append(at), insert_tracking(at)])
    toy.send(bean(1), *(bean(1) for _ in range(9)))
    drain(toy)
    assert ([each.notification_id for each in saved], toy.consumer.position()) == ([10], 10)
    toy.send(bean(1), bean(2))
    drain(toy)
    assert (len(saved), toy.consumer.position(), toy.beans()) == (1, 12, ["1", "2"])


def test_a_message_that_leads_to_nothing_is_seen_and_passed(toy):
    toy.send(bean(1, kind="toy.Other.v1"))
    drain(toy)
    assert toy.consumer.position() == 1
    assert toy.ledger.recorder.has_seen(MessageId("/test", "b/1"))
    assert toy.beans() == []


def test_a_reaction_that_commits_one_mark_only_still_moves_on(tmp_path):
    toy = Toy(tmp_path, lambda event, marks: toy.drop(event.data["bean"], Once(message=marks.message)))
    toy.send(bean(1), bean(2))
    drain(toy)
    assert toy.beans() == ["1", "2"]


def test_a_command_that_records_nothing_still_commits_the_marks(tmp_path):
    def react(event, marks):
        act = Act(recorded_at=utc_now(), actor="toy", role="system", correlation_id="c")
        toy.ledger.execute(Jar, JAR, Call(act=act, once=lambda _: marks), lambda _: None)
        assert toy.ledger.recorder.has_seen(marks.message)

    toy = Toy(tmp_path, react)
    toy.send(bean(1))
    drain(toy)
    assert toy.consumer.position() == 1
    assert toy.poison.letters() == []


def refuse(event, marks):
    raise StateForbids("never for 'Jo Doe'")


def test_a_refusal_is_parked_at_once_and_the_next_carries_on(tmp_path):
    toy = Toy(tmp_path, lambda event, marks: (refuse if event.id == "b/1" else toy.react)(event, marks))
    toy.send(bean(1), bean(2))
    assert toy.consumer.step() == 2
    assert toy.beans() == ["2"]
    (letter,) = toy.poison.letters()
    assert (letter.offset, letter.error_type, letter.attempts) == (1, "StateForbids", 1)


def test_a_message_that_breaks_its_schema_is_parked_at_once(tmp_path):
    toy = Toy(tmp_path, lambda event, _: msgspec.convert(event.data, BeanFields))
    toy.send(bean(1))
    assert toy.consumer.step() == 1
    assert toy.poison.letters()[0].error_type == "ValidationError"


@pytest.mark.parametrize(("value", "kept_as"), [(b"no event", "value"), (b"\xff\xfe", "value_base64")])
def test_what_is_no_event_is_parked_with_its_bytes(toy, value, kept_as):
    toy.bus.publish([Record(TOPIC, "P9", value)])
    toy.send(bean(2))
    drain(toy)
    assert toy.beans() == ["2"]
    assert toy.poison.letters()[0].value == value
    (received,) = toy.bus.read(f"{TOPIC}.dlq", 0, 10)
    envelope = decode(received.value)
    assert (received.key, envelope.data["offset"], envelope.data["error_type"]) == ("P9", "1", "NotACloudEvent")
    assert kept_as in envelope.data


def test_an_error_is_tried_again(tmp_path):
    tries = []

    def fails_twice(event, marks):
        tries.append(event.id)
        if len(tries) < 3:
            raise RuntimeError("not yet")
        toy.react(event, marks)

    toy = Toy(tmp_path, fails_twice)
    toy.send(bean(1))
    drain(toy)
    assert (tries, toy.beans(), toy.poison.letters()) == (["b/1"] * 3, ["1"], [])


def test_an_error_that_stays_is_parked_after_five_attempts_without_its_text(tmp_path):
    tries = []

    def always_fails(event, marks):
        if event.id != "b/1":
            return toy.react(event, marks)
        tries.append(event.id)
        raise RuntimeError("Jo Doe is ill")

    toy = Toy(tmp_path, always_fails)
    toy.send(bean(1), bean(2))
    drain(toy)
    assert len(tries) == ATTEMPTS
    assert toy.beans() == ["2"]
    (letter,) = toy.poison.letters()
    assert (letter.error_type, letter.attempts) == ("RuntimeError", ATTEMPTS)
    assert "always_fails" in letter.error_text
    assert b"Jo Doe" not in toy.bus.read(f"{TOPIC}.dlq", 0, 1)[0].value


def test_waiting_for_the_next_attempt_blocks_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(consumer, "FIRST_PAUSE_SECONDS", 60.0)

    def fails(event, marks):
        raise RuntimeError

    toy = Toy(tmp_path, fails)
    toy.send(bean(1))
    began = time.monotonic()
    assert (toy.consumer.step(), toy.consumer.step()) == (0, 0)
    assert time.monotonic() - began < 30


def test_an_outage_is_not_the_messages_fault(tmp_path):
    outages = 2 * ATTEMPTS

    def away_for_long(event, marks):
        nonlocal outages
        outages -= 1
        if outages > 0:
            raise BusAway("unplugged")
        toy.react(event, marks)

    toy = Toy(tmp_path, away_for_long)
    toy.send(bean(1))
    while outages > 1:
        with pytest.raises(BusAway):
            toy.consumer.step()
    drain(toy)
    assert (toy.beans(), toy.poison.letters()) == (["1"], [])


def test_a_bus_that_is_away_while_a_message_is_parked_changes_nothing_about_why(tmp_path, monkeypatch):
    def fails(event, marks):
        raise RuntimeError

    toy = Toy(tmp_path, fails)
    toy.send(bean(1))
    with monkeypatch.context() as broken:
        broken.setattr(toy.bus, "publish", away)
        with pytest.raises(BusAway):
            drain(toy)
    drain(toy)
    assert [letter.error_type for letter in toy.poison.letters()] == ["RuntimeError"]


def away(_):
    raise BusAway("unplugged")


def test_a_dead_letter_lies_sealed_for_whom_it_names_and_is_read_as_it_came(toy):
    said = {"staff_id": "t1", "text": "Jo Doe"}
    value = CloudEvent.of(id="1", source="/hr", type="hr.StaffJoined.v1", data=said).encode()
    for offset, (key, each) in enumerate([("t2", value), ("t1", b"Jo Doe \xff"), ("no id", b"Jo Doe")], 1):
        toy.poison.park(Received(TOPIC, offset, key, each), Failure("Oops", "text"), 1)
    assert [letter.value for letter in toy.poison.letters()] == [value, b"Jo Doe \xff", b"Jo Doe"]
    with toy.poison.engine.connect() as connection:
        kept = [bytes(each) for each in connection.execute(select(DEAD_LETTERS.c.value)).scalars()]
    assert [each.split(b"~")[2] for each in kept] == [b"t1", b"t1", b"unknown"]
    told = b"".join(each.value for each in toy.bus.read(f"{TOPIC}.dlq", 0, 10))
    assert b"Jo Doe" not in told + b"".join(kept)
    toy.sealer.keys.destroy("t1")
    assert [letter.value for letter in toy.poison.letters()] == [b"[erased]", b"[erased]", b"Jo Doe"]


def test_dead_letters_of_an_earlier_version_are_sealed_by_a_migration(toy):
    row = {"topic": TOPIC, "offset": 1, "key": "t1", "value": b"Jo Doe", "error_type": "Oops", "error_text": "text"}
    with toy.poison.engine.connect() as connection:
        connection.execute(insert(DEAD_LETTERS).values(row | {"attempts": 1, "parked_at": "2025-01-01"}))
    for _ in range(2):
        toy.poison.create_tables()
    assert [letter.value for letter in toy.poison.letters()] == [b"Jo Doe"]
    assert all(b"Jo Doe" not in path.read_bytes() for path in toy.home.glob("inbox.sqlite*"))
