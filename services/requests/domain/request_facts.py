"""The facts of a request and what each changes in its state."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from services.requests.domain.request import (
    AgreementStanding,
    Assessment,
    Decision,
    Held,
    PaidCost,
    Recommendation,
    Request,
    Share,
    Stage,
)
from services.requests.domain.shares import CostLine
from services.requests.domain.words import Authority, Funding, NeedSource, Origin, Purpose, Standard
from shared.eventstore.fact import Fact, Sealed
from shared.words import ActivityType, CostCategory

ASKED = (
    "participants",
    "title",
    "activity_type",
    "sub_type",
    "origin",
    "purposes",
    "need_source",
    "need_id",
    "priority_ids",
    "priority_exception",
    "starts_on",
    "ends_on",
    "cost_lines",
    "hours",
    "benefit",
    "mandatory",
    "apprenticeship",
    "provider",
    "details",
    "standards",
    "by_headteacher",
    "service_agreement_id",
    "programme_item_id",
    "programme_adopted",
)
"""The fields of a request that say what is asked for."""


class RequestFact(Fact, frozen=True, kw_only=True):
    """A fact about one request; `staff_id` is who asks. `change` applies it to the state and cannot fail."""

    request_id: str

    def change(self, request: Request) -> None:
        raise NotImplementedError


class RequestStated(RequestFact, frozen=True, kw_only=True):
    """What is asked for, whole."""

    STAGE: ClassVar[Stage | None] = None
    participants: list[str]
    title: Sealed
    activity_type: ActivityType
    origin: Origin
    purposes: list[Purpose]
    need_source: NeedSource
    priority_ids: list[str]
    starts_on: date
    ends_on: date
    cost_lines: list[CostLine]
    benefit: Sealed
    sub_type: str | None = None
    need_id: str | None = None
    priority_exception: Sealed = ""
    hours: float | None = None
    mandatory: bool = False
    apprenticeship: bool = False
    provider: str | None = None
    details: Sealed = ""
    standards: list[Standard] = []  # noqa: RUF012  a struct copies it
    by_headteacher: bool = False
    service_agreement_id: str | None = None
    programme_item_id: str | None = None
    programme_adopted: bool = False

    def begin(self) -> Request:
        asked = {name: getattr(self, name) for name in ASKED}
        return Request(id=self.request_id, staff_id=self.staff_id, school_urn=self.school_urn, **asked)

    def change(self, request: Request) -> None:
        for name in ASKED:
            setattr(request, name, getattr(self, name))
        if self.STAGE is not None:
            request.stage = self.STAGE
        if self.STAGE == "submitted":
            request.submitted_on = self.effective_on


class RequestDrafted(RequestStated, frozen=True, kw_only=True):
    """Begun, or changed before it is asked for: seen by those alone who may submit it."""

    TOPIC: ClassVar[str] = "requests.RequestDrafted"
    STAGE = "drafted"


class RequestSubmitted(RequestStated, frozen=True, kw_only=True):
    """Asked for: from now on the decision clock runs."""

    TOPIC: ClassVar[str] = "requests.RequestSubmitted"
    STAGE = "submitted"


class RequestChanged(RequestStated, frozen=True, kw_only=True):
    """Asked for otherwise, before a decision: what was assessed is no longer what is asked for."""

    TOPIC: ClassVar[str] = "requests.RequestChanged"

    def change(self, request: Request) -> None:
        super().change(request)
        request.assessment = request.recommendation = None


class RequestAssessed(RequestFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestAssessed"
    criteria_version: str
    scores: dict[str, int]
    notes: Sealed
    total: int
    threshold: int

    def change(self, request: Request) -> None:
        request.assessment = Assessment(
            criteria_version=self.criteria_version,
            scores=self.scores,
            notes=self.notes,
            threshold=self.threshold,
            assessed_on=self.effective_on,
            assessed_by=self.actor,
        )


class RequestRecommended(RequestFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestRecommended"

    def change(self, request: Request) -> None:
        request.recommendation = Recommendation(
            recommended_on=self.effective_on, recommended_by=self.actor, reason=self.reason
        )


class RequestDecided(RequestFact, frozen=True, kw_only=True):
    """A decision, its reason told to who asked. `authority` is the one it was made with, by role or by delegation."""

    OUTCOME: ClassVar[Literal["approved", "declined", "deferred"]]
    authority: Authority
    days_open: int
    overdue: bool = False
    on_appeal: bool = False
    below_threshold: bool = False

    @property
    def decider(self) -> str:
        return self.actor

    def change(self, request: Request) -> None:
        decision = Decision(
            outcome=self.OUTCOME,
            decided_on=self.effective_on,
            decided_by=self.decider,
            authority=self.authority,
            reason=self.reason,
            days_open=self.days_open,
            overdue=self.overdue,
            on_appeal=self.on_appeal,
            below_threshold=self.below_threshold,
        )
        request.decisions = [*request.decisions, decision]
        request.stage = self.OUTCOME


class RequestApproved(RequestDecided, frozen=True, kw_only=True):
    """Approved, and how far funded: complete in itself, for what follows elsewhere follows from this alone."""

    TOPIC: ClassVar[str] = "requests.RequestApproved"
    OUTCOME = "approved"
    funding: Funding
    funded_percent: int
    committed_pence: int
    academic_year: str
    title: Sealed
    activity_type: ActivityType
    starts_on: date
    ends_on: date
    shares: list[Share]
    mandatory: bool = False
    apprenticeship: bool = False
    hours: float | None = None

    def change(self, request: Request) -> None:
        super().change(request)
        request.funding = self.funding
        request.funded_percent = self.funded_percent
        request.shares = self.shares


class RequestDeclined(RequestDecided, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestDeclined"
    OUTCOME = "declined"


class RequestDeferred(RequestDecided, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestDeferred"
    OUTCOME = "deferred"


class RequestResubmitted(RequestFact, frozen=True, kw_only=True):
    """Asked for again after it was deferred or declined: the clock runs anew."""

    TOPIC: ClassVar[str] = "requests.RequestResubmitted"

    def change(self, request: Request) -> None:
        request.stage = "submitted"
        request.submitted_on = self.effective_on


class RequestAppealed(RequestFact, frozen=True, kw_only=True):
    """The next authority is asked to decide anew, once."""

    TOPIC: ClassVar[str] = "requests.RequestAppealed"

    def change(self, request: Request) -> None:
        request.stage = "appealed"
        request.submitted_on = self.effective_on


class RequestWithdrawn(RequestFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestWithdrawn"

    def change(self, request: Request) -> None:
        request.stage = "withdrawn"


class ActivityCompleted(RequestFact, frozen=True, kw_only=True):
    """Participants whom no agreement holds completed the activity."""

    TOPIC: ClassVar[str] = "requests.ActivityCompleted"
    EFFECTIVE: ClassVar[str] = "completed_on"
    completed_on: date
    participants: list[str]

    def change(self, request: Request) -> None:
        request.completed = request.completed | dict.fromkeys(self.participants, self.completed_on)
        _complete(request)


class AgreementNoted(RequestFact, frozen=True, kw_only=True):
    """A training agreement holds one participant's costs and completion from now on."""

    TOPIC: ClassVar[str] = "requests.AgreementNoted"
    agreement_id: str
    participant_id: str

    def change(self, request: Request) -> None:
        held = Held(agreement_id=self.agreement_id, staff_id=self.participant_id, status="drafted")
        request.held = [*request.held, held]


