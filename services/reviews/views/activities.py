"""Activities as believed, each with its evaluation."""

from collections.abc import Sequence

from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import ACTIVITY_FACTS, ActivityFact, fold_activity
from shared.projections.versions import VersionsView

PLANNED, OPEN, CLOSED, WITHDRAWN = "planned", "open", "closed", "withdrawn"
EVALUATED = (OPEN, CLOSED, WITHDRAWN)
"""The statuses of an activity whose evaluation was asked for; `open` where a stage is still expected."""


class ActivitiesView(VersionsView[Activity]):
    """One row an activity, with every version believed of it."""

    name = "activities"
    version = 1
    facts = ACTIVITY_FACTS
    state_type = Activity

    def resource_ids(self, fact: ActivityFact) -> Sequence[str]:
        return (fact.activity_id,)

    def fold(self, state: Activity | None, fact: ActivityFact, position: int) -> Activity | None:  # noqa: ARG002
        return fold_activity(state, fact)

    def status(self, state: Activity) -> str:
        if state.evaluation is None:
            return PLANNED
        if state.evaluation.withdrawn:
            return WITHDRAWN
        return OPEN if state.evaluation.open_stages else CLOSED
