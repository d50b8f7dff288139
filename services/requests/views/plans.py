"""Priorities, needs, programmes and budgets as believed."""

from collections.abc import Sequence

from services.requests.domain.budget_facts import BUDGET_FACTS, Budget, BudgetFact, budget_id, fold_budget
from services.requests.domain.need import NEED_FACTS, Need, NeedFact, fold_need
from services.requests.domain.priority import PRIORITY_FACTS, Priority, PriorityFact, fold_priority
from services.requests.domain.programme import (
    PROGRAMME_FACTS,
    Programme,
    ProgrammeFact,
    fold_programme,
    programme_id,
)
from shared.projections.versions import VersionsView


class PrioritiesView(VersionsView[Priority]):
    """One row a priority."""

    name = "priorities"
    version = 1
    facts = PRIORITY_FACTS
    state_type = Priority

    def resource_ids(self, fact: PriorityFact) -> Sequence[str]:
        return (fact.priority_id,)

    def fold(self, state: Priority | None, fact: PriorityFact, position: int) -> Priority | None:  # noqa: ARG002
        return fold_priority(state, fact)

    def status(self, state: Priority) -> str:
        return state.status

    def whose(self, state: Priority) -> tuple[str, str]:
        return "", state.school_urn


class NeedsView(VersionsView[Need]):
    """One row a need."""

    name = "needs"
    version = 1
    facts = NEED_FACTS
    state_type = Need

    def resource_ids(self, fact: NeedFact) -> Sequence[str]:
        return (fact.need_id,)

    def fold(self, state: Need | None, fact: NeedFact, position: int) -> Need | None:  # noqa: ARG002
        return fold_need(state, fact)

    def status(self, state: Need) -> str:
        return state.status


class ProgrammesView(VersionsView[Programme]):
    """One row a programme, of one school and year."""

    name = "programmes"
    version = 1
    facts = PROGRAMME_FACTS
    state_type = Programme

    def resource_ids(self, fact: ProgrammeFact) -> Sequence[str]:
        return (programme_id(fact.school_urn, fact.academic_year),)

    def fold(self, state: Programme | None, fact: ProgrammeFact, position: int) -> Programme:  # noqa: ARG002
        return fold_programme(state, fact)

    def status(self, state: Programme) -> str:
        return state.status


class BudgetsView(VersionsView[Budget]):
    """One row a budget, of one school and year; its status is the year."""

    name = "budgets"
    version = 2
    facts = BUDGET_FACTS
    state_type = Budget

    def resource_ids(self, fact: BudgetFact) -> Sequence[str]:
        return (budget_id(fact.school_urn, fact.academic_year),)

    def fold(self, state: Budget | None, fact: BudgetFact, position: int) -> Budget:  # noqa: ARG002
        return fold_budget(state, fact)

    def status(self, state: Budget) -> str:
        return state.academic_year

    def whose(self, state: Budget) -> tuple[str, str]:
        return "", state.school_urn
