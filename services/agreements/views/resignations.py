"""Resignations, and employments ended otherwise, as believed."""

from collections.abc import Sequence

from services.agreements.domain.staff_facts import (
    Ending,
    EndingFact,
    ResignationCorrected,
    ResignationWithdrawn,
    StaffResigned,
    fold_ending,
)
from shared.projections.versions import VersionsView


class ResignationsView(VersionsView[Ending]):
    """One row a resignation, with every version believed of it."""

    name = "resignations"
    version = 4
    facts = (StaffResigned, ResignationCorrected, ResignationWithdrawn)
    state_type = Ending

    def resource_ids(self, fact: EndingFact) -> Sequence[str]:
        return (fact.ending_id,)

    def fold(self, state: Ending | None, fact: EndingFact, position: int) -> Ending | None:
        folded = fold_ending(state, fact)
        if folded is not None:
            folded.basis.append(position)
        return folded

    def status(self, state: Ending) -> str:
        return "open" if state.withdrawn_on is None else "withdrawn"
