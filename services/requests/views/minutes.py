"""References to the governing body's minutes, as believed."""

from collections.abc import Sequence

from services.requests.domain.minute import MINUTE_FACTS, Minute, MinuteFact, fold_minute
from shared.projections.versions import VersionsView


class MinutesView(VersionsView[Minute]):
    """One row a reference."""

    name = "minutes"
    version = 1
    facts = MINUTE_FACTS
    state_type = Minute

    def resource_ids(self, fact: MinuteFact) -> Sequence[str]:
        return (fact.minute_id,)

    def fold(self, state: Minute | None, fact: MinuteFact, position: int) -> Minute:  # noqa: ARG002
        return fold_minute(state, fact)

    def status(self, state: Minute) -> str:  # noqa: ARG002  a reference is what it is
        return "recorded"
