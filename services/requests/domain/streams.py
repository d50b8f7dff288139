"""Where things are in the log: one stream a request, a budget, a priority, a need, a person, a school, and so on."""

from uuid import NAMESPACE_URL, UUID, uuid5

from shared.errors import NotThere

STAFF = uuid5(NAMESPACE_URL, "urn:cpd:requests:staff")
SCHOOLS = uuid5(NAMESPACE_URL, "urn:cpd:requests:school")
BUDGETS = uuid5(NAMESPACE_URL, "urn:cpd:requests:budget")
AGREEMENTS = uuid5(NAMESPACE_URL, "urn:cpd:requests:agreement")
PROGRAMMES = uuid5(NAMESPACE_URL, "urn:cpd:requests:programme")
WORKFORCE = uuid5(NAMESPACE_URL, "urn:cpd:requests:workforce")
RATINGS = uuid5(NAMESPACE_URL, "urn:cpd:requests:rating")


def stream_of_person(staff_id: str) -> UUID:
    return uuid5(STAFF, staff_id)


def stream_of_school(urn: str) -> UUID:
    return uuid5(SCHOOLS, urn)


def stream_of_budget(urn: str, academic_year: str) -> UUID:
    return uuid5(BUDGETS, f"{urn} {academic_year}")


def stream_of_programme(urn: str, academic_year: str) -> UUID:
    return uuid5(PROGRAMMES, f"{urn} {academic_year}")


def stream_of_workforce(urn: str, academic_year: str) -> UUID:
    return uuid5(WORKFORCE, f"{urn} {academic_year}")


def stream_of_agreement(agreement_id: str) -> UUID:
    """Where it is noted which request an agreement is about."""
    return uuid5(AGREEMENTS, agreement_id)


def stream_of_rating(request_id: str, staff_id: str) -> UUID:
    """What one participant says of the provider of one request."""
    return uuid5(RATINGS, f"{request_id} {staff_id}")


def stream_in(resource_id: str) -> UUID:
    """The stream that the id of a request, priority or need is. Raises NotThere."""
    try:
        return UUID(resource_id)
    except ValueError:
        raise NotThere(f"there is no {resource_id}") from None
