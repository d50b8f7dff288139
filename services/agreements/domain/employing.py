"""Commands on employments as HR describes them: someone joins, moves within the trust, or is described otherwise."""

from datetime import date
from typing import Any

from services.agreements.domain.assessment import reassess
from services.agreements.domain.staff_facts import EmploymentCorrected, StaffJoined, StaffMoved
from services.agreements.domain.staff_member import StaffMember
from shared.checks import plausible
from shared.words import RoleCategory


def join(
    member: StaffMember,
    *,
    employment_id: str,
    school_urn: str,
    on: date,
    role_category: RoleCategory | None = None,
    line_manager_id: str | None = None,
    payroll_number: str = "",
    name: str = "",
) -> None:
    """An employment begins, or is described otherwise than before; the same again changes nothing."""
    plausible(member.acting.today, on=on)
    known = member.employments.get(employment_id)
    moved = any(e.transfer and e.employment_id == employment_id and e.notified_on > on for e in member.endings.values())
    school_urn = known.school_urn if known and moved else school_urn
    fields: dict[str, Any] = {
        "employment_id": employment_id,
        "school_urn": school_urn,
        "on": on,
        "role_category": role_category or (known.role_category if known else None),
        "line_manager_id": line_manager_id or (known.line_manager_id if known else None),
        "payroll_number": payroll_number or (known.payroll_number if known else ""),
        "name": name or (known.name if known else ""),
    }
    if known is None:
        member.record(StaffJoined, **fields)
    elif (known.school_urn, known.started_on) != (school_urn, on) or any(
        getattr(known, name) != fields[name] for name in ("role_category", "line_manager_id", "payroll_number", "name")
    ):
        member.record(EmploymentCorrected, **fields)
    reassess(member)


def move(
    member: StaffMember,
    *,
    employment_id: str,
    school_urn: str,
    on: date,
    role_category: RoleCategory | None = None,
    line_manager_id: str | None = None,
    payroll_number: str = "",
) -> None:
    """The person moves to another school of the trust: the same employer, and the clock runs on."""
    plausible(member.acting.today, on=on)
    same = any(
        e.transfer and (e.employment_id, e.school_urn, e.notified_on) == (employment_id, school_urn, on)
        for e in member.endings.values()
    )
    if not same:
        known = member.employments.get(employment_id)
        member.record(
            StaffMoved,
            employment_id=employment_id,
            ending_id=member.new_id("e", member.endings),
            school_urn=school_urn,
            on=on,
            role_category=role_category,
            line_manager_id=line_manager_id,
            payroll_number=payroll_number or (known.payroll_number if known else ""),
        )
        reassess(member)


def make_known(member: StaffMember, *, employment_id: str, school_urn: str, on: date, **described: Any) -> None:
    """A message of HR names an employment that nobody told of yet: it begins, as far as known, with that message."""
    if employment_id not in member.employments:
        join(member, employment_id=employment_id, school_urn=school_urn, on=on, **described)
