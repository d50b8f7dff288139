"""Members of staff as believed: where and as what they work."""

from collections.abc import Sequence

from services.requests.domain.person import PERSON_FACTS, EmploymentFact, Person, fold_person
from shared.projections.versions import VersionsView


class PeopleView(VersionsView[Person]):
    """One row a person; they move between schools."""

    name = "people"
    version = 1
    facts = PERSON_FACTS
    state_type = Person
    moves = True

    def resource_ids(self, fact: EmploymentFact) -> Sequence[str]:
        return (fact.staff_id,)

    def fold(self, state: Person | None, fact: EmploymentFact, position: int) -> Person:  # noqa: ARG002
        return fold_person(state, fact)

    def status(self, state: Person) -> str:
        return "employed" if state.current.last_day is None else "left"
