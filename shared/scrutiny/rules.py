"""What a service says of its facts to internal scrutiny: duties kept apart, manual overrides, money that was let go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventstore.fact import Fact


@dataclass(frozen=True)
class Duty:
    """Two acts on one resource, whose id both have in `field`, that two people should do.

    Without `first` it is one act that nobody should do on their own record: the actor is not the `staff_id`. `kept`
    where the service refuses it; else it is allowed, and shown.
    """

    name: str
    second: Sequence[type[Fact]]
    first: Sequence[type[Fact]] = ()
    field: str = ""
    kept: bool = True


@dataclass(frozen=True)
class Override:
    """A fact that says that a person overrode what would have been: which, and in what case."""

    name: str
    fact: type[Fact]
    case: Callable[[Any], bool] = lambda _: True
    because: str = "reason"
    """The field that says why."""


@dataclass(frozen=True)
class LetGo:
    """A fact by which `amount_pence` of what was owed is asked for no more."""

    name: str
    fact: type[Fact]


@dataclass(frozen=True)
class Scrutiny:
    """All of it."""

    duties: Sequence[Duty] = ()
    overrides: Sequence[Override] = ()
    let_go: Sequence[LetGo] = ()
