"""Where the governing body's minutes say what was reported to it: a meeting, a reference, the reports."""

from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

from shared.checks import not_ahead
from shared.errors import FieldRefused, NotThere
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

Reported = Literal["budget", "priorities", "access", "programme", "providers"]


class Minute(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One reference to the minutes of a meeting. `as_at` is the day as at which the reports were given."""

    id: str
    school_urn: str
    met_on: date
    minute_ref: str
    reported: list[Reported]
    academic_year: str | None = None
    as_at: date | None = None
    because: str = ""
    version: int = 0
    staff_id: str = ""


class MinuteFact(Fact, frozen=True, kw_only=True):
    """What the minutes are referred to for, whole."""

    EFFECTIVE: ClassVar[str] = "met_on"
    minute_id: str
    met_on: date
    minute_ref: str
    reported: list[Reported]
    academic_year: str | None = None
    as_at: date | None = None


class MinuteRecorded(MinuteFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.MinuteRecorded"


class MinuteCorrected(MinuteFact, frozen=True, kw_only=True):
    """The reference was wrong, or the minutes were numbered anew."""

    TOPIC: ClassVar[str] = "requests.MinuteCorrected"
    because: str


class MinuteStream(Aggregate):
    """One reference's stream."""

    state: Minute | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, MinuteFact):
            self.state = fold_minute(self.state, fact)

    def note(self, school_urn: str, **said: Any) -> Minute:
        """Refer to the minutes of a meeting that was held. Raises FieldRefused."""
        self._sound(**said)
        self.record(MinuteRecorded, minute_id=str(self.id), school_urn=school_urn, reason="", **said)
        return self.known()

    def correct(self, because: str, **said: Any) -> Minute:
        """Refer to them otherwise, whole; the same again changes nothing. Raises NotThere, FieldRefused."""
        known = self.known()
        self._sound(**said)
        if any(getattr(known, name) != value for name, value in said.items()):
            whose = {"minute_id": known.id, "school_urn": known.school_urn, "reason": ""}
            self.record(MinuteCorrected, because=because, **whose, **said)
        return self.known()

    def known(self) -> Minute:
        """Raises NotThere."""
        if self.state is None:
            raise NotThere(f"there is no minute {self.id}")
        return self.state

    def _sound(self, *, met_on: date, as_at: date | None, **_: Any) -> None:
        not_ahead(self.acting.today, met_on=met_on, as_at=as_at)
        if as_at is not None and as_at > met_on:
            raise FieldRefused(as_at=f"must not lie after met_on ({met_on.isoformat()})")


def fold_minute(state: Minute | None, fact: MinuteFact) -> Minute:
    """The reference as now said, whole."""
    return Minute(
        id=fact.minute_id,
        school_urn=fact.school_urn,
        met_on=fact.met_on,
        minute_ref=fact.minute_ref,
        reported=fact.reported,
        academic_year=fact.academic_year,
        as_at=fact.as_at,
        because=fact.because if isinstance(fact, MinuteCorrected) else "",
        version=1 if state is None else state.version + 1,
    )


MINUTE_FACTS: tuple[type[MinuteFact], ...] = (MinuteRecorded, MinuteCorrected)
