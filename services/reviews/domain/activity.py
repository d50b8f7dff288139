"""What a member of staff took part in, and its evaluation: state, folded from the facts of `activity_facts`."""

from datetime import date
from typing import Literal

import msgspec

from services.reviews.domain.streams import evaluation_id
from services.reviews.domain.words import Benefit, EvaluationStatus, Stage, StageStatus
from shared.dates import LAST_DAY, next_day
from shared.words import ActivityType

Source = Literal["logged", "requests", "agreements"]
"""Who described an activity: the person themselves, or another service."""


class Submission(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person said of an activity at one stage: scores 0 to 3, confidence 1 to 10, None for nothing said."""

    submitted_on: date
    reaction: int | None = None
    learning: int | None = None
    organisation_support: int | None = None
    use: int | None = None
    pupil_outcomes: int | None = None
    confidence_before: int | None = None
    confidence_after: int | None = None
    benefits: dict[Benefit, int] = {}
    reflection: str = ""


class StageState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One stage of an evaluation. `told_due` and `told_overdue`: that it fell due, or late, was announced.

    `days_told_due` and `days_told_overdue` are the due days of which it ever was, for a day may come back.
    """

    stage: Stage
    due_on: date
    overdue_after: date
    submission: Submission | None = None
    exempted_because: str | None = None
    lapsed: bool = False
    told_due: bool = False
    told_overdue: bool = False
    days_told_due: list[date] = []
    days_told_overdue: list[date] = []

    def move(self, due_on: date, overdue_after: date, as_of: date) -> None:
        """It is due on another day. What was announced stands, unless its day lies ahead again and is a new one."""
        self.due_on, self.overdue_after = due_on, overdue_after
        self.told_due = (self.told_due and due_on <= as_of) or due_on in self.days_told_due
        self.told_overdue = (self.told_overdue and overdue_after < as_of) or due_on in self.days_told_overdue

    @property
    def open(self) -> bool:
        """Whether it is still expected."""
        return self.submission is None and self.exempted_because is None and not self.lapsed

    @property
    def tell_from(self) -> date:
        """The next day on which something is to be announced of it; the last of all days where all was."""
        if not self.told_due:
            return self.due_on
        return LAST_DAY if self.told_overdue else next_day(self.overdue_after)

    def status(self, on: date) -> StageStatus:
        """Where the stage stands on a day."""
        if self.submission is not None:
            return "submitted"
        if self.exempted_because is not None:
            return "exempt"
        if self.lapsed:
            return "lapsed"
        if on < self.due_on:
            return "upcoming"
        return "overdue" if on > self.overdue_after else "due"


class Evaluation(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The evaluation of one activity in three stages. `shared`: the line manager reads its reflections."""

    stages: list[StageState]
    requested_on: date
    withdrawn: bool = False
    shared: bool = False

    def stage(self, name: Stage) -> StageState:
        return next(each for each in self.stages if each.stage == name)

    @property
    def open_stages(self) -> list[StageState]:
        """The stages that are still expected."""
        return [] if self.withdrawn else [each for each in self.stages if each.open]

    @property
    def expected_from(self) -> date:
        """The first day on which an open stage is due; the last of all days where none is open."""
        return min((each.due_on for each in self.open_stages), default=LAST_DAY)

    @property
    def tell_from(self) -> date:
        """The first day on which something of an open stage is still to be announced; the last of all days for none."""
        return min((each.tell_from for each in self.open_stages), default=LAST_DAY)

    def status(self, on: date) -> EvaluationStatus:
        """The most pressing status of its stages on a day; once nothing is expected, what came of it."""
        if self.withdrawn:
            return "withdrawn"
        found = {each.status(on) for each in self.stages}
        return next(each for each in PRESSING if each in found)


PRESSING: tuple[EvaluationStatus, ...] = ("overdue", "due", "upcoming", "submitted", "exempt", "lapsed")


class Activity(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One activity of one person. `cost_pence` is what it cost the school for this person, as approved or agreed.

    `withdrawn`: it was logged by mistake. `takes_part` is false where the person was to and will not: the request was
    withdrawn, or the agreement or its training cancelled or left. `version` counts its facts.
    """

    id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    source: Source
    request_id: str | None = None
    agreement_ids: list[str] = []
    starts_on: date | None = None
    ends_on: date | None = None
    hours: float | None = None
    cost_pence: int = 0
    mandatory: bool = False
    logged_on: date | None = None
    withdrawn: bool = False
    takes_part: bool = True
    completed_on: date | None = None
    evaluation: Evaluation | None = None
    version: int = 0

    @property
    def evaluation_id(self) -> str:
        return evaluation_id(self.id)

    @property
    def done(self) -> bool:
        """Whether it was completed, as far as is known."""
        return self.evaluation is not None and not self.evaluation.withdrawn
