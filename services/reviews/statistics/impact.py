"""Impact statistics as they are published: the figures of a school or the trust, the small groups among them hidden."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import numpy as np

from services.reviews.domain.impact import ALL, Change, Comparison, Impact, Survival
from services.reviews.statistics.census import By
from services.reviews.statistics.confidence import Changes, changes
from services.reviews.statistics.counting import year_of
from services.reviews.statistics.definitions import DEFINITIONS
from services.reviews.statistics.grids import Bools, Ints
from services.reviews.statistics.records import ASKED, COMPLETED, ROLES
from services.reviews.statistics.staying import MEMBERSHIPS, Event, Membership, Staying, columns_of
from services.reviews.statistics.tally import Basis, Tally, tally
from shared.dates import academic_year
from shared.figures import Figure, figure

UNKNOWN = -1
"""The row of a school that nothing is known of."""
EVENTS: tuple[Event, ...] = ("left", "moved_up")
Place = tuple[str, int, int]
"""The name of a group, its row and its column."""


class Year(msgspec.Struct, frozen=True):
    """A year counted for the whole trust: what a school's statistics, and the trust's, are taken from."""

    by: By
    tallies: dict[str, Tally]
    """By academic year: the year alone, or where groups are years each of them."""
    changes: Changes
    staying: Staying


def counted(basis: Basis, by: By, stay: Staying) -> Year:
    """Count a year by groups; where groups are years, each of them likewise. `stay` is of the same basis."""
    columns = basis.columns(by)
    tallies = {basis.year: tally(basis, columns)}
    if by == "academic_year":
        others = [earlier(basis, each) for each in years_in(basis) if each != basis.year]
        before = {each.year: tally(each, each.columns(by)) for each in others}
        tallies = {**before, **tallies}
    return Year(by, tallies, changes(basis, columns), stay)


def earlier(basis: Basis, year: str) -> Basis:
    """Another year, as on the same day and known at the same instant."""
    return Basis(basis.snapshot, year=year, on=basis.on, known_at=basis.known_at)


def years_in(basis: Basis) -> list[str]:
    """The academic years up to its own in which, as far as known, anything was asked for or completed; or its own."""
    last = int(basis.year[:4])
    days = np.concatenate([basis.snapshot.of(kind, basis.known_at)["day"] for kind in (ASKED, COMPLETED)])
    first = year_of(int(days.min())) if days.size else last
    return [academic_year(date(each, 9, 1)) for each in range(min(first, last), last + 1)]


def published(its: Year, school_urn: str | None, *, year: str, cut: str | None, known_at: datetime) -> Impact:
    """What may be shown of a school, or of the trust."""
    found = its.tallies[year]
    places = list(_places(found, school_urn, its.by))
    stays = list(_stays(found, its.staying, school_urn, its.by))
    if its.by == "academic_year":
        figures = [
            each for name, one in its.tallies.items() for each in _figures(one, [(name, *_all(one, school_urn)[1:])])
        ]
    else:
        figures = list(_figures(found, places))
    return Impact(
        school_urn=school_urn,
        academic_year=year,
        cut=cut,
        known_at=known_at,
        by=its.by,
        figures=figures + [_retention(each) for each in stays if each.event == "left"],
        confidence=list(_confidence(its.changes, places)),
        survival=stays,
        comparisons=list(_comparisons(found, its.staying, school_urn, its.by)),
    )


def _all(found: Tally, school_urn: str | None) -> Place:
    """The whole of a school or of the trust; of a school that nothing is known of, what no school has."""
    if school_urn is None:
        row = len(found.rows)
    else:
        row = found.rows.index(school_urn) if school_urn in found.rows else UNKNOWN
    return ALL, row, len(found.columns)


def _places(found: Tally, school_urn: str | None, by: By) -> Iterator[Place]:
    """The groups to tell of: those of the school, or of the trust, and all together."""
    whole = _all(found, school_urn)
    if by == "school" and school_urn is None:
        yield from ((f"school {urn}", found.rows.index(urn), whole[2]) for urn in sorted(found.rows))
    yield from ((name, whole[1], column) for column, name in enumerate(found.columns))
    yield whole


def _figures(found: Tally, places: Sequence[Place]) -> Iterator[Figure]:
    """The figures of groups; of a group in which nobody is, only where it is everybody's."""
    whole = len(found.columns)
    grids = [(each.people, each.numerator, each.denominator, each.hidden) for each in found.measures]
    cells = [[_cells(grid, places) for grid in those] for those in grids]
    for nth, (group, _, column) in enumerate(places):
        for measure, (people, above, below, hidden) in zip(found.measures, cells, strict=True):
            if column == whole or people[nth]:
                definition, is_hidden = DEFINITIONS[measure.name], bool(hidden[nth])
                yield figure(measure.name, group, definition, above[nth], below[nth], hidden=is_hidden)


