"""The calendar of an evaluation (policy section 7): when each stage is asked for, and from when on it is late."""

from datetime import date, timedelta

import msgspec

from services.reviews.domain.words import STAGES, Stage

DUE_AFTER_DAYS: dict[Stage, int] = {"reaction_learning": 0, "use": 42, "outcomes": 182}
"""On completion; once there was time to use it; once pupils can have had something of it."""
LATE_AFTER_DAYS = 14


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """One stage asked for: from `due_on` on, and overdue on each day after `overdue_after`."""

    stage: Stage
    due_on: date
    overdue_after: date


def prompts(completed_on: date) -> list[Prompt]:
    """The three prompts of an activity completed on a day, in their order."""
    return [_prompt(stage, completed_on + timedelta(days=DUE_AFTER_DAYS[stage])) for stage in STAGES]


def _prompt(stage: Stage, due_on: date) -> Prompt:
    return Prompt(stage=stage, due_on=due_on, overdue_after=due_on + timedelta(days=LATE_AFTER_DAYS))