class AgreementReported(RequestFact, frozen=True, kw_only=True):
    """What the participant says of the agreement: signed, refused, or after a variation to be signed."""

    TOPIC: ClassVar[str] = "requests.AgreementReported"
    agreement_id: str
    participant_id: str
    status: AgreementStanding

    def change(self, request: Request) -> None:
        _hold(request, self.agreement_id, status=self.status)


class TrainingReported(RequestFact, frozen=True, kw_only=True):
    """What the agreement says of the training: completed, or left early, on a day (told anew where corrected), or
    called off."""

    TOPIC: ClassVar[str] = "requests.TrainingReported"
    agreement_id: str
    participant_id: str
    completed_on: date | None = None
    called_off: bool = False
    withdrawn_on: date | None = None

    def change(self, request: Request) -> None:
        said = {name: getattr(self, name) for name in ("completed_on", "called_off", "withdrawn_on")}
        _hold(request, self.agreement_id, status=self._standing, **said)
        if self.completed_on is not None:
            request.completed = request.completed | {self.participant_id: self.completed_on}
        _complete(request)

    @property
    def _standing(self) -> AgreementStanding:
        if self.called_off:
            return "cancelled"
        return "completed" if self.withdrawn_on is None else "left_early"


class CostFact(RequestFact, frozen=True, kw_only=True):
    """Money moved, gross; under an agreement where it names one."""

    EFFECTIVE: ClassVar[str] = "on"
    category: CostCategory
    amount_pence: int
    on: date
    reference: Sealed = ""
    agreement_id: str | None = None

    def paid(self) -> PaidCost:
        return PaidCost(
            category=self.category,
            amount_pence=self.amount_pence,
            on=self.on,
            reference=self.reference,
            agreement_id=self.agreement_id,
        )


class RequestCostRecorded(CostFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestCostRecorded"

    def change(self, request: Request) -> None:
        request.costs = [*request.costs, self.paid()]
        for each in request.held:
            if each.agreement_id == self.agreement_id and not request.is_bought(self.category):
                _hold(request, each.agreement_id, cost_pence=each.cost_pence + self.amount_pence)


class RequestCostRefunded(CostFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.RequestCostRefunded"

    def change(self, request: Request) -> None:
        request.refunds = [*request.refunds, self.paid()]


def _hold(request: Request, agreement_id: str, **fields: object) -> None:
    request.held = [
        msgspec.structs.replace(each, **fields) if each.agreement_id == agreement_id else each for each in request.held
    ]


def _complete(request: Request) -> None:
    """The request is completed once everybody is who still can be."""
    if request.stage == "approved" and request.completed and request.can_complete <= request.completed.keys():
        request.stage = "completed"


def fold_request(state: Request | None, fact: RequestFact) -> Request | None:
    """The state with `fact`; None where nothing was asked for. Changes `state` in place."""
    if state is None and isinstance(fact, RequestStated):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.reason = fact.reason or state.reason
        state.version += 1
    return state


REQUEST_FACTS: tuple[type[RequestFact], ...] = (
    RequestDrafted,
    RequestSubmitted,
    RequestChanged,
    RequestAssessed,
    RequestRecommended,
    RequestApproved,
    RequestDeclined,
    RequestDeferred,
    RequestResubmitted,
    RequestAppealed,
    RequestWithdrawn,
    ActivityCompleted,
    AgreementNoted,
    AgreementReported,
    TrainingReported,
    RequestCostRecorded,
    RequestCostRefunded,
)
