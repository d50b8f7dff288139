"""The events behind a frozen figure: those of the requests, people and disseminations that it counts, as known then."""

from collections.abc import Iterator

from sqlalchemy import Engine, select

from services.reviews.domain.annual_review import AnnualReview
from services.reviews.domain.impact import ALL
from services.reviews.domain.words import BENEFITS
from services.reviews.statistics.census import census
from services.reviews.statistics.columns import Records
from services.reviews.statistics.records import ASKED, COMPLETED, DELIVERED, EVALUATED, PART, ROLE_CODES, SPELL, own
from services.reviews.statistics.snapshot import Snapshot
from services.reviews.statistics.tally import days_of
from services.reviews.views.impact import STATE, ImpactView
from shared.dates import london_day
from shared.errors import FieldRefused
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.projections.instants import microseconds
from shared.projections.log import entries, rows_beside
from shared.staff import EmploymentFact

COUNTS = {
    "requests": (ASKED,),
    "approvals": (ASKED,),
    "spend_pence": (PART,),
    "cost_per_participant_pence": (PART,),
    "participants": (SPELL, PART, COMPLETED),
    "without_participation": (SPELL, PART, COMPLETED),
    "completions": (COMPLETED,),
    "evaluation_rate": (COMPLETED,),
    "benefit_rating": (COMPLETED,),
    "dissemination_reach": (DELIVERED,),
    "retention": (SPELL, COMPLETED),
}
"""What each figure counts."""


class Tracing:
    """Finds the facts behind figures of annual reviews."""

    def __init__(self, ledger: Ledger, engine: Engine, view: ImpactView) -> None:
        self._ledger, self._engine, self._view = ledger, engine, view

    def behind(self, review: AnnualReview, snapshot: Snapshot, figure: str, group: str) -> list[int]:
        """The positions of the facts behind a figure of a group that may be shown, rising. Raises FieldRefused."""
        those = [each for each in review.impact.figures if (each.name, each.group) == (figure, group)]
        if not those:
            raise FieldRefused(figure="is not one of the review's figures of this group")
        if those[0].suppressed:
            raise FieldRefused(figure="is hidden, and what is behind it")
        found = list(_counted(snapshot, review, figure, group))
        owns = {its for kind, records in found if kind == COMPLETED for its in records["amount"].tolist()}
        rows = {row for _, records in found for row in records["row"].tolist()}
        ids = [id_ for id_, numbers in snapshot.rows_of.items() if not rows.isdisjoint(numbers)]
        facts = self._facts(ids, review)
        employed = SPELL in COUNTS[figure]
        return sorted(position for position, fact in facts if _is_about(fact, owns, employed=employed))

    def _facts(self, ids: list[str], review: AnnualReview) -> Iterator[tuple[int, Fact]]:
        """All that was known of these resources when the figures were frozen."""
        c, known_at = self._view.table.c, review.impact.known_at
        for begin in range(0, len(ids), 500):
            query = select(c.first_position).where(c.id.in_(ids[begin : begin + 500]), c.year == STATE)
            with self._engine.connect() as connection:
                firsts = connection.scalars(query).all()
            for first in firsts:
                rows = rows_beside(self._ledger, first, review.log_position)
                for position, fact in entries(self._ledger, rows, self._view.topics):
                    if fact.recorded_at <= known_at:
                        yield position, fact


def _counted(snapshot: Snapshot, review: AnnualReview, figure: str, group: str) -> Iterator[tuple[int, Records]]:
    """The records that a figure counts of the review's school, by kind."""
    known_at, day = microseconds(review.impact.known_at), london_day(review.impact.known_at).toordinal()
    first, last = days_of(review.academic_year)
    place = snapshot.urns.index(review.school_urn) if review.school_urn in snapshot.urns else -1
    its = census(snapshot, known_at, min(last, day))
    home = figure in ("participants", "without_participation")
    role = ROLE_CODES.get(group.partition(",")[0])
    for kind in COUNTS[figure]:
        span = (None, None) if kind == SPELL else (first, last if kind in (ASKED, PART) else min(last, day))
        records = snapshot.of(kind, known_at, *span)
        here = (its.home[records["who"]] if home else records["where"]) == place
        if role is not None and group not in (ALL, *BENEFITS):
            here &= its.role[records["who"]] == role
        if figure == "benefit_rating":
            here &= (records["flags"] & EVALUATED) > 0
        yield kind, records.only(here)


def _is_about(fact: Fact, owns: set[int], *, employed: bool) -> bool:
    """Of a person's facts, those of the employments where they count, and of the activities that do."""
    if isinstance(fact, EmploymentFact):
        return employed
    activity_id = getattr(fact, "activity_id", None)
    return activity_id is None or hasattr(fact, "dissemination_id") or own(activity_id) in owns
