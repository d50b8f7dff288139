"""The feed gives a topic page by page."""

import pytest

from shared.errors import FieldRefused
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.feed import feed
from tests.unit.messaging.fakes import MemoryBus


@pytest.fixture
def bus():
    bus = MemoryBus()
    events = [CloudEvent.of(id=f"s/{n}", source="/cpd/s", type="t", data={"n": n}) for n in range(1, 6)]
    bus.publish([Record("t", "k", event.encode()) for event in events])
    return bus


def test_the_pages_add_up_to_the_topic(bus):
    seen, after = [], None
    while (page := feed(bus, "t", after, 2))["next"]:
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert seen == ["s/1", "s/2", "s/3", "s/4", "s/5"]


def test_an_item_is_the_event_with_its_cursor(bus):
    (item,) = feed(bus, "t", "4", 200)["items"]
    assert item["cursor"] == "5"
    assert item["data"] == {"n": 5}
    assert item["specversion"] == "1.0"


def test_an_empty_page_has_no_next(bus):
    assert feed(bus, "t", "5", 10) == {"items": [], "next": None}


def test_what_is_no_event_is_passed_over(bus):
    bus.publish([Record("t", "k", b"garbage")])
    assert feed(bus, "t", "5", 10) == {"items": [], "next": "6"}


@pytest.mark.parametrize(("after", "limit"), [("x", 10), ("-1", 10), ("9" * 30, 10), ("²", 10), (None, 0), (None, 201)])
def test_a_cursor_or_limit_that_is_none_is_refused(bus, after, limit):
    with pytest.raises(FieldRefused):
        feed(bus, "t", after, limit)
