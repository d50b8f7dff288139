"""The report to a school's governing body: development against the plan, money and impact, as at the end of a day."""

from datetime import date, datetime

from services.reviews.domain.annual_review import AnnualReview
from services.reviews.domain.plan import BudgetStream, Planned, PlanStream
from services.reviews.domain.reviewing import AnnualReviews, published_by
from services.reviews.domain.streams import stream_of_annual_reviews, stream_of_budget, stream_of_plan
from services.reviews.reports.annual import earlier_year, earlier_years
from services.reviews.reports.documents import Budget, EarlierYear, GoverningBodyReport, Impact, PriorityRow
from services.reviews.reports.statistics import Question, Statistics
from shared.as_at import AsAt
from shared.dates import academic_year
from shared.eventstore.ledger import Ledger
from shared.figures import Figure, end_of_cut
from shared.tables import Report

COLUMNS = ("part", "name", "group", "numerator", "denominator", "value", "suppressed")
Row = list[object]


class Reporter:
    """Makes the report of one school."""

    def __init__(self, ledger: Ledger, statistics: Statistics, *, urn: str, name: str) -> None:
        self._ledger, self._statistics = ledger, statistics
        self._urn, self._name = urn, name

    def report(self, asked: AsAt) -> GoverningBodyReport:
        """Impact is frozen at the end of the last month that had ended by then. Raises FieldRefused."""
        on, known_at, year = asked.on, asked.known_at, academic_year(asked.on)
        last_day, instant = end_of_cut(asked.cut, asked.now)
        impact = Question(
            school_urn=self._urn, year=year, by="role_category", on=last_day, known_at=instant, cut=asked.cut
        )
        return GoverningBodyReport(
            school_urn=self._urn,
            school_name=self._name,
            on=on,
            known_at=known_at,
            academic_year=year,
            budget=self._budget(year, known_at),
            priorities=self._priorities(year, last_day, instant, known_at),
            impact=self._statistics.impact(impact, asked.now),
            reviews=self._reviews(year, known_at),
        )

    def _budget(self, year: str, known_at: datetime) -> Budget:
        its = self._ledger.as_known(BudgetStream, stream_of_budget(self._urn, year), known_at)
        allocated, committed, actual = its.allocated_pence, its.committed_pence, its.actual_pence
        return Budget(
            academic_year=year,
            allocated_pence=allocated,
            committed_pence=committed,
            actual_pence=actual,
            available_pence=allocated - committed - actual,
        )

    def _priorities(self, year: str, on: date, instant: datetime, known_at: datetime) -> list[PriorityRow]:
        plan = self._ledger.as_known(PlanStream, stream_of_plan(self._urn), known_at)
        asked = Question(school_urn=self._urn, year=year, by="priority", on=on, known_at=instant)
        impact = self._statistics.impact(asked, known_at)
        those = sorted(plan.priorities.values(), key=lambda each: (each.plan_year, each.title, each.id))
        return [_row(each, impact) for each in those if each.plan_year == year]

    def _reviews(self, year: str, known_at: datetime) -> list[EarlierYear]:
        """The newest published review of this year and of the last ones, the nearest first."""
        stream = self._ledger.load(AnnualReviews, stream_of_annual_reviews(self._urn, year))
        this: AnnualReview | None = published_by(stream, known_at)
        found = [] if this is None else [earlier_year(this)]
        return [*found, *earlier_years(self._ledger, self._urn, year, known_at)]


def _row(priority: Planned, impact: Impact) -> PriorityRow:
    """A priority with what its group's figures say; none of them where one may not be shown."""
    its = {each.name: each for each in impact.figures if each.group == priority.id}
    hidden = any(each.suppressed for each in its.values())

    def shown(name: str) -> int | None:
        return None if hidden else (its[name].numerator or 0) if name in its else 0

    return PriorityRow(
        priority_id=priority.id,
        plan_year=priority.plan_year,
        title=priority.title,
        status=priority.status,
        requests=shown("requests"),
        approved=shown("approvals"),
        completions=shown("completions"),
        spend_pence=shown("spend_pence"),
        suppressed=hidden,
    )


def impact_table(impact: Impact) -> Report:
    """Impact statistics as a table."""
    where = f"School {impact.school_urn}" if impact.school_urn else "The trust"
    as_at = f"frozen at the end of {impact.cut}" if impact.cut else f"as known at {impact.known_at.isoformat()}"
    about = f"{where}, academic year {impact.academic_year}, {as_at}. Groups under 10 are not shown."
    rows = [_figure(each)[1:] for each in impact.figures]
    return Report(title="Impact of development", about=about, columns=list(COLUMNS[1:]), rows=rows)


def governing_body_table(made: GoverningBodyReport) -> Report:
    """The whole report as one table: money, priorities, impact, and what annual reviews said."""
    budget = [
        ["budget", name, made.budget.academic_year, getattr(made.budget, name), None, None, False]
        for name in Budget.__struct_fields__
        if name != "academic_year"
    ]
    priorities = [
        ["priorities", name, each.title, getattr(each, name), None, None, each.suppressed]
        for each in made.priorities
        for name in ("requests", "approved", "completions", "spend_pence")
    ]
    reviews = [
        ["annual review", benefit, each.academic_year, rating, None, None, False]
        for each in made.reviews
        for benefit, rating in each.ratings.items()
    ]
    about = (
        f"{made.school_name or f'School {made.school_urn}'} on {made.on.isoformat()}, as known at "
        f"{made.known_at.isoformat()}; impact frozen at the end of {made.impact.cut}. Groups under 10 are not shown."
    )
    rows = [*budget, *priorities, *map(_figure, made.impact.figures), *reviews]
    return Report(title="Report to the governing body", about=about, columns=list(COLUMNS), rows=rows)


def _figure(its: Figure) -> Row:
    return ["impact", its.name, its.group, its.numerator, its.denominator, its.value, its.suppressed]
