"""Who was never asked for an evaluation lowers no rate of evaluated activities."""

from datetime import date
from typing import Any

import pytest

from services.reviews.domain.evaluating import submit
from services.reviews.domain.following import Completion, note_completion
from services.reviews.statistics.people import Career, fold_career, of_activity
from services.reviews.statistics.records import COMPLETED, EVALUATED, NEVER_ASKED
from tests.unit.memory import TODAY
from tests.unit.reviews.memory import Log, activity_id, described, joins, on, plan

LONG_AGO, LATELY = date(TODAY.year - 2, 1, 31), TODAY


def flags(day: date, *, imported: bool, answered: bool = False) -> int:
    """Those of the completion of a training of which it was told today that it was over on a day."""
    log = Log()
    log.do(joins)
    log.do(plan, described(agreement_id="a1"))
    said = Completion(told_by="a1", order=1, completed_on=day, imported=imported)
    log.do(lambda desk: note_completion(desk.person("t1"), "t1", said))
    if answered:
        log.do(on, submit, activity_id(), stage="use", use=2)
    career: Any = None
    for fact in log.facts:
        career = fold_career(career, fact)
    assert isinstance(career, Career)
    (completed,) = [its for its in of_activity(career, activity_id()) if its.kind == COMPLETED]
    return completed.flags


@pytest.mark.parametrize(
    ("day", "imported", "answered", "expected"),
    [
        (LONG_AGO, True, False, NEVER_ASKED),
        (LONG_AGO, True, True, EVALUATED),
        (LATELY, True, False, 0),
        (LONG_AGO, False, False, 0),
    ],
    ids=["imported long after", "answered all the same", "imported in time", "told of late by another service"],
)
def test_only_what_was_imported_when_every_stage_was_late_is_left_out(
    day: date, imported: bool, answered: bool, expected: int
):
    assert flags(day, imported=imported, answered=answered) == expected
