"""What is to be passed on, by which day, and what is not."""

from datetime import date
from typing import Any

import pytest

from services.reviews.domain.passing_on import owed_by
from services.reviews.domain.school import SchoolSettings
from tests.unit.reviews.memory import Log, activity_id, complete, described, plan

DONE = date(2025, 1, 31)


@pytest.mark.parametrize(
    ("said", "settings", "is_owed"),
    [
        ({"activity_type": "course"}, {}, True),
        ({"activity_type": "in_school"}, {}, False),
        ({"activity_type": "in_school", "cost_pence": 50_000}, {}, True),
        ({"activity_type": "in_school", "cost_pence": 49_999}, {}, False),
        ({"activity_type": "in_school"}, {"dissemination_from_pence": 0}, False),
        ({"activity_type": "in_school", "cost_pence": 1}, {"dissemination_from_pence": 0}, True),
        ({"activity_type": "course", "mandatory": True, "cost_pence": 50_000}, {}, False),
        ({"activity_type": "course"}, {"dissemination_types": []}, False),
    ],
)
def test_by_type_or_by_what_it_cost_the_school_and_never_where_it_was_mandatory(
    said: dict[str, Any], settings: dict[str, Any], is_owed: bool
):
    log = Log()
    log.do(plan, described(agreement_id="a1", **said))
    assert _owed(log, settings, on=DONE) is None
    log.do(complete, "a1", 1, DONE)
    assert _owed(log, settings, on=date(2025, 1, 30)) is None
    assert _owed(log, settings, on=DONE) == (date(2025, 3, 14) if is_owed else None)


def _owed(log: Log, settings: dict[str, Any], on: date) -> date | None:
    activity = log.desk().person("t1").activity(activity_id())
    return owed_by(activity, SchoolSettings(**settings), on)
