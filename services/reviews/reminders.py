"""The timer of evaluations: what fell due or is late is stated once, for the HR platform to tell people of it.

No mail is sent from here. Whoever left is not reminded: what they did not answer lapses.
"""

import time
from datetime import date
from itertools import islice

from sqlalchemy import select

from services.reviews.application import Reviews
from services.reviews.domain.activity import Activity
from services.reviews.domain.evaluating import remind
from services.reviews.domain.staff_member import left_by
from services.reviews.views.activities import OPEN, TELL_FROM
from shared.clock import Clock
from shared.dates import london_day
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.projections.query import Versions
from shared.staff import Person

EVERY_SECONDS = 2.0
LEAVERS_EVERY_SECONDS = 60.0
AT_ONCE = 500


class Reminders:
    """A worker's step. The views say which evaluations to look at; the log decides, so nothing is told twice."""

    def __init__(
        self, reviews: Reviews, activities: Versions[Activity], people: Versions[Person], clock: Clock
    ) -> None:
        self.reviews = reviews
        self.activities = activities
        self.people = people
        self.clock = clock
        self._next = 0.0
        self._next_leavers = 0.0

    def step(self) -> int:
        """Look at what has something to be told of. Gives how many evaluations that were."""
        now = time.monotonic()
        if now < self._next:
            return 0
        today = london_day(self.clock())
        due = [row.id for row in self.activities.upto(TELL_FROM, today.toordinal(), limit=AT_ONCE)]
        if now >= self._next_leavers:
            left = self._of_leavers(today)
            due += left
            self._next_leavers = now if len(left) >= AT_ONCE else now + LEAVERS_EVERY_SECONDS
        for activity_id in due:
            self._look_at(activity_id, today)
        self._next = now if len(due) >= AT_ONCE else now + EVERY_SECONDS
        return len(due)

    def _look_at(self, activity_id: str, today: date) -> None:
        act = Act(recorded_at=self.clock(), actor="reviews", role="calendar", correlation_id=f"reminder/{activity_id}")
        self.reviews.on_activity(Call(act=act), activity_id, remind, today=today)

    def _of_leavers(self, today: date) -> list[str]:
        """The open evaluations of people whose last day is over. Those who are about to leave are passed over."""
        activities, people = self.activities.view.table.c, self.people.view.table.c
        query = (
            select(activities.id, people.state)
            .join_from(activities.id.table, people.id.table, activities.staff_id == people.id)
            .where(people.status == "left", activities.status == OPEN)
        )
        with self.activities.engine.connect() as connection:
            rows = connection.execute(query)
            left = (id_ for id_, state in rows if left_by(self.people.view.stored_state(state), today) is not None)
            return list(islice(left, AT_ONCE))
