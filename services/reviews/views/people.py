"""Members of staff as this service believes them to be."""

from services.reviews.domain.person_facts import PERSON_FACTS
from shared.projections import people


class PeopleView(people.PeopleView):
    """One row a person."""

    facts = PERSON_FACTS
