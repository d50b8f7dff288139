"""The relay sends each fact in order, at least once, and stops at the first failure."""

import pytest

from shared.messaging.bus import BusAway, Record
from shared.messaging.cloudevents import CloudEvent, decode
from shared.messaging.relay import Relay

OUT = "cpd.toy.v1"


def publish(position, fact):
    data = {"bean": fact.bean, "note": fact.note}
    event = CloudEvent.of(id=f"toy/{position}", source="/cpd/toy", type="cpd.toy.BeanDropped.v1", data=data)
    return [Record(OUT, fact.staff_id, event.encode())]


def sent(toy):
    return [decode(received.value) for received in toy.bus.read(OUT, 0, 10_000)]


def test_facts_go_out_in_the_order_of_the_log(toy):
    for number in range(1, 6):
        toy.drop(str(number))
    relay = Relay(toy.ledger, toy.bus, publish)
    assert (relay.step(), relay.step()) == (5, 0)
    assert [event.id for event in sent(toy)] == [f"toy/{n}" for n in range(1, 6)]


def test_it_goes_on_where_it_came_to(toy):
    toy.drop("1")
    Relay(toy.ledger, toy.bus, publish).step()
    toy.drop("2")
    Relay(toy.ledger, toy.bus, publish).step()
    assert [event.data["bean"] for event in sent(toy)] == ["1", "2"]


def test_personal_text_stays_sealed(toy):
    toy.drop("1", note="is ill")
    Relay(toy.ledger, toy.bus, publish).step()
    note = sent(toy)[0].data["note"]
    assert note.startswith("~sealed~")
    assert toy.sealer.open(note) == "is ill"


def test_facts_that_are_not_published_are_passed(toy):
    toy.drop("1")
    relay = Relay(toy.ledger, toy.bus, lambda *_: [])
    assert (relay.step(), relay.step(), toy.bus.end(OUT)) == (1, 0, 0)


def test_what_lies_before_a_failure_is_sent_and_nothing_after(toy):
    for number in "123":
        toy.drop(number)

    def fails_at_two(position, fact):
        if fact.bean == "2":
            raise ValueError("cannot tell")
        return publish(position, fact)

    for _ in range(2):
        with pytest.raises(ValueError, match="cannot tell"):
            Relay(toy.ledger, toy.bus, fails_at_two).step()
    assert [event.data["bean"] for event in sent(toy)] == ["1"]
    Relay(toy.ledger, toy.bus, publish).step()
    assert [event.data["bean"] for event in sent(toy)] == ["1", "2", "3"]


def test_while_the_bus_is_away_the_position_stays(toy, monkeypatch):
    toy.drop("1")
    relay = Relay(toy.ledger, toy.bus, publish)
    with monkeypatch.context() as broken:
        broken.setattr(toy.bus, "publish", away)
        with pytest.raises(BusAway):
            relay.step()
    assert relay.step() == 1
    assert [event.id for event in sent(toy)] == ["toy/1"]


def away(_):
    raise BusAway("unplugged")
