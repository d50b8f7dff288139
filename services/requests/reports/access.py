"""Fair access (policy section 2): who takes part, asks, is granted and how much, by role, hours and school."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, get_args

import msgspec

from services.requests.domain.request import Request
from services.requests.domain.shares import schools_share_pence
from services.requests.domain.workforce import Workforce
from services.requests.reports.characteristics import characteristic_figures, people_by_characteristic
from shared.dates import academic_year
from shared.figures import Figure, figure
from shared.groupings import hidden_together
from shared.staff import Person
from shared.suppression import TOTAL, Cell
from shared.words import RoleCategory, WorkingPattern

ROLES = (*get_args(RoleCategory), "unknown")
PATTERNS = tuple(f"working_pattern {each}" for each in (*get_args(WorkingPattern), "unknown"))
DEFINITIONS = {
    "participation": "people of the group who take part, or did, in a granted activity that begins in the year / "
    "people of the group employed on the last day of the cut",
    "requests": "requests of people of the group for activities that begin in the year, drafts left out",
    "approvals": "those of them that were approved / those of them that were decided (approved or declined)",
    "spend_pence": "the school's share of what was approved for people of the group who take part, or did, in pence",
    "waiting_days": "days from asking to deciding, all decisions together / decisions",
}


class Tally(msgspec.Struct):
    """What adds up over groups."""

    people: int = 0
    participants: int = 0
    requests: int = 0
    decided: int = 0
    approved: int = 0
    spend_pence: int = 0
    decisions: int = 0
    waiting_days: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Place(NamedTuple):
    """Where and as what someone works: school, and the names of their groups."""

    school_urn: str
    role: str
    pattern: str


def where_employed(people: Iterable[Person], on: date) -> dict[str, Place]:
    """School, role category and working pattern of each person employed on a day."""
    return {person.staff_id: _place(person) for person in people if person.works_on(on)}


def by_role(places: Mapping[str, Place]) -> dict[str, Cell]:
    """The cell of each person in the table of role categories."""
    return {staff_id: (place.school_urn, place.role) for staff_id, place in places.items()}


def by_pattern(places: Mapping[str, Place]) -> dict[str, Cell]:
    """Likewise in that of working patterns."""
    return {staff_id: (place.school_urn, place.pattern) for staff_id, place in places.items()}


def tallied(cells: Mapping[str, Cell], requests: Iterable[Request], year: str) -> dict[Cell, Tally]:
    """The tally of each group, without totals."""
    found: dict[Cell, Tally] = {cell: Tally() for cell in cells.values()}
    for cell in cells.values():
        found[cell].people += 1
    taking_part: set[str] = set()
    for request in requests:
        if not request.was_asked or academic_year(request.starts_on) != year:
            continue
        if request.staff_id in cells:
            _count(found[cells[request.staff_id]], request)
        those = request.taking_part & cells.keys()
        taking_part |= those
        for share in request.shares:
            if share.staff_id in those:
                amounts = [line.amount_pence for line in share.cost_lines]
                found[cells[share.staff_id]].spend_pence += schools_share_pence(amounts, request.funded_percent or 0)
    for staff_id in taking_part:
        found[cells[staff_id]].participants += 1
    return found


class Tables(NamedTuple):
    """All that is counted in a trust, totals included, and what of it is hidden."""

    totals: Mapping[Cell, Tally]
    counted: Sequence[Workforce]
    hidden: frozenset[Cell]


def together(roles: Mapping[Cell, Tally], patterns: Mapping[Cell, Tally], counted: Sequence[Workforce]) -> Tables:
    """What is hidden is decided once, over all tables of the whole trust, whoever asks for which part of them."""
    tables = [{cell: tally.people for cell, tally in tallies.items()} for tallies in (roles, patterns)]
    totals = _with_totals(patterns) | _with_totals(roles)
    sizes = {urn: totals[urn, TOTAL].people for urn, _ in roles}
    counted = [each for each in counted if each.school_urn in sizes]
    return Tables(totals, counted, hidden_together([*tables, *people_by_characteristic(counted, sizes)]))


def figures(tables: Tables, school_urn: str | None) -> list[Figure]:
    """The figures of one school by group, or of the trust by group and by school."""
    totals, counted, hidden = tables
    row = school_urn or TOTAL
    cells = [((row, group), group or "all") for group in (*ROLES, *PATTERNS, TOTAL)]
    if school_urn is None:
        cells += [((urn, TOTAL), f"school {urn}") for urn in sorted({urn for urn, _ in totals} - {TOTAL})]
    shown = [(cell, group, totals[cell]) for cell, group in cells if cell in totals and totals[cell].people]
    made = [made for cell, group, tally in shown for made in _of_group(tally, group, hidden=cell in hidden)]
    return made + characteristic_figures(counted, school_urn, hidden)


def without_participation(places: Mapping[str, Place], requests: Iterable[Request], year: str, urn: str) -> list[str]:
    """Who of a school takes part in nothing of a year: for those alone who may see it."""
    of_year = (request for request in requests if academic_year(request.starts_on) == year)
    taking_part = {staff_id for request in of_year for staff_id in request.taking_part}
    return sorted(
        staff_id for staff_id, place in places.items() if place.school_urn == urn and staff_id not in taking_part
    )


def _place(person: Person) -> Place:
    now = person.current
    return Place(now.school_urn, now.role_category or "unknown", f"working_pattern {now.working_pattern or 'unknown'}")


def _count(tally: Tally, request: Request) -> None:
    tally.requests += 1
    final = [decision for decision in request.decisions if decision.outcome != "deferred"]
    tally.decided += bool(final)
    tally.approved += any(decision.outcome == "approved" for decision in final)
    tally.decisions += len(request.decisions)
    tally.waiting_days += sum(decision.days_open for decision in request.decisions)


def _with_totals(tallies: Mapping[Cell, Tally]) -> dict[Cell, Tally]:
    totals: dict[Cell, Tally] = {}
    for (row, column), tally in tallies.items():
        for cell in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            totals.setdefault(cell, Tally()).add(tally)
    return totals


def _of_group(tally: Tally, group: str, *, hidden: bool) -> list[Figure]:
    fractions: dict[str, tuple[int, int | None]] = {
        "participation": (tally.participants, tally.people),
        "requests": (tally.requests, None),
        "approvals": (tally.approved, tally.decided),
        "spend_pence": (tally.spend_pence, None),
        "waiting_days": (tally.waiting_days, tally.decisions),
    }
    return [
        figure(name, group, DEFINITIONS[name], above, below, hidden=hidden)
        for name, (above, below) in fractions.items()
    ]
