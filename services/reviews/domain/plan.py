"""A school's plan and money as this service learned of them: the priorities, and the budget of each year."""

from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact


class Planned(msgspec.Struct, kw_only=True):
    """A priority of the improvement plan. `told` is where in its service's log the newest wording stands."""

    id: str
    told: int = 0
    plan_year: str = ""
    title: str = ""
    retired: bool = False

    @property
    def status(self) -> Literal["live", "retired"]:
        return "retired" if self.retired else "live"


class PlanFact(Fact, frozen=True, kw_only=True):
    """What the requests service said of a school. `told` is the position of its fact in its own log."""

    told: int


class PriorityFact(PlanFact, frozen=True, kw_only=True):
    """A fact about one priority."""

    priority_id: str


class PriorityNoted(PriorityFact, frozen=True, kw_only=True):
    """The plan says this of a priority, whole."""

    TOPIC: ClassVar[str] = "reviews.PriorityNoted"
    plan_year: str
    objective: str


class PriorityRetirementNoted(PriorityFact, frozen=True, kw_only=True):
    """A priority was taken out of the plan."""

    TOPIC: ClassVar[str] = "reviews.PriorityRetirementNoted"


class BudgetNoted(PlanFact, frozen=True, kw_only=True):
    """The budget of a year was allocated anew, or some of it moved, was committed, spent or released."""

    TOPIC: ClassVar[str] = "reviews.BudgetNoted"
    academic_year: str
    allocated_pence: int | None = None
    change_pence: int = 0
    committed_pence: int = 0
    actual_pence: int = 0


class PlanStream(Aggregate):
    """The priorities of one school, whichever word of them came first."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.priorities: dict[str, Planned] = {}

    def evolve(self, fact: Fact) -> None:
        if not isinstance(fact, PriorityFact):
            return
        its = self.priorities.setdefault(fact.priority_id, Planned(id=fact.priority_id))
        if isinstance(fact, PriorityRetirementNoted):
            its.retired = True
        elif isinstance(fact, PriorityNoted) and fact.told > its.told:
            its.told, its.plan_year, its.title = fact.told, fact.plan_year, fact.objective


class BudgetStream(Aggregate):
    """The budget of one school and year: every entry of the books once, by its place there."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.entries: dict[int, BudgetNoted] = {}

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, BudgetNoted):
            self.entries.setdefault(fact.told, fact)

    @property
    def allocated_pence(self) -> int:
        """The last allocation, and what was moved since; in the order of the books."""
        pence = 0
        for _, entry in sorted(self.entries.items()):
            pence = (pence if entry.allocated_pence is None else entry.allocated_pence) + entry.change_pence
        return pence

    @property
    def committed_pence(self) -> int:
        return sum(entry.committed_pence for entry in self.entries.values())

    @property
    def actual_pence(self) -> int:
        return sum(entry.actual_pence for entry in self.entries.values())


PLAN_FACTS: tuple[type[PlanFact], ...] = (PriorityNoted, PriorityRetirementNoted, BudgetNoted)
