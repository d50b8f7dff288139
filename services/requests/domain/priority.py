"""A priority of a school improvement plan, of one plan year: adopted, revised, retired."""

from typing import ClassVar

import msgspec

from shared.errors import StateForbids
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact


class PriorityIsRetired(StateForbids):
    """A retired priority stays as it is."""


class Priority(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An objective of the plan. It is of the school, about nobody."""

    id: str
    school_urn: str
    plan_year: str
    title: str
    description: str = ""
    retired: bool = False
    retired_because: str = ""
    version: int = 0
    staff_id: str = ""

    @property
    def status(self) -> str:
        return "retired" if self.retired else "live"


class PriorityFact(Fact, frozen=True, kw_only=True):
    """A fact about one priority."""

    priority_id: str


class PriorityStated(PriorityFact, frozen=True, kw_only=True):
    """What the plan says, whole."""

    plan_year: str
    title: str
    description: str = ""


class PriorityAdopted(PriorityStated, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.PriorityAdopted"


class PriorityRevised(PriorityStated, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.PriorityRevised"


class PriorityRetired(PriorityFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.PriorityRetired"
    because: str = ""


class PriorityStream(Aggregate):
    """One priority's stream."""

    state: Priority | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, PriorityFact):
            self.state = fold_priority(self.state, fact)

    def adopt(self, *, school_urn: str, plan_year: str, title: str, description: str = "") -> None:
        """The plan takes the priority up."""
        fields = {"plan_year": plan_year, "title": title, "description": description}
        self.record(PriorityAdopted, priority_id=str(self.id), school_urn=school_urn, reason="", **fields)

    def revise(self, *, title: str, description: str = "") -> None:
        """Say it otherwise. Raises PriorityIsRetired."""
        known = self.live()
        if (known.title, known.description) != (title, description):
            fields = {"plan_year": known.plan_year, "title": title, "description": description}
            self.record(PriorityRevised, priority_id=known.id, school_urn=known.school_urn, reason="", **fields)

    def retire(self, because: str = "") -> None:
        """Take it out of the plan; again changes nothing."""
        if self.state is not None and not self.state.retired:
            state, why = self.state, because
            self.record(PriorityRetired, priority_id=state.id, school_urn=state.school_urn, reason="", because=why)

    def live(self) -> Priority:
        """Raises PriorityIsRetired."""
        if self.state is None or self.state.retired:
            raise PriorityIsRetired("the priority is no longer in the plan")
        return self.state


def fold_priority(state: Priority | None, fact: PriorityFact) -> Priority | None:
    """The state with `fact`; None where nothing was adopted. Changes `state` in place."""
    if isinstance(fact, PriorityAdopted):
        state = Priority(id=fact.priority_id, school_urn=fact.school_urn, plan_year=fact.plan_year, title=fact.title)
    if state is None:
        return None
    if isinstance(fact, PriorityStated):
        state.title, state.description = fact.title, fact.description
    elif isinstance(fact, PriorityRetired):
        state.retired, state.retired_because = True, fact.because
    state.version += 1
    return state


PRIORITY_FACTS: tuple[type[PriorityFact], ...] = (PriorityAdopted, PriorityRevised, PriorityRetired)
