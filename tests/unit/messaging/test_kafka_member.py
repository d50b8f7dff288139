"""A member of a Kafka group that has no partition: for a while that is a rebalance, for long it is out of the group."""

from typing import Any

import pytest
from kafka.structs import TopicPartition

from shared.messaging import kafka_subscription
from shared.messaging.bus import BusAway
from shared.messaging.kafka_subscription import LEFT_OUT_SECONDS, Member

PLACE = TopicPartition("hr.staff.v1", 0)


class Group:
    """kafka-python's consumer, as far as a member without messages asks it."""

    def __init__(self) -> None:
        self.given: set[TopicPartition] = set()

    def subscribe(self, topics: list[str], listener: object) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return self.given

    def resume(self, place: TopicPartition) -> None: ...

    def highwater(self, place: TopicPartition) -> None: ...

    def poll(self, **_: int) -> dict[TopicPartition, Any]:
        return {}


class Time:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    stands = Time()
    monkeypatch.setattr(kafka_subscription, "time", stands)
    return stands


def _turn(member: Member) -> frozenset[str]:
    return member.turn({}, (), {}, 100).ours


def test_a_member_waits_for_its_partitions(time: Time):
    member = Member(Group(), "hr.staff.v1")
    time.now += LEFT_OUT_SECONDS
    assert _turn(member) == frozenset()


def test_a_member_whom_the_group_long_gave_nothing_is_given_up(time: Time):
    member = Member(Group(), "hr.staff.v1")
    time.now += LEFT_OUT_SECONDS + 1
    with pytest.raises(BusAway, match="no partition"):
        _turn(member)


def test_it_is_counted_from_when_a_member_last_had_a_partition(time: Time):
    group = Group()
    member = Member(group, "hr.staff.v1")
    group.given = {PLACE}
    time.now += LEFT_OUT_SECONDS + 1
    assert _turn(member) == {"hr.staff.v1/0"}
    group.given = set()
    time.now += LEFT_OUT_SECONDS
    assert _turn(member) == frozenset()
    time.now += 1
    with pytest.raises(BusAway):
        _turn(member)