def _cells(grid: Ints | Bools | None, places: Sequence[Place]) -> list[Any]:
    """What stands in the cells of groups; nothing in the row of a school that nothing is known of."""
    if grid is None:
        return [None] * len(places)
    _, row, column = zip(*places, strict=True)
    found: list[Any] = np.where(np.equal(row, UNKNOWN), 0, grid[row, column]).tolist()
    return found


def _confidence(found: Changes, places: Sequence[Place]) -> Iterator[Change]:
    for group, row, column in (place for place in places if place[1] != UNKNOWN):
        people = int(found.people[row, column])
        if not people:
            continue
        if found.hidden[row, column]:
            yield Change(group=group, people=None, mean=None, lower=None, upper=None, suppressed=True)
            continue
        mean, lower, upper = (None if each is None else round(each, 4) for each in found.of(row, column))
        yield Change(group=group, people=people, mean=mean, lower=lower, upper=upper, suppressed=False)


def _of_stay(found: Tally, school_urn: str | None, by: By) -> list[Place]:
    """The groups of whom it is told who stays."""
    _, row, _ = _all(found, school_urn)
    if row == UNKNOWN:
        return []
    whole = len(ROLES)
    schools = [(f"school {urn}", found.rows.index(urn), whole) for urn in sorted(found.rows)]
    among = schools if by == "school" and school_urn is None else []
    return among + [(ROLES[each] if each < whole else ALL, row, each) for each in columns_of(by)]


def _stays(found: Tally, stay: Staying, school_urn: str | None, by: By) -> Iterator[Survival]:
    for place in _of_stay(found, school_urn, by):
        for event in EVENTS:
            for membership in MEMBERSHIPS:
                if stay.sides[membership].people[place[1], place[2]]:
                    yield _survival(stay, place, event, membership)


def _survival(stay: Staying, place: Place, event: Event, membership: Membership) -> Survival:
    group, row, column = place
    side = stay.sides[membership]
    its, estimated = side.estimate(event, row, column)
    if side.hidden[row, column] or estimated is None:
        return Survival(
            event=event,
            group=group,
            membership=membership,
            people=None,
            person_days=None,
            events=None,
            value=None,
            lower=None,
            upper=None,
            suppressed=True,
        )
    bounds = (None if each is None else round(each, 4) for each in (estimated.lower, estimated.upper))
    lower, upper = bounds
    return Survival(
        event=event,
        group=group,
        membership=membership,
        people=int(side.people[row, column]),
        person_days=its.person_days,
        events=int(its.events.sum()),
        value=round(estimated.value, 4),
        lower=lower,
        upper=upper,
        suppressed=False,
    )


def _retention(its: Survival) -> Figure:
    """As a figure: an estimate, and below the line those who were at risk."""
    return Figure(
        name="retention",
        group=f"{its.group}, {its.membership}",
        numerator=None,
        denominator=its.people,
        value=its.value,
        suppressed=its.suppressed,
        definition=DEFINITIONS["retention"],
    )


def _comparisons(found: Tally, stay: Staying, school_urn: str | None, by: By) -> Iterator[Comparison]:
    for group, row, column in _of_stay(found, school_urn, by):
        hidden = [bool(stay.sides[each].hidden[row, column]) for each in MEMBERSHIPS]
        there = [int(stay.sides[each].people[row, column]) for each in MEMBERSHIPS]
        if not all(there):
            continue
        for event in EVENTS:
            compared = None if any(hidden) else stay.compared(event, row, column)
            statistic, p = (None, None) if compared is None else (round(compared[0], 4), round(compared[1], 4))
            yield Comparison(event=event, group=group, statistic=statistic, p=p)
