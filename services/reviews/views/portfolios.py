"""Portfolio entries and disseminations as believed."""

from collections.abc import Sequence

from services.reviews.domain.dissemination import (
    DISSEMINATION_FACTS,
    Dissemination,
    DisseminationFact,
    fold_dissemination,
)
from services.reviews.domain.entry import ENTRY_FACTS, Entry, EntryFact, fold_entry
from shared.projections.versions import VersionsView


class EntriesView(VersionsView[Entry]):
    """One row an entry."""

    name = "entries"
    version = 1
    facts = ENTRY_FACTS
    state_type = Entry

    def resource_ids(self, fact: EntryFact) -> Sequence[str]:
        return (fact.entry_id,)

    def fold(self, state: Entry | None, fact: EntryFact, position: int) -> Entry | None:  # noqa: ARG002
        return fold_entry(state, fact)

    def status(self, state: Entry) -> str:
        return "withdrawn" if state.withdrawn else "kept"


class DisseminationsView(VersionsView[Dissemination]):
    """One row a dissemination."""

    name = "disseminations"
    version = 1
    facts = DISSEMINATION_FACTS
    state_type = Dissemination

    def resource_ids(self, fact: DisseminationFact) -> Sequence[str]:
        return (fact.dissemination_id,)

    def fold(
        self,
        state: Dissemination | None,
        fact: DisseminationFact,
        position: int,  # noqa: ARG002
    ) -> Dissemination | None:
        return fold_dissemination(state, fact)

    def status(self, state: Dissemination) -> str:
        return state.status
