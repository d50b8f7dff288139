"""A service's part in telling the made-up trust: what is done in it, what it says of that, and what it hears."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shared.clock import Clock
from shared.demo.recording import Person
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Call
from shared.messaging.consumer import React
from shared.messaging.relay import Publish
from shared.sample.plan import School
from shared.stores import Stores


class Deed(NamedTuple):
    """A command on a day, by whom and why."""

    on: date
    by: Person
    do: Callable[[Call], object]
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """`deeds` are what is done in a school's year; `hears` what the service does about messages, by their topic.

    All of it is stated to `ledger`. `publish` makes messages of it for the topics `writes`.
    """

    name: str
    ledger: Gathering
    publish: Publish
    writes: Sequence[str]
    hears: Mapping[str, React]
    deeds: Callable[[School], Iterable[Deed]]


@dataclass(frozen=True)
class Sampled:
    """A service as the made-up trust is told to it: its stores, and what makes its part on a ledger and a clock."""

    name: str
    stores: Stores
    part: Callable[[Gathering, Clock], Part]


class StoryClock:
    """Shows the instant that the story has come to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now
