"""The made-up trust written into a log, a school at a time."""

from datetime import date

from services.reviews.sample.plan import Scale, schools
from services.reviews.sample.telling import told
from shared.eventstore.ledger import Ledger
from shared.progress import Tell, tell_nobody

AT_ONCE = 2_000


def fill(ledger: Ledger, scale: Scale, seed: int, ends_on: date, tell: Tell = tell_nobody) -> int:
    """Append the whole year of the trust to a log that has none of it. Returns how many facts that is."""
    facts, batch = 0, []
    for number, school in enumerate(schools(scale, seed, ends_on), 1):
        for stated in told(school, seed, ends_on):
            batch += [ledger.mapper.to_stored_event(fact) for fact in stated]
            if len(batch) >= AT_ONCE:
                ledger.recorder.insert_events(batch)
                facts, batch = facts + len(batch), []
        tell(number, scale.schools)
    if batch:
        ledger.recorder.insert_events(batch)
    return facts + len(batch)
