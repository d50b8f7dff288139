"""Commands on a budget: allocate, vire, carry over, commit, spend, release. Nothing commits more than there is."""

from datetime import date
from typing import Self

import msgspec

from services.requests.domain.budget_facts import (
    Budget,
    BudgetAllocated,
    BudgetCarriedOver,
    BudgetFact,
    BudgetVired,
    CostActualised,
    FundsCommitted,
    FundsReleased,
    Line,
    PastRequestCounted,
    budget_id,
    fold_budget,
)
from shared.dates import academic_year, first_of_year
from shared.errors import FieldRefused, StateForbids
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact


class BudgetExceeded(StateForbids):
    """There is less available than is asked for."""


class AllocationBelowCommitments(StateForbids):
    """A budget cannot be less than what is committed and spent of it."""


class BudgetStream(Aggregate):
    """The stream of one school's budget of one year: some facts for each request that was granted of it."""

    KEPT = True
    school_urn = ""
    academic_year = ""
    state: Budget | None = None

    def of(self, school_urn: str, year: str) -> "BudgetStream":
        """The same, knowing whose it is while it has no facts yet."""
        self.school_urn, self.academic_year = school_urn, year
        return self

    @property
    def budget(self) -> Budget:
        """As it stands; without any money where nothing was allocated."""
        return self.state or Budget(
            id=budget_id(self.school_urn, self.academic_year),
            school_urn=self.school_urn,
            academic_year=self.academic_year,
        )

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, BudgetFact):
            self.school_urn, self.academic_year = fact.school_urn, fact.academic_year
            self.state = fold_budget(self.state, fact)

    def copied(self) -> Self:
        other = super().copied()
        if self.state is not None:
            other.state = msgspec.structs.replace(self.state, lines=self.state.lines.copy())
        return other

    def allocate(self, allocated_pence: int) -> Budget:
        """Set the allocation; the same again changes nothing. Raises AllocationBelowCommitments."""
        budget = self.budget
        held = budget.committed_pence + budget.actual_pence
        if allocated_pence < held:
            raise AllocationBelowCommitments(f"{held} pence are committed or spent already")
        if self.state is None or allocated_pence != budget.allocated_pence:
            self._state(BudgetAllocated, allocated_pence=allocated_pence)
        return self.budget

    def move(self, pence: int, other: "BudgetStream", because: str) -> Budget:
        """Move money to `other`: another school's budget of this year, or another year's of this school.

        Raises FieldRefused, BudgetExceeded.
        """
        if pence > self.budget.available_pence:
            raise BudgetExceeded(f"{self.budget.available_pence} pence are available")
        if other.id == self.id:
            raise FieldRefused(amount_pence="must go to another budget")
        if other.academic_year == self.academic_year:
            self._state(BudgetVired, change_pence=-pence, other_urn=other.school_urn, because=because)
            other._state(BudgetVired, change_pence=pence, other_urn=self.school_urn, because=because)
        else:
            self._state(BudgetCarriedOver, change_pence=-pence, other_year=other.academic_year, because=because)
            other._state(BudgetCarriedOver, change_pence=pence, other_year=self.academic_year, because=because)
        return self.budget

    def commit(self, holder: str, amount_pence: int, funded_percent: int, *, bought: bool = False) -> None:
        """Hold the school's share of an approved request, or the price of what is `bought`. Raises BudgetExceeded.

        The holder is a request, and where something is `bought` a service agreement: here and in what follows.
        """
        available = self.budget.available_pence
        if amount_pence > available:
            raise BudgetExceeded(
                f"{amount_pence} pence are asked for and {max(0, available)} are available "
                f"in {self.academic_year} at school {self.school_urn}"
            )
        held = {"amount_pence": amount_pence, "funded_percent": funded_percent}
        self._state(FundsCommitted, **_held_by(holder, bought), **held)

    def spend(self, holder: str, cost_pence: int, funded_percent: int, *, bought: bool = False) -> None:
        """A cost was paid, gross: its share moves from what was committed, as far as that goes, to what was spent."""
        line = self._line(holder, funded_percent)
        after = line.share_of(line.cost_pence + cost_pence - line.refund_pence)
        newly = line.share_of(line.cost_pence + cost_pence) - line.share_of(line.cost_pence)
        self._state(
            CostActualised,
            **_held_by(holder, bought),
            cost_pence=cost_pence,
            amount_pence=after - line.actual_pence,
            from_committed_pence=min(line.committed_pence, newly),
        )

    def refund(self, holder: str, refund_pence: int, funded_percent: int, *, bought: bool = False) -> None:
        """Something came back, gross: its share is available again."""
        line = self._line(holder, funded_percent)
        after = line.share_of(line.cost_pence - line.refund_pence - refund_pence)
        self._state(
            FundsReleased,
            **_held_by(holder, bought),
            from_actual_pence=line.actual_pence - after,
            refund_pence=refund_pence,
        )

    def release(self, holder: str, most_pence: int | None = None, *, keep_pence: int = 0, bought: bool = False) -> None:
        """Give up what is still held and not spent, or at most so much of it; but for what is to be kept."""
        free = max(0, self._line(holder, 100).committed_pence - keep_pence)
        given = free if most_pence is None else min(free, most_pence)
        if given:
            self._state(FundsReleased, **_held_by(holder, bought), from_committed_pence=given)

    def count_past(
        self, request_id: str, *, on: date, asked_pence: int, cost_pence: int, refund_pence: int, funded_percent: int
    ) -> None:
        """An imported request counts, gross sums given: a fact, so it is never refused for want of money.

        Where less was allocated than that, the budget shows it: there is less than nothing available.
        """
        line = Line(funded_percent=funded_percent)
        self._state(
            PastRequestCounted,
            on=on,
            request_id=request_id,
            funded_percent=funded_percent,
            committed_pence=max(0, line.share_of(asked_pence) - line.share_of(cost_pence)),
            actual_pence=line.share_of(cost_pence - refund_pence),
            cost_pence=cost_pence,
            refund_pence=refund_pence,
        )

    def _line(self, holder: str, funded_percent: int) -> Line:
        return self.budget.lines.get(holder) or Line(funded_percent=funded_percent)

    def _state(self, fact: type[BudgetFact], **fields: object) -> None:
        self.record(fact, school_urn=self.school_urn, academic_year=self.academic_year, reason="", **fields)


def _held_by(holder: str, bought: bool) -> dict[str, str]:
    return {"request_id": "", "service_agreement_id": holder} if bought else {"request_id": holder}


def year_after(year: str) -> str:
    """The academic year that follows."""
    first = first_of_year(year)
    return academic_year(first.replace(year=first.year + 1))
