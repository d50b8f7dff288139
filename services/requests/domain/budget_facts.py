"""The facts of a budget, of one school and academic year, and what each changes in its state."""

from datetime import date
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from shared.eventstore.fact import Fact
from shared.money import half_up


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one request, or service agreement, holds of the budget, in pence.

    Costs and refunds are gross, the rest is the school's share.
    """

    committed_pence: int = 0
    actual_pence: int = 0
    cost_pence: int = 0
    refund_pence: int = 0
    funded_percent: int = 100

    def share_of(self, gross_pence: int) -> int:
        """The school's share of a gross sum."""
        return half_up(max(0, gross_pence) * self.funded_percent, 100)


class Budget(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A school's money for one academic year: allocated = committed + actual + available, always.

    Committed and actual are the sums of its lines, kept so that nobody has to add up a year's requests.
    """

    id: str
    school_urn: str
    academic_year: str
    allocated_pence: int = 0
    committed_pence: int = 0
    actual_pence: int = 0
    lines: dict[str, Line] = {}
    version: int = 0
    staff_id: str = ""

    @property
    def available_pence(self) -> int:
        """What may still be committed. Below 0 where costs exceed what was approved, or imported ones count."""
        return self.allocated_pence - self.committed_pence - self.actual_pence


class BudgetFact(Fact, frozen=True, kw_only=True):
    """A fact about one budget. Why money was moved stands in `because`: it is about nobody."""

    academic_year: str

    def change(self, budget: Budget) -> None:
        raise NotImplementedError


class BudgetAllocated(BudgetFact, frozen=True, kw_only=True):
    """The whole allocation, in place of what it was."""

    TOPIC: ClassVar[str] = "requests.BudgetAllocated"
    allocated_pence: int

    def change(self, budget: Budget) -> None:
        budget.allocated_pence = self.allocated_pence


class BudgetVired(BudgetFact, frozen=True, kw_only=True):
    """Money came from another school's budget of the same year, or (below 0) went there."""

    TOPIC: ClassVar[str] = "requests.BudgetVired"
    change_pence: int
    other_urn: str
    because: str

    def change(self, budget: Budget) -> None:
        budget.allocated_pence += self.change_pence


class BudgetCarriedOver(BudgetFact, frozen=True, kw_only=True):
    """Money came from another year of the same school, or (below 0) went there."""

    TOPIC: ClassVar[str] = "requests.BudgetCarriedOver"
    change_pence: int
    other_year: str
    because: str

    def change(self, budget: Budget) -> None:
        budget.allocated_pence += self.change_pence


class LineFact(BudgetFact, frozen=True, kw_only=True):
    """About what one request holds, or (then `request_id` is empty) one service agreement with a provider."""

    request_id: str
    service_agreement_id: str = ""

    def change(self, budget: Budget) -> None:
        holder = self.request_id or self.service_agreement_id
        before = budget.lines.get(holder, Line())
        after = budget.lines[holder] = self.enter(before)
        budget.committed_pence += after.committed_pence - before.committed_pence
        budget.actual_pence += after.actual_pence - before.actual_pence

    def enter(self, line: Line) -> Line:
        """The line with this fact."""
        raise NotImplementedError


class FundsCommitted(LineFact, frozen=True, kw_only=True):
    """An approval holds the school's share of what was asked for, or a service agreement its price."""

    TOPIC: ClassVar[str] = "requests.FundsCommitted"
    amount_pence: int
    funded_percent: int

    def enter(self, line: Line) -> Line:
        return replace(
            line, committed_pence=line.committed_pence + self.amount_pence, funded_percent=self.funded_percent
        )


class CostActualised(LineFact, frozen=True, kw_only=True):
    """A cost was paid: `amount_pence` of it is the school's share, of which a part was committed before."""

    TOPIC: ClassVar[str] = "requests.CostActualised"
    cost_pence: int
    amount_pence: int
    from_committed_pence: int

    def enter(self, line: Line) -> Line:
        return replace(
            line,
            cost_pence=line.cost_pence + self.cost_pence,
            actual_pence=line.actual_pence + self.amount_pence,
            committed_pence=line.committed_pence - self.from_committed_pence,
        )


class FundsReleased(LineFact, frozen=True, kw_only=True):
    """What was held is available again: of what was committed, or after a refund of what was spent."""

    TOPIC: ClassVar[str] = "requests.FundsReleased"
    from_committed_pence: int = 0
    from_actual_pence: int = 0
    refund_pence: int = 0

    def enter(self, line: Line) -> Line:
        return replace(
            line,
            refund_pence=line.refund_pence + self.refund_pence,
            committed_pence=line.committed_pence - self.from_committed_pence,
            actual_pence=line.actual_pence - self.from_actual_pence,
        )


class PastRequestCounted(LineFact, frozen=True, kw_only=True):
    """What an imported request still holds, and what it cost before: costs and refunds gross, the rest the share."""

    TOPIC: ClassVar[str] = "requests.PastRequestCounted"
    EFFECTIVE: ClassVar[str] = "on"
    on: date
    funded_percent: int
    committed_pence: int
    actual_pence: int
    cost_pence: int
    refund_pence: int

    def enter(self, line: Line) -> Line:
        return Line(
            funded_percent=self.funded_percent,
            committed_pence=line.committed_pence + self.committed_pence,
            actual_pence=line.actual_pence + self.actual_pence,
            cost_pence=line.cost_pence + self.cost_pence,
            refund_pence=line.refund_pence + self.refund_pence,
        )


def budget_id(school_urn: str, academic_year: str) -> str:
    """The id of a school's budget of one year."""
    return f"{school_urn}-{academic_year}"


def fold_budget(state: Budget | None, fact: BudgetFact) -> Budget:
    """The state with `fact`. Changes `state` in place."""
    budget = state or Budget(
        id=budget_id(fact.school_urn, fact.academic_year),
        school_urn=fact.school_urn,
        academic_year=fact.academic_year,
    )
    fact.change(budget)
    budget.version += 1
    return budget


BUDGET_FACTS: tuple[type[BudgetFact], ...] = (
    BudgetAllocated,
    BudgetVired,
    BudgetCarriedOver,
    FundsCommitted,
    CostActualised,
    FundsReleased,
    PastRequestCounted,
)
