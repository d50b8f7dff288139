"""The agreements service's part of the demo trust's two years."""

from collections.abc import Sequence
from datetime import date

from services.agreements.application import Agreements
from services.agreements.demo.deeds import Deed
from services.agreements.demo.leavers import leavers_gone
from services.agreements.demo.trainings import agreements_made
from services.agreements.demo.trust import settings_put, staff_told_of
from shared.demo.people import FOUNDED_DAYS_AGO
from shared.demo.recording import Days, record


def seed(agreements: Agreements, today: date) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is."""
    record(agreements, _every_deed, today, FOUNDED_DAYS_AGO)


def _every_deed(today: date) -> Sequence[Deed]:
    days = Days(today)
    return [*settings_put(), *staff_told_of(days), *agreements_made(days), *leavers_gone(days)]
