"""A dissemination: how one person passes on to colleagues what an activity gave them. State and facts."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact, Sealed

DisseminationStatus = Literal["planned", "delivered", "cancelled"]


class Dissemination(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One dissemination. `reached` is how many colleagues, `learners` those of them who are named, by staff id."""

    id: str
    activity_id: str
    staff_id: str
    school_urn: str
    title: str
    audience: str
    planned_on: date
    delivered_on: date | None = None
    reached: int | None = None
    resources: str = ""
    learners: list[str] = []
    cancelled_because: str | None = None
    version: int = 0

    @property
    def status(self) -> DisseminationStatus:
        if self.cancelled_because is not None:
            return "cancelled"
        return "planned" if self.delivered_on is None else "delivered"


class DisseminationFact(Fact, frozen=True, kw_only=True):
    """A fact about one dissemination; `staff_id` is who passes on. `change` applies it and cannot fail."""

    dissemination_id: str
    activity_id: str

    def change(self, dissemination: Dissemination) -> None:
        raise NotImplementedError


class DisseminationStated(DisseminationFact, frozen=True, kw_only=True):
    """The plan, whole."""

    title: Sealed
    audience: Sealed
    planned_on: date

    def begin(self) -> Dissemination:
        return Dissemination(
            id=self.dissemination_id,
            activity_id=self.activity_id,
            staff_id=self.staff_id,
            school_urn=self.school_urn,
            title=self.title,
            audience=self.audience,
            planned_on=self.planned_on,
        )

    def change(self, dissemination: Dissemination) -> None:
        dissemination.title = self.title
        dissemination.audience = self.audience
        dissemination.planned_on = self.planned_on


class DisseminationPlanned(DisseminationStated, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "reviews.DisseminationPlanned"


class DisseminationReplanned(DisseminationStated, frozen=True, kw_only=True):
    """Another day, audience or title, before it was delivered."""

    TOPIC: ClassVar[str] = "reviews.DisseminationReplanned"


class DisseminationToldOf(DisseminationFact, frozen=True, kw_only=True):
    """When it took place and whom it reached, whole."""

    EFFECTIVE: ClassVar[str] = "delivered_on"
    delivered_on: date
    reached: int
    resources: Sealed = ""
    learners: list[str] = []  # noqa: RUF012  a struct copies it

    def change(self, dissemination: Dissemination) -> None:
        dissemination.delivered_on = self.delivered_on
        dissemination.reached = self.reached
        dissemination.resources = self.resources
        dissemination.learners = self.learners


class DisseminationDelivered(DisseminationToldOf, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "reviews.DisseminationDelivered"


class DeliveryCorrected(DisseminationToldOf, frozen=True, kw_only=True):
    """It was otherwise than first told, with a reason."""

    TOPIC: ClassVar[str] = "reviews.DeliveryCorrected"


class DisseminationCancelled(DisseminationFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "reviews.DisseminationCancelled"

    def change(self, dissemination: Dissemination) -> None:
        dissemination.cancelled_because = self.reason


def fold_dissemination(state: Dissemination | None, fact: DisseminationFact) -> Dissemination | None:
    """The dissemination with `fact`; None where nobody planned it. Changes `state` in place."""
    if state is None and isinstance(fact, DisseminationStated):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


class DisseminationStream(Aggregate):
    """One dissemination's stream."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.state: Dissemination | None = None
        self.named: set[str] = set()
        """Everybody who was ever named among the learners."""

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, DisseminationFact):
            self.state = fold_dissemination(self.state, fact)
        if isinstance(fact, DisseminationToldOf):
            self.named |= set(fact.learners)


DISSEMINATION_FACTS: tuple[type[DisseminationFact], ...] = (
    DisseminationPlanned,
    DisseminationReplanned,
    DisseminationDelivered,
    DeliveryCorrected,
    DisseminationCancelled,
)
