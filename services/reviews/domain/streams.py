"""Where things are in the log: one stream a person, a school, a dissemination, a request. Ids carry their stream."""

from uuid import NAMESPACE_URL, UUID, uuid5

from shared.errors import NotThere

STAFF = uuid5(NAMESPACE_URL, "urn:cpd:reviews:staff")
UNDERTAKINGS = uuid5(NAMESPACE_URL, "urn:cpd:reviews:undertaking")
ANNUAL_REVIEWS = uuid5(NAMESPACE_URL, "urn:cpd:reviews:annual-reviews")
PLANS = uuid5(NAMESPACE_URL, "urn:cpd:reviews:plan")
SCHOOLS = uuid5(NAMESPACE_URL, "urn:cpd:reviews:school")
UUID_LENGTH = 36
EVALUATION = "-e1"
"""An activity has one evaluation."""


def stream_of_person(staff_id: str) -> UUID:
    return uuid5(STAFF, staff_id)


def stream_of_school(urn: str) -> UUID:
    return uuid5(SCHOOLS, urn)


def stream_of_undertaking(undertaking_id: str) -> UUID:
    """What was heard of a request, or of an agreement, by its id."""
    return uuid5(UNDERTAKINGS, undertaking_id)


def stream_of_annual_reviews(urn: str, academic_year: str) -> UUID:
    """The reviews of a school's year, one after the other."""
    return uuid5(ANNUAL_REVIEWS, f"{urn} {academic_year}")


def stream_of_plan(urn: str) -> UUID:
    """The priorities of a school."""
    return uuid5(PLANS, urn)


def stream_of_budget(urn: str, academic_year: str) -> UUID:
    """The money of a school's year."""
    return uuid5(PLANS, f"{urn} {academic_year}")


def stream_in(resource_id: str) -> UUID:
    """The stream that an id begins with. Raises NotThere."""
    try:
        return UUID(resource_id[:UUID_LENGTH])
    except ValueError:
        raise NotThere(f"there is no {resource_id}") from None


def evaluation_id(activity_id: str) -> str:
    """The evaluation of an activity."""
    return activity_id + EVALUATION


def activity_in(evaluation: str) -> str:
    """The activity that an evaluation is of. Raises NotThere."""
    activity_id, mark, rest = evaluation.rpartition(EVALUATION)
    if not mark or rest:
        raise NotThere(f"there is no evaluation {evaluation}")
    return activity_id
