"""The facts of an activity and its evaluation, and what each changes."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from services.reviews.domain.activity import Activity, Evaluation, Source, StageState, Submission
from services.reviews.domain.calendar import Prompt
from services.reviews.domain.words import Benefit, Stage
from shared.dates import london_day, next_day
from shared.eventstore.fact import Fact, Sealed
from shared.words import ActivityType


class ActivityFact(Fact, frozen=True, kw_only=True):
    """A fact about one activity of a person. `change` applies it to the state and cannot fail."""

    activity_id: str

    def change(self, activity: Activity) -> None:
        raise NotImplementedError


class ActivityDescribed(ActivityFact, frozen=True, kw_only=True):
    """A fact that says what an activity is; the first one begins it."""

    title: Sealed
    activity_type: ActivityType

    def begin(self) -> Activity:
        return Activity(
            id=self.activity_id,
            staff_id=self.staff_id,
            school_urn=self.school_urn,
            title=self.title,
            activity_type=self.activity_type,
            source=self.told_by,
        )

    @property
    def told_by(self) -> Source:
        raise NotImplementedError


class ActivityLogged(ActivityDescribed, frozen=True, kw_only=True):
    """A person tells of something they did by themselves."""

    TOPIC: ClassVar[str] = "reviews.ActivityLogged"
    EFFECTIVE: ClassVar[str] = "on"
    on: date
    hours: float

    @property
    def told_by(self) -> Source:
        return "logged"

    def change(self, activity: Activity) -> None:
        activity.title = self.title
        activity.activity_type = self.activity_type
        activity.logged_on = self.on
        activity.hours = self.hours


class LoggedActivityCorrected(ActivityLogged, frozen=True, kw_only=True):
    """It was otherwise than first told, whole."""

    TOPIC: ClassVar[str] = "reviews.LoggedActivityCorrected"


class LoggedActivityWithdrawn(ActivityFact, frozen=True, kw_only=True):
    """It was logged by mistake."""

    TOPIC: ClassVar[str] = "reviews.LoggedActivityWithdrawn"

    def change(self, activity: Activity) -> None:
        activity.withdrawn = True


class ActivityNoted(ActivityDescribed, frozen=True, kw_only=True):
    """An approved request, or a training agreement, told of an activity. What a request says prevails."""

    TOPIC: ClassVar[str] = "reviews.ActivityNoted"
    source: Source
    request_id: str | None = None
    agreement_id: str | None = None
    starts_on: date
    ends_on: date
    hours: float | None = None
    cost_pence: int = 0
    mandatory: bool = False

    @property
    def told_by(self) -> Source:
        return self.source

    def change(self, activity: Activity) -> None:
        activity.request_id = activity.request_id or self.request_id
        if self.agreement_id is not None:
            activity.agreement_ids = sorted({*activity.agreement_ids, self.agreement_id})
        if activity.source == "requests" and self.source != "requests":
            return
        activity.source = self.source
        for name in ("title", "activity_type", "starts_on", "ends_on", "hours", "cost_pence", "mandatory"):
            setattr(activity, name, getattr(self, name))


class ParticipationNoted(ActivityFact, frozen=True, kw_only=True):
    """The person will not take part in what was planned, or will after all."""

    TOPIC: ClassVar[str] = "reviews.ParticipationNoted"
    takes_part: bool

    def change(self, activity: Activity) -> None:
        activity.takes_part = self.takes_part


class EvaluationFact(ActivityFact, frozen=True, kw_only=True):
    """A fact about an evaluation that there is."""

    evaluation_id: str

    def change(self, activity: Activity) -> None:
        if activity.evaluation is not None:
            self.change_evaluation(activity.evaluation)

    def change_evaluation(self, evaluation: Evaluation) -> None:
        raise NotImplementedError


class EvaluationDated(EvaluationFact, frozen=True, kw_only=True):
    """The day of completion, and what is to be asked when because of it."""

    EFFECTIVE: ClassVar[str] = "completed_on"
    completed_on: date
    activity_type: ActivityType
    stages: list[Prompt]

    def change(self, activity: Activity) -> None:
        recorded_on = london_day(self.recorded_at)
        activity.completed_on = self.completed_on
        evaluation = activity.evaluation
        if evaluation is None:
            stages = [
                StageState(stage=each.stage, due_on=each.due_on, overdue_after=each.overdue_after)
                for each in self.stages
            ]
            activity.evaluation = Evaluation(stages=stages, requested_on=recorded_on)
            return
        evaluation.withdrawn = False
        for prompt in self.stages:
            evaluation.stage(prompt.stage).move(prompt.due_on, prompt.overdue_after, recorded_on)


class EvaluationRequested(EvaluationDated, frozen=True, kw_only=True):
    """An activity was completed: its three stages are asked for, each in its time."""

    TOPIC: ClassVar[str] = "reviews.EvaluationRequested"


class EvaluationMoved(EvaluationDated, frozen=True, kw_only=True):
    """The activity was completed on another day than was said."""

    TOPIC: ClassVar[str] = "reviews.EvaluationMoved"


class EvaluationReopened(EvaluationDated, frozen=True, kw_only=True):
    """The activity was completed after all."""

    TOPIC: ClassVar[str] = "reviews.EvaluationReopened"


class EvaluationWithdrawn(EvaluationFact, frozen=True, kw_only=True):
    """The activity was not completed after all: nothing is asked for. What was submitted stays on record."""

    TOPIC: ClassVar[str] = "reviews.EvaluationWithdrawn"

    def change(self, activity: Activity) -> None:
        activity.completed_on = None
        super().change(activity)

    def change_evaluation(self, evaluation: Evaluation) -> None:
        evaluation.withdrawn = True


class EvaluationAnswered(EvaluationFact, frozen=True, kw_only=True):
    """What the person says at one stage, whole."""

    stage: Stage
    reaction: int | None = None
    learning: int | None = None
    organisation_support: int | None = None
    use: int | None = None
    pupil_outcomes: int | None = None
    confidence_before: int | None = None
    confidence_after: int | None = None
    benefits: dict[Benefit, int] = {}  # noqa: RUF012  a struct copies it
    reflection: Sealed = ""

    def change_evaluation(self, evaluation: Evaluation) -> None:
        stage = evaluation.stage(self.stage)
        first = stage.submission.submitted_on if stage.submission is not None else self.effective_on
        stage.submission = Submission(
            submitted_on=first,
            reaction=self.reaction,
            learning=self.learning,
            organisation_support=self.organisation_support,
            use=self.use,
            pupil_outcomes=self.pupil_outcomes,
            confidence_before=self.confidence_before,
            confidence_after=self.confidence_after,
            benefits=self.benefits,
            reflection=self.reflection,
        )


SAID = tuple(name for name in Submission.__struct_fields__ if name != "submitted_on")
"""What is said at a stage."""


class EvaluationSubmitted(EvaluationAnswered, frozen=True, kw_only=True):
    """A stage was answered."""

    TOPIC: ClassVar[str] = "reviews.EvaluationSubmitted"


class EvaluationCorrected(EvaluationAnswered, frozen=True, kw_only=True):
    """A stage was answered otherwise than before, with a reason."""

    TOPIC: ClassVar[str] = "reviews.EvaluationCorrected"


class EvaluationOfStages(EvaluationFact, frozen=True, kw_only=True):
    """A fact about some stages."""

    stages: list[Stage]

    def of(self, evaluation: Evaluation) -> Iterable[StageState]:
        return (each for each in evaluation.stages if each.stage in self.stages)


class EvaluationExempted(EvaluationOfStages, frozen=True, kw_only=True):
    """A person with authority expects these stages no more, and says why.

    `never_asked`: nobody did, they were late already when this service heard of the activity, and are not asked for.
    """

    TOPIC: ClassVar[str] = "reviews.EvaluationExempted"
    never_asked: bool = False

    def change_evaluation(self, evaluation: Evaluation) -> None:
        for stage in self.of(evaluation):
            stage.exempted_because = self.reason


class EvaluationLapsed(EvaluationOfStages, frozen=True, kw_only=True):
    """The person has left, `left_on` their last day: what they did not answer is not expected any more."""

    TOPIC: ClassVar[str] = "reviews.EvaluationLapsed"
    EFFECTIVE: ClassVar[str] = "left_on"
    left_on: date

    def change_evaluation(self, evaluation: Evaluation) -> None:
        for stage in self.of(evaluation):
            stage.lapsed = True


class EvaluationResumed(EvaluationOfStages, frozen=True, kw_only=True):
    """The person works here again, or stayed: what had lapsed is expected."""

    TOPIC: ClassVar[str] = "reviews.EvaluationResumed"

    def change_evaluation(self, evaluation: Evaluation) -> None:
        for stage in self.of(evaluation):
            stage.lapsed = False


class EvaluationReminder(EvaluationFact, frozen=True, kw_only=True):
    """A day came, for the HR platform to tell the person, or who manages them."""

    stage: Stage
    due_on: date
    overdue_after: date
    line_manager_id: str | None = None


class EvaluationDue(EvaluationReminder, frozen=True, kw_only=True):
    """A stage fell due."""

    TOPIC: ClassVar[str] = "reviews.EvaluationDue"
    EFFECTIVE: ClassVar[str] = "due_on"

    def change_evaluation(self, evaluation: Evaluation) -> None:
        stage = evaluation.stage(self.stage)
        stage.told_due, stage.days_told_due = True, [*stage.days_told_due, self.due_on]


class EvaluationOverdue(EvaluationReminder, frozen=True, kw_only=True):
    """A stage is late."""

    TOPIC: ClassVar[str] = "reviews.EvaluationOverdue"

    @property
    def effective_on(self) -> date:
        return next_day(self.overdue_after)

    def change_evaluation(self, evaluation: Evaluation) -> None:
        stage = evaluation.stage(self.stage)
        stage.told_overdue, stage.days_told_overdue = True, [*stage.days_told_overdue, self.due_on]


class ReflectionsShared(EvaluationFact, frozen=True, kw_only=True):
    """The person lets their line manager read the reflections of an evaluation, or does so no more."""

    TOPIC: ClassVar[str] = "reviews.ReflectionsShared"
    shared: bool

    def change_evaluation(self, evaluation: Evaluation) -> None:
        evaluation.shared = self.shared


def fold_activity(state: Activity | None, fact: ActivityFact) -> Activity | None:
    """The activity with `fact`; None where nobody described it. Changes `state` in place."""
    if state is None and isinstance(fact, ActivityDescribed):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


EVALUATION_FACTS: tuple[type[EvaluationFact], ...] = (
    EvaluationRequested,
    EvaluationMoved,
    EvaluationReopened,
    EvaluationWithdrawn,
    EvaluationSubmitted,
    EvaluationCorrected,
    EvaluationExempted,
    EvaluationLapsed,
    EvaluationResumed,
    EvaluationDue,
    EvaluationOverdue,
    ReflectionsShared,
)
ACTIVITY_FACTS: tuple[type[ActivityFact], ...] = (
    ActivityLogged,
    LoggedActivityCorrected,
    LoggedActivityWithdrawn,
    ActivityNoted,
    ParticipationNoted,
    *EVALUATION_FACTS,
)
