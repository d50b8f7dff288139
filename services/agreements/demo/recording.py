"""Recording the demo trust's two years, each deed once, at the instant at which it is said to have happened."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from services.agreements.application import Agreements
from services.agreements.demo.deeds import Days, Deed
from services.agreements.demo.leavers import leavers_gone
from services.agreements.demo.trainings import agreements_made
from services.agreements.demo.trust import FOUNDED_DAYS_AGO, settings_put, staff_told_of
from shared.dates import london_day, start_of_london_day
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call, Once
from shared.eventstore.recorder import MessageId

SOURCE = "demo"
OFFICE_HOURS_BEGIN = timedelta(hours=8, minutes=30)
BETWEEN_DEEDS = timedelta(minutes=7)


def seed(agreements: Agreements, today: date) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is.

    Every deed carries a mark of its own, so that a start after a kill goes on where the last one stopped, with the
    days it counted from.
    """
    recorder = agreements.ledger.recorder
    if agreements.ledger.position() > 0:
        if not recorder.has_seen(_mark(1)):
            return
        today = _day_of_the_first(agreements) + timedelta(days=FOUNDED_DAYS_AGO)
    for number, (recorded_at, deed) in enumerate(_timed(_every_deed(today), today), start=1):
        mark = _mark(number)
        if recorder.has_seen(mark):
            continue
        act = Act(
            recorded_at=recorded_at,
            actor=deed.by.actor,
            role=deed.by.role,
            staff_id=deed.by.staff_id,
            correlation_id=mark.id,
            reason=deed.reason,
        )
        deed.do(agreements, Call(act=act, once=_marking(mark)))


def _every_deed(today: date) -> list[Deed]:
    days = Days(today)
    deeds = [*settings_put(), *staff_told_of(days), *agreements_made(days), *leavers_gone(days)]
    return sorted(deeds, key=lambda deed: -deed.days_ago)


def _timed(deeds: list[Deed], today: date) -> Iterator[tuple[datetime, Deed]]:
    """Each deed with its instant: those of one day follow one another from the morning on."""
    days = Days(today)
    begun, on_that_day = None, 0
    for deed in deeds:
        on_that_day = on_that_day + 1 if deed.days_ago == begun else 0
        begun = deed.days_ago
        yield start_of_london_day(days.ago(deed.days_ago)) + OFFICE_HOURS_BEGIN + on_that_day * BETWEEN_DEEDS, deed


def _day_of_the_first(agreements: Agreements) -> date:
    ledger = agreements.ledger
    first = ledger.recorder.select_notifications(start=1, limit=1)[0]
    return london_day(ledger.mapper.decode(first.topic, first.state).recorded_at)


def _mark(number: int) -> MessageId:
    return MessageId(SOURCE, f"demo/{number}")


def _marking(mark: MessageId) -> Callable[[object], Once]:
    return lambda _: Once(message=mark)
