"""What counts as evaluated: whatever was answered at any stage, and nothing else."""

from datetime import date

import pytest

from services.reviews.domain.evaluating import submit
from services.reviews.domain.following import Completion, note_completion
from services.reviews.statistics.people import Career, fold_career, of_activity
from services.reviews.statistics.records import COMPLETED, EVALUATED
from tests.unit.memory import TODAY
from tests.unit.reviews.memory import Log, activity_id, described, joins, on, plan

LONG_AGO = date(TODAY.year - 2, 1, 31)


@pytest.mark.parametrize("imported", [True, False])
@pytest.mark.parametrize(("answered", "expected"), [(True, EVALUATED), (False, 0)])
def test_a_completion_counts_and_is_evaluated_once_a_stage_is_answered_imported_or_not(
    imported: bool, answered: bool, expected: int
):
    log, career = Log(), Career(staff_id="t1")
    log.do(joins)
    log.do(plan, described(agreement_id="a1"))
    said = Completion(told_by="a1", order=1, completed_on=LONG_AGO, imported=imported)
    log.do(lambda desk: note_completion(desk.person("t1"), "t1", said))
    if answered:
        log.do(on, submit, activity_id(), stage="use", use=2)
    for fact in log.facts:
        career = fold_career(career, fact)
    assert [its.flags for its in of_activity(career, activity_id()) if its.kind == COMPLETED] == [expected]
