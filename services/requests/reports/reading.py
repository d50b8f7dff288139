"""What reports are made of: the views of this service, as known at an instant."""

from collections.abc import Sequence
from datetime import date, datetime

from services.requests.domain.request import Request
from services.requests.reports.access import (
    Tables,
    by_pattern,
    by_role,
    figures,
    tallied,
    together,
    where_employed,
    without_participation,
)
from services.requests.reports.coverage import Coverage, covered
from services.requests.reports.providers import rating_figures
from services.requests.runtime import Runtime
from shared.as_at import AsAt
from shared.figures import Figure
from shared.projections.query import Which
from shared.staff import Person
from shared.tables import Report, report

BUDGET_COLUMNS = (
    "school_urn",
    "academic_year",
    "allocated_pence",
    "committed_pence",
    "actual_pence",
    "available_pence",
)
COVERAGE_COLUMNS = ("plan_year", "title", "status", "requests", "approved", "approved_pence", "spent_pence", "people")
FIGURE_COLUMNS = ("name", "group", "numerator", "denominator", "value", "suppressed")


def access(runtime: Runtime, year: str, on: date, known_at: datetime, school_urn: str | None) -> list[Figure]:
    """Fair access of a year, of those employed on a day, as known at an instant."""

    def tables() -> Tables:
        places, requests = where_employed(_people(runtime, known_at), on), _requests(runtime, known_at)
        roles, patterns = (tallied(cells, requests, year) for cells in (by_role(places), by_pattern(places)))
        return together(roles, patterns, [row.state for row in runtime.workforce.as_known(known_at, of_year)])

    of_year = Which(status=[year])
    return figures(runtime.frozen.at(known_at, ("access", year, on), tables), school_urn)


def access_report(runtime: Runtime, year: str, asked: AsAt, school_urn: str | None) -> Report:
    """The same, as a table."""
    where = f"school {school_urn}" if school_urn else "the trust"
    about = f"{where}, academic year {year}, {asked.in_words}. Groups under 10 are not shown."
    rows = access(runtime, year, asked.on, asked.known_at, school_urn)
    return report("Fair access to development", about, rows, FIGURE_COLUMNS)


def provider_ratings(runtime: Runtime, known_at: datetime, school_urn: str | None) -> list[Figure]:
    """What participants say of providers, as known at an instant."""
    rows = runtime.ratings.as_known(known_at)
    rows.sort(key=lambda row: row.position)
    return rating_figures((row.state for row in rows), school_urn)


def zero(runtime: Runtime, year: str, on: date, known_at: datetime, school_urn: str) -> list[str]:
    """Who of a school takes part in nothing of a year."""
    places = where_employed(_people(runtime, known_at), on)
    return without_participation(places, _requests(runtime, known_at), year, school_urn)


def coverage(runtime: Runtime, known_at: datetime, urns: Sequence[str] | None, year: str | None) -> list[Coverage]:
    """How the priorities of schools (all, without `urns`) are covered."""
    which = Which(school_urns=urns)

    def compute() -> list[Coverage]:
        rows = runtime.priorities.as_known(known_at, which)
        priorities = [row.state for row in rows if year in (None, row.state.plan_year)]
        return covered(priorities, [row.state for row in runtime.requests.as_known(known_at, which)])

    return runtime.frozen.at(known_at, ("coverage", None if urns is None else tuple(urns), year), compute)


def priorities_report(runtime: Runtime, asked: AsAt, urns: Sequence[str] | None, year: str | None) -> Report:
    """The same, as a table."""
    rows = coverage(runtime, asked.known_at, urns, year)
    return report("Priorities and what is done for them", _about(asked, urns), rows, COVERAGE_COLUMNS)


def budget_report(runtime: Runtime, asked: AsAt, urns: Sequence[str] | None, year: str | None) -> Report:
    """Every budget, as a table."""
    rows = runtime.budgets.as_known(asked.known_at, Which(school_urns=urns))
    budgets = [row.state for row in rows if year in (None, row.state.academic_year)]
    budgets.sort(key=lambda budget: (budget.school_urn, budget.academic_year))
    return report("Budgets for development", _about(asked, urns), budgets, BUDGET_COLUMNS)


def _about(asked: AsAt, urns: Sequence[str] | None) -> str:
    whose = "Every school" if urns is None else f"{'School' if len(urns) == 1 else 'Schools'} {', '.join(urns)}"
    return f"{whose}, {asked.in_words}."


def _people(runtime: Runtime, known_at: datetime) -> list[Person]:
    return [row.state for row in runtime.people.as_known(known_at)]


def _requests(runtime: Runtime, known_at: datetime) -> list[Request]:
    return [row.state for row in runtime.requests.as_known(known_at)]
