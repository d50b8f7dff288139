"""A request for development: what is asked, how it was judged, and what became of it: state folded from facts."""

from datetime import date
from typing import Literal

import msgspec

from services.requests.domain.activities import missing_details
from services.requests.domain.shares import CostLine, SharedLine, schools_share_pence
from services.requests.domain.texts import unfolded
from services.requests.domain.words import Authority, Funding, NeedSource, Origin, Outcome, Purpose, Standard
from shared.eventstore.fact import ERASED
from shared.words import ActivityType, CostCategory

Stage = Literal["drafted", "submitted", "deferred", "declined", "appealed", "approved", "completed", "withdrawn"]
RequestStatus = Literal[
    "drafted",
    "submitted",
    "assessed",
    "recommended",
    "deferred",
    "declined",
    "appealed",
    "approved",
    "completed",
    "withdrawn",
]
BOUGHT: frozenset[CostCategory] = frozenset({"fee"})
"""What the price of a service agreement is paid for."""
UNDECIDED: frozenset[Stage] = frozenset({"submitted", "deferred", "appealed"})


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """Scores by criterion of one version; `notes` are sealed text. `threshold` is the school's on that day."""

    criteria_version: str
    scores: dict[str, int]
    notes: str
    threshold: int
    assessed_on: date
    assessed_by: str

    @property
    def total(self) -> int:
        return sum(self.scores.values())


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """Someone near the work speaks for the request."""

    recommended_on: date
    recommended_by: str
    reason: str


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision, with its reason, by whom and with whose authority; `days_open` since it was asked for."""

    outcome: Outcome
    decided_on: date
    decided_by: str
    authority: Authority
    reason: str
    days_open: int
    overdue: bool = False
    on_appeal: bool = False
    below_threshold: bool = False


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's part of an approved request, with the employment in which they take it."""

    staff_id: str
    employment_id: str
    employed_since: date
    cost_lines: list[SharedLine]


AgreementStanding = Literal["drafted", "refused", "signed", "completed", "left_early", "cancelled"]


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A training agreement that holds one participant's costs and completion. What it cost so far is gross.

    A `signed` one stays where the request is withdrawn. `withdrawn_on` is the day on which the participant left the
    training before its end.
    """

    agreement_id: str
    staff_id: str
    status: AgreementStanding
    completed_on: date | None = None
    called_off: bool = False
    cost_pence: int = 0
    withdrawn_on: date | None = None

    @property
    def is_over(self) -> bool:
        """Whether its participant does not complete it any more."""
        return self.called_off or self.withdrawn_on is not None

    @property
    def is_binding(self) -> bool:
        """Whether the school has to pay what it agreed to, whatever becomes of the request."""
        return self.status in ("signed", "completed")


class PaidCost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cost paid or refunded, gross; under an agreement where it names one."""

    category: CostCategory
    amount_pence: int
    on: date
    reference: str = ""
    agreement_id: str | None = None


class Request(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One request as known. `reason` is that of the last act that gave one, `version` counts its facts."""

    id: str
    staff_id: str
    school_urn: str
    participants: list[str]
    title: str
    activity_type: ActivityType
    origin: Origin
    purposes: list[Purpose]
    need_source: NeedSource
    priority_ids: list[str]
    starts_on: date
    ends_on: date
    cost_lines: list[CostLine]
    benefit: str
    sub_type: str | None = None
    need_id: str | None = None
    priority_exception: str = ""
    hours: float | None = None
    mandatory: bool = False
    apprenticeship: bool = False
    provider: str | None = None
    details: str = ""
    standards: list[Standard] = []
    by_headteacher: bool = False
    service_agreement_id: str | None = None
    programme_item_id: str | None = None
    programme_adopted: bool = False
    stage: Stage = "drafted"
    submitted_on: date | None = None
    assessment: Assessment | None = None
    recommendation: Recommendation | None = None
    decisions: list[Decision] = []
    funding: Funding | None = None
    funded_percent: int | None = None
    shares: list[Share] = []
    held: list[Held] = []
    completed: dict[str, date] = {}
    costs: list[PaidCost] = []
    refunds: list[PaidCost] = []
    reason: str = ""
    version: int = 0

    @property
    def status(self) -> RequestStatus:
        """Where the request stands, in one word."""
        if self.stage != "submitted":
            return self.stage
        if self.recommendation is not None:
            return "recommended"
        return "assessed" if self.assessment is not None else "submitted"

    @property
    def was_asked(self) -> bool:
        """Whether it was ever submitted; a draft, also one that was given up, is its author's alone."""
        return self.submitted_on is not None

    @property
    def emergent(self) -> bool:
        """Whether it takes up nothing that was planned: no item of the programme that stood when it was asked for.

        Where none stood, no registered need.
        """
        return (self.programme_item_id if self.programme_adopted else self.need_id) is None

    def is_bought(self, category: CostCategory) -> bool:
        """Whether costs of a category are paid by the service agreement, and so are in the budget already."""
        return self.service_agreement_id is not None and category in BOUGHT

    @property
    def asked_pence(self) -> int:
        """All cost lines together."""
        return sum(line.amount_pence for line in self.cost_lines)

    @property
    def spent_pence(self) -> int:
        """The school's share of what was paid and did not come back; what a service agreement pays is not of it."""
        paid, back = (
            sum(entry.amount_pence for entry in entries if not self.is_bought(entry.category))
            for entries in (self.costs, self.refunds)
        )
        return schools_share_pence([max(0, paid - back)], self.funded_percent or 0)

    @property
    def appealed(self) -> bool:
        """Whether the one appeal was used."""
        return self.stage == "appealed" or any(decision.on_appeal for decision in self.decisions)

    @property
    def missing(self) -> list[str]:
        """What its type of activity needs and was not said; nothing of what was said and erased."""
        if self.details == ERASED:
            return []
        return missing_details(self.activity_type, self.provider, unfolded(self.details))

    @property
    def staying(self) -> set[str]:
        """Who takes part, or did: of a withdrawn request who began it or is bound by a signed agreement."""
        off = {each.staff_id for each in self.held if each.called_off}
        bound = {each.staff_id for each in self.held if each.is_binding or each.is_over}
        return ({*self.completed, *bound} if self.stage == "withdrawn" else {*self.participants}) - off

    @property
    def taking_part(self) -> set[str]:
        """Who takes part, or did, in what was granted."""
        return self.staying if self.funding is not None else set()

    @property
    def can_complete(self) -> set[str]:
        """Who completed it, or still can."""
        over = {each.staff_id for each in self.held if each.is_over}
        return {*self.completed, *self.participants} - (over - self.completed.keys())

    @property
    def bound_pence(self) -> int:
        """What the school still has to pay under agreements that stay where the request is withdrawn."""
        return sum(self.rest_pence(each) for each in self.held if each.is_binding)

    def rest_pence(self, held: Held) -> int:
        """What an agreement has not cost yet of the school's share of its participant's part."""
        lines = next((share.cost_lines for share in self.shares if share.staff_id == held.staff_id), [])
        asked = [line.amount_pence for line in lines if not self.is_bought(line.category)]
        percent = self.funded_percent or 0
        return max(0, schools_share_pence(asked, percent) - schools_share_pence([held.cost_pence], percent))

    @property
    def held_by_agreements(self) -> bool:
        """Whether every participant's costs and completion are an agreement's."""
        return bool(self.held) and set(self.participants) <= {each.staff_id for each in self.held}
