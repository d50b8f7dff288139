"""The inbox judges each message by itself and seals what is personal before it reaches the bus."""

from datetime import date

import msgspec
import pytest

from shared.errors import FieldRefused
from shared.eventstore.fact import Sealed
from shared.messaging.bus import BusAway
from shared.messaging.cloudevents import decode
from shared.messaging.inbox import accept
from tests.unit.messaging.fakes import MemoryBus, ShowingSealer

TOPIC = "hr.staff.v1"


class Left(msgspec.Struct, forbid_unknown_fields=True):
    staff_id: str
    last_day: date
    notified_on: date | None = None
    reason: Sealed = ""
    notes: list[Sealed] = []

    def __post_init__(self):
        if self.notified_on and self.notified_on > self.last_day:
            raise FieldRefused(notified_on="lies after the last day")


class Anonymous(msgspec.Struct):
    remark: Sealed = ""
    count: int = 0


SCHEMAS = {"hr.Left.v1": Left, "hr.Anonymous.v1": Anonymous}


def message(number=1, kind="hr.Left.v1", **data):
    data = data or {"staff_id": "P1", "last_day": "2026-08-31"}
    return {"specversion": "1.0", "id": f"m/{number}", "source": "/hr", "type": kind, "data": data}


@pytest.fixture
def bus():
    return MemoryBus()


def sent(bus):
    return [decode(received.value) for received in bus.read(TOPIC, 0, 100)]


def post(bus, *batch):
    return accept(batch, TOPIC, SCHEMAS, ShowingSealer(), bus)


def test_a_good_message_is_accepted_and_keyed_by_the_person(bus):
    (result,) = post(bus, message())
    assert (result.id, result.status, result.result, result.errors) == ("m/1", 202, "accepted", {})
    assert [received.key for received in bus.read(TOPIC, 0, 10)] == ["P1"]
    assert sent(bus)[0].data == {"staff_id": "P1", "last_day": "2026-08-31"}


def test_the_good_ones_count_though_others_are_bad(bus):
    results = post(bus, message(1), message(2, staff_id="P2"), "no object", message(3))
    assert [(result.id, result.status) for result in results] == [
        ("m/1", 202), ("m/2", 422), (None, 422), ("m/3", 202),
    ]  # fmt: skip
    assert [event.id for event in sent(bus)] == ["m/1", "m/3"]


def test_every_faulty_field_is_named(bus):
    (result,) = post(bus, message(staff_id=5, last_day="soon", surname="Doe"))
    assert sorted(result.errors) == ["data.last_day", "data.staff_id", "data.surname"]


def test_a_rule_between_fields_refuses(bus):
    (result,) = post(bus, message(staff_id="P1", last_day="2026-01-01", notified_on="2026-02-01"))
    assert result.errors == {"data.notified_on": ["lies after the last day"]}


def test_an_unknown_type_is_refused(bus):
    (result,) = post(bus, message(kind="hr.Promoted.v1"))
    assert list(result.errors) == ["type"]


def test_personal_text_is_sealed_before_it_reaches_the_bus(bus):
    post(bus, message(staff_id="P1", last_day="2026-08-31", reason="is ill", notes=["a", "b"]))
    data = sent(bus)[0].data
    assert data["reason"] == "sealed(P1,is ill)"
    assert data["notes"] == ["sealed(P1,a)", "sealed(P1,b)"]


def test_personal_text_about_nobody_is_refused(bus):
    (result,) = post(bus, message(kind="hr.Anonymous.v1", remark="x"))
    assert list(result.errors) == ["data.staff_id"]


def test_fields_and_attributes_that_no_schema_knows_do_not_reach_the_bus(bus):
    post(bus, message(kind="hr.Anonymous.v1", count=1, surname="Doe") | {"fullname": "Jo Doe"})
    assert b"Doe" not in bus.read(TOPIC, 0, 1)[0].value


def test_nothing_is_accepted_while_the_bus_is_away(bus):
    bus.away = True
    with pytest.raises(BusAway):
        post(bus, message())
