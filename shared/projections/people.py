"""Members of staff as believed: where and as what they work."""

from collections.abc import Sequence

from shared.projections.versions import VersionsView
from shared.staff import Person, StaffFact, fold_person


class PeopleView(VersionsView[Person]):
    """One row a person; they move between schools. A service names its own `facts`."""

    name = "people"
    version = 3
    state_type = Person
    moves = True

    def resource_ids(self, fact: StaffFact) -> Sequence[str]:
        return (fact.staff_id,)

    def fold(self, state: Person | None, fact: StaffFact, position: int) -> Person:  # noqa: ARG002
        return fold_person(state, fact)

    def status(self, state: Person) -> str:
        return "employed" if state.current.last_day is None else "left"
