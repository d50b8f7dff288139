"""Activities as believed, each with its evaluation; and when something of it is due, or to be announced."""

from collections.abc import Sequence

from sqlalchemy import Integer

from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import ACTIVITY_FACTS, ActivityFact, fold_activity
from shared.dates import LAST_DAY
from shared.projections.versions import Head, VersionsView
from shared.projections.view import IndexOn, Values

PLANNED, CALLED_OFF, OPEN, CLOSED, WITHDRAWN = "planned", "called_off", "open", "closed", "withdrawn"
"""Of an activity: to come; not any more; completed, a stage being expected, or none; not completed after all."""
EXPECTED_FROM, TELL_FROM = "expected_from", "tell_from"
"""Columns of its own, as ordinals of days: see `Evaluation`."""


class ActivitiesView(VersionsView[Activity]):
    """One row an activity, with every version believed of it."""

    name = "activities"
    version = 5
    facts = ACTIVITY_FACTS
    state_type = Activity
    columns = (*VersionsView.columns, (EXPECTED_FROM, Integer()), (TELL_FROM, Integer()))
    indexes = (
        *VersionsView.indexes,
        IndexOn("staff_id", EXPECTED_FROM),
        IndexOn("school_urn", EXPECTED_FROM),
        IndexOn(EXPECTED_FROM),
        IndexOn(TELL_FROM),
    )

    def resource_ids(self, fact: ActivityFact) -> Sequence[str]:
        return (fact.activity_id,)

    def fold(self, state: Activity | None, fact: ActivityFact, position: int) -> Activity | None:  # noqa: ARG002
        return fold_activity(state, fact)

    def status(self, state: Activity) -> str:
        if state.evaluation is None:
            return PLANNED if state.takes_part else CALLED_OFF
        if state.evaluation.withdrawn:
            return WITHDRAWN
        return OPEN if state.evaluation.open_stages else CLOSED

    def _row(self, resource: str, head: Head[Activity]) -> Values:
        evaluation = head.state.evaluation
        days = (LAST_DAY, LAST_DAY) if evaluation is None else (evaluation.expected_from, evaluation.tell_from)
        return (*super()._row(resource, head), *(day.toordinal() for day in days))
