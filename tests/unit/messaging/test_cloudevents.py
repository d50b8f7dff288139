"""What is a CloudEvent, and what is said of what is not."""

from datetime import UTC, datetime

import msgspec
import pytest

from shared.messaging.cloudevents import CloudEvent, NotACloudEvent, decode, parse

REQUIRED = {"specversion": "1.0", "id": "1", "source": "/hr", "type": "hr.StaffJoined.v1"}


def test_the_required_attributes_suffice():
    assert parse(REQUIRED).data == {}


def test_an_event_comes_back_as_it_was_encoded():
    event = CloudEvent.of(
        id="agreements/7", source="/cpd/agreements", type="cpd.agreements.AgreementSigned.v1", subject="P1",
        time=datetime(2026, 1, 2, tzinfo=UTC), dataschema="/schemas/x", partitionkey="P1", data={"amount_pence": 1},
    )  # fmt: skip
    assert decode(event.encode()) == event


def test_what_is_not_set_is_not_written():
    written = msgspec.json.decode(CloudEvent.of(id="1", source="/s", type="t").encode())
    assert written == {
        "specversion": "1.0", "id": "1", "source": "/s", "type": "t", "datacontenttype": "application/json",
    }  # fmt: skip


def test_other_attributes_are_allowed():
    assert parse(REQUIRED | {"traceparent": "00-1", "sequence": 3}).id == "1"


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_missing_required_attribute_is_named(missing):
    with pytest.raises(NotACloudEvent) as refusal:
        parse({name: value for name, value in REQUIRED.items() if name != missing})
    assert refusal.value.errors == {missing: ["is required"]}


def test_every_faulty_attribute_is_named():
    with pytest.raises(NotACloudEvent) as refusal:
        parse({"specversion": "0.3", "id": "", "source": 5, "type": "t", "time": "2026-01-02T10:00:00", "data": []})
    assert sorted(refusal.value.errors) == ["data", "id", "source", "specversion", "time"]


@pytest.mark.parametrize("value", [b"", b"\xff\xfe", b"{", b"[]", b'"text"', b"null"])
def test_bytes_that_are_no_json_object_are_refused(value):
    with pytest.raises(NotACloudEvent):
        decode(value)
