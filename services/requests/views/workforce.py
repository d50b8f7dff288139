"""How many people there are in groups that HR told of in totals only, as believed."""

from collections.abc import Sequence

from services.requests.domain.workforce import (
    WORKFORCE_FACTS,
    Workforce,
    WorkforceCounted,
    fold_workforce,
    workforce_id,
)
from shared.projections.versions import VersionsView


class WorkforceView(VersionsView[Workforce]):
    """One row a school and year; its status is the year."""

    name = "workforce"
    version = 1
    facts = WORKFORCE_FACTS
    state_type = Workforce

    def resource_ids(self, fact: WorkforceCounted) -> Sequence[str]:
        return (workforce_id(fact.school_urn, fact.academic_year),)

    def fold(self, state: Workforce | None, fact: WorkforceCounted, position: int) -> Workforce:  # noqa: ARG002
        return fold_workforce(state, fact)

    def status(self, state: Workforce) -> str:
        return state.academic_year
