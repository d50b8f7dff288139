"""Recording the demo trust's two years, each deed once, at the instant at which it is said to have happened."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, NamedTuple, Protocol, TypeVar

from shared.dates import london_day, start_of_london_day
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Ledger, Once
from shared.eventstore.recorder import MessageId

SOURCE = "demo"
OFFICE_HOURS_BEGIN = timedelta(hours=8, minutes=30)
BETWEEN_DEEDS = timedelta(minutes=7)


class HasLedger(Protocol):
    """A service's commands."""

    ledger: Ledger


C = TypeVar("C", bound=HasLedger)


class Person(NamedTuple):
    """Who acts: as the token would say it. `staff_id` where it is a member of staff."""

    actor: str
    role: str
    staff_id: str | None = None

    def act(self, recorded_at: datetime, correlation_id: str, reason: str) -> Act:
        """What they do, as the token of a call would have it recorded."""
        return Act(
            recorded_at=recorded_at,
            actor=self.actor,
            role=self.role,
            staff_id=self.staff_id,
            correlation_id=correlation_id,
            reason=reason,
        )


HR = Person("hr_platform", "hr_platform")
PAYROLL = Person("payroll", "payroll")
FINANCE = Person("finance", "finance")
TRUST_EXECUTIVE = Person("trust_executive", "trust_executive")
TRUST_ADMIN = Person("trust_admin", "trust_admin")
TIMER = Person("timer", "timer")


def staff(staff_id: str) -> Person:
    """The member of staff, for themselves."""
    return Person(staff_id, "staff", staff_id)


def head(staff_id: str) -> Person:
    """The member of staff, as headteacher."""
    return Person(staff_id, "headteacher", staff_id)


@dataclass(frozen=True)
class Deed(Generic[C]):
    """A command, by whom and why. Recorded `days_ago` before today, which is at least yesterday."""

    days_ago: int
    by: Person
    do: Callable[[C, Call], object]
    reason: str = ""


class Days:
    """Days of the story, counted back from today."""

    def __init__(self, today: date) -> None:
        self.today = today

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def record(commands: C, every_deed: Callable[[date], Sequence[Deed[C]]], today: date, founded_days_ago: int) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is.

    Every deed carries a mark of its own, so that a start after a kill goes on where the last one stopped, with the
    days it counted from.
    """
    recorder = commands.ledger.recorder
    if commands.ledger.position() > 0:
        if not recorder.has_seen(_mark(1)):
            return
        today = _day_of_the_first(commands.ledger) + timedelta(days=founded_days_ago)
    deeds = sorted(every_deed(today), key=lambda deed: -deed.days_ago)
    for number, (recorded_at, deed) in enumerate(_timed(deeds, today), start=1):
        mark = _mark(number)
        if recorder.has_seen(mark):
            continue
        act = deed.by.act(recorded_at, mark.id, deed.reason)
        deed.do(commands, Call(act=act, once=_marking(mark)))


def _timed(deeds: Sequence[Deed[C]], today: date) -> Iterator[tuple[datetime, Deed[C]]]:
    """Each deed with its instant: those of one day follow one another from the morning on."""
    days = Days(today)
    begun, on_that_day = None, 0
    for deed in deeds:
        on_that_day = on_that_day + 1 if deed.days_ago == begun else 0
        begun = deed.days_ago
        yield start_of_london_day(days.ago(deed.days_ago)) + OFFICE_HOURS_BEGIN + on_that_day * BETWEEN_DEEDS, deed


def _day_of_the_first(ledger: Ledger) -> date:
    first = ledger.recorder.select_notifications(start=1, limit=1)[0]
    return london_day(ledger.mapper.decode(first.topic, first.state).recorded_at)


def _mark(number: int) -> MessageId:
    return MessageId(SOURCE, f"demo/{number}")


def _marking(mark: MessageId) -> Callable[[object], Once]:
    return lambda _: Once(message=mark)
