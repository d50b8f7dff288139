"""The embedded bus keeps order and loses nothing, whoever writes at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.messaging.bus import BusAway, Received, Record
from shared.messaging.embedded import EmbeddedBus

WRITER = """
import sys
from pathlib import Path
from shared.messaging.bus import Record
from shared.messaging.embedded import EmbeddedBus
bus = EmbeddedBus(Path(sys.argv[1]))
bus.create_tables()
for n in range(40):
    bus.publish([Record("t", sys.argv[2], str(2 * n).encode()), Record("t", sys.argv[2], str(2 * n + 1).encode())])
"""


@pytest.fixture
def bus(tmp_path):
    bus = EmbeddedBus(tmp_path / "bus" / "bus.sqlite")
    bus.create_tables()
    yield bus
    bus.close()


def test_offsets_count_by_topic_from_one(bus):
    bus.publish([Record("a", "k", b"1"), Record("b", "k", b"2"), Record("a", "k", b"3")])
    assert bus.read("a", 0, 10) == [Received("a", 1, "k", b"1"), Received("a", 2, "k", b"3")]
    assert (bus.end("a"), bus.end("b"), bus.end("c")) == (2, 1, 0)


def test_reading_goes_on_from_an_offset_up_to_a_limit(bus):
    bus.publish([Record("a", "k", str(n).encode()) for n in range(1, 10)])
    assert [received.offset for received in bus.read("a", 3, 2)] == [4, 5]


def test_a_publish_is_all_or_nothing(bus):
    with pytest.raises(Exception, match="NOT NULL"):
        bus.publish([Record("a", "k", b"1"), Record("a", None, b"2")])
    assert bus.end("a") == 0
    bus.publish([Record("a", "k", b"3")])
    assert bus.end("a") == 1


def test_threads_may_publish_at_once(bus):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: bus.publish([Record("a", "k", str(n).encode())]), range(100)))
    read = bus.read("a", 0, 1000)
    assert [received.offset for received in read] == list(range(1, 101))
    assert {received.value for received in read} == {str(n).encode() for n in range(100)}


def test_processes_may_make_and_fill_the_same_file_at_once(tmp_path, start):
    path = tmp_path / "fresh" / "bus.sqlite"
    writers = [start("-c", WRITER, path, f"w{n}") for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    bus = EmbeddedBus(path)
    read = bus.read("t", 0, 1000)
    bus.close()
    assert [received.offset for received in read] == list(range(1, 321))
    for writer in range(4):
        values = [int(received.value) for received in read if received.key == f"w{writer}"]
        assert values == list(range(80))


def test_a_bus_without_its_tables_is_away(tmp_path):
    bus = EmbeddedBus(tmp_path / "bus.sqlite")
    with pytest.raises(BusAway):
        bus.end("a")
    bus.close()
