"""What each request, agreement, person and dissemination comes to, as records to be counted."""

from datetime import date

from services.reviews.domain.undertaking import Purpose, Undertaking, spent_by_person
from services.reviews.statistics.records import (
    APPROVED,
    ASKED,
    DECIDED,
    LINK,
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
    asked = _asked(its, purpose) if its.is_request else []
    taking_part, spent = its.taking_part, spent_by_person(its)
    paid_for = {staff_id for staff_id, pence in spent.items() if pence}
    parts = [
        Counted(
            kind=PART,
            person=digest(staff_id),
            activity=digest(its.id),
            label=0,
            amount=spent.get(staff_id, 0),
            school=int(purpose.school_urn),
            day=purpose.starts_on.toordinal(),
            type=TYPE_CODES[purpose.activity_type],
            flags=TAKES_PART if staff_id in taking_part else 0,
        )
        for staff_id in sorted({*taking_part, *paid_for})
    ]
    return [*asked, *parts]


def _asked(its: Undertaking, purpose: Purpose) -> list[Counted]:
    flags = (DECIDED if its.decided else 0) | (APPROVED if its.approved else 0)
    asked = Counted(
        kind=ASKED,
        person=digest(purpose.staff_id),
        activity=digest(its.id),
        label=0,
        amount=0,
        school=int(purpose.school_urn),
        day=purpose.starts_on.toordinal(),
        type=TYPE_CODES[purpose.activity_type],
        flags=flags,
    )
    named = [(PROVIDED, purpose.provider)] if purpose.provider else []
    linked = [(LINK, priority_id) for priority_id in dict.fromkeys(purpose.priority_ids)]
    return [asked, *(asked._replace(kind=kind, person=0, label=digest(name), flags=0) for kind, name in named + linked)]


def year_of(day: int) -> int:
    """The calendar year in which the academic year of an ordinal day begins."""
    its = date.fromordinal(day)
    return its.year if its.month >= 9 else its.year - 1
