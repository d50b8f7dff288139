"""Members of staff as this service believes them to be."""

from services.requests.domain.person import PERSON_FACTS
from shared.projections import people


class PeopleView(people.PeopleView):
    """One row a person."""

    facts = PERSON_FACTS
