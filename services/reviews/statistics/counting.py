"""What each request, agreement, person and dissemination comes to, as records to be counted."""

from datetime import date
from functools import lru_cache

from services.reviews.domain.undertaking import Undertaking, spent_by_person
from services.reviews.statistics.records import (
    APPROVED,
    ASKED,
    DECIDED,
    LINK,
    NO_ROLE,
    PART,
    PROVIDED,
    TAKES_PART,
    TYPE_CODES,
    Counted,
    digest,
)


def of_undertaking(its: Undertaking) -> list[Counted]:
    """A request with its links, or an agreement without a request; who takes part in it, and what each cost."""
    purpose = its.purpose
    if purpose is None or its.moved_to:
        return []
    activity, school, day = digest(its.id), int(purpose.school_urn), purpose.starts_on.toordinal()
    type_ = TYPE_CODES[purpose.activity_type]

    spent = spent_by_person(its)
    parts = {staff_id: 0 for staff_id, pence in spent.items() if pence} | dict.fromkeys(its.taking_part, TAKES_PART)
    found = [
        Counted(digest(staff_id), activity, 0, spent.get(staff_id, 0), school, day, PART, type_, NO_ROLE, flags)
        for staff_id, flags in parts.items()
    ]
    if its.is_request:
        flags = (DECIDED if its.decided else 0) | (APPROVED if its.approved else 0)
        found.append(Counted(digest(purpose.staff_id), activity, 0, 0, school, day, ASKED, type_, NO_ROLE, flags))
        names = [(LINK, each) for each in dict.fromkeys(purpose.priority_ids)]
        if purpose.provider:
            names.append((PROVIDED, purpose.provider))
        found += [Counted(0, activity, digest(name), 0, school, day, kind, type_) for kind, name in names]
    return found


@lru_cache(maxsize=4096)
def year_of(day: int) -> int:
    """The calendar year in which the academic year of an ordinal day begins."""
    its = date.fromordinal(day)
    return its.year if its.month >= 9 else its.year - 1
