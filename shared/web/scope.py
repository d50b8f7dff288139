"""How far a caller's roles reach: own records, own reports, own schools, the trust."""

from collections.abc import Collection
from typing import NamedTuple

from flask import g

from shared.errors import NotThere
from shared.web.caller import Caller, current_caller
from shared.web.roles import Role


class Reach(NamedTuple):
    """Where a record lies: whose it is, at which school (None: the trust's), under which line manager.

    `any_school` marks a record of the trust that a caller of any school may reach.
    """

    staff_id: str | None
    school_urn: str | None
    line_manager_id: str | None = None
    any_school: bool = False


class Visible(NamedTuple):
    """What a list may show: records of these `schools` (None: all), of `staff_id`, of the reports of `manager_id`."""

    schools: frozenset[str] | None
    staff_id: str | None
    manager_id: str | None


def acting_role(reach: Reach) -> Role:
    """The role in which the caller reaches a record: as its owner, as line manager, else as the endpoint lists them.

    Raises NotThere where none of the caller's roles that the endpoint admits reaches it.
    """
    caller = current_caller()
    for role in admitted_roles():
        if _reaches(caller, role, reach):
            return role
    raise NotThere("there is no such record, or not for you")


def check_scope(
    staff_id: str | None, school_urn: str | None, line_manager_id: str | None = None, any_school: bool = False
) -> None:
    """Raises NotThere for a record beyond the caller's reach."""
    acting_role(Reach(staff_id, school_urn, line_manager_id, any_school))


def in_scope(
    staff_id: str | None, school_urn: str | None, line_manager_id: str | None = None, any_school: bool = False
) -> bool:
    """Whether a record is within the caller's reach."""
    reach = Reach(staff_id, school_urn, line_manager_id, any_school)
    return any(_reaches(current_caller(), role, reach) for role in admitted_roles())


def reached_as(roles: Collection[Role], reach: Reach) -> bool:
    """Whether the caller reaches a record in one of these roles, of those that the endpoint admits."""
    return any(_reaches(current_caller(), role, reach) for role in admitted_roles() if role in roles)


def admitted_roles() -> tuple[Role, ...]:
    """The caller's roles that this endpoint admits, the nearest first."""
    roles: tuple[Role, ...] = g.admitted
    return roles


def visible_schools() -> frozenset[str] | None:
    """The schools whose records a total may count; None for all. A total of some says `partial: true`."""
    return current_caller().schools


def visible() -> Visible:
    """What a list may show this caller."""
    caller, roles = current_caller(), admitted_roles()
    of_schools = any(role not in (Role.STAFF, Role.LINE_MANAGER) for role in roles)
    return Visible(
        schools=caller.schools if of_schools else frozenset(),
        staff_id=caller.staff_id if Role.STAFF in roles else None,
        manager_id=caller.staff_id if Role.LINE_MANAGER in roles else None,
    )


def _reaches(caller: Caller, role: Role, reach: Reach) -> bool:
    if role is Role.STAFF:
        return caller.staff_id is not None and caller.staff_id == reach.staff_id
    if role is Role.LINE_MANAGER:
        return caller.staff_id is not None and caller.staff_id == reach.line_manager_id
    if caller.schools is None or reach.any_school:
        return True
    return reach.school_urn in caller.schools
