"""As when a report is made: of a day, as known at its end or at another instant, but never beyond now."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from shared.dates import london_day, next_day, start_of_london_day
from shared.figures import end_of_cut, last_cut

AN_INSTANT = timedelta(microseconds=1)


class AsAt(NamedTuple):
    """A day, the instant that was asked for where one was, and the present."""

    on: date
    asked: datetime | None
    now: datetime

    @property
    def known_at(self) -> datetime:
        """The instant as at which the day is told of."""
        return min(self.now, self.asked or self._end)

    @property
    def cut(self) -> str:
        """The last month that had ended by the end of the day, and by the instant."""
        return last_cut(min(self._end, self.known_at) + AN_INSTANT)

    @property
    def frozen(self) -> "AsAt":
        """That month's last day, as known at its end or at the instant that was asked for. Raises FieldRefused."""
        on, _ = end_of_cut(self.cut, self.now)
        return AsAt(on, self.asked, self.now)

    @property
    def in_words(self) -> str:
        """As what a report says that it is known."""
        instant = f"the end of {self.on.isoformat()}" if self.known_at == self._end else self.known_at.isoformat()
        return f"as known at {instant}"

    @property
    def _end(self) -> datetime:
        return start_of_london_day(next_day(self.on)) - AN_INSTANT


def as_at(on: date | None, known_at: datetime | None, now: datetime) -> AsAt:
    """The day asked for, or today; as known at the instant asked for, or the end of that day."""
    return AsAt(on or london_day(now), known_at, now)
