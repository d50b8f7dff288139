"""An approved request: an agreement is drafted, by itself, for each participant whose share is large enough.

Where the request is withdrawn, what nobody has signed of it is cancelled; a withdrawal that came first drafts nothing.
"""

from datetime import date
from typing import ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from services.agreements.domain.agreeing import cancel, draft
from services.agreements.domain.agreement import CostLine
from services.agreements.domain.employing import make_known
from services.agreements.domain.liability import total_pence
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact
from shared.money import half_up

GRANTS = uuid5(NAMESPACE_URL, "urn:cpd:agreements:grant")


class GrantFact(Fact, frozen=True, kw_only=True):
    """A fact about one request, as this service followed it."""

    request_id: str


class GrantFollowed(GrantFact, frozen=True, kw_only=True):
    """Agreements were drafted from an approved request, for these people."""

    TOPIC: ClassVar[str] = "agreements.GrantFollowed"
    drafted_for: list[str]


class GrantTakenBack(GrantFact, frozen=True, kw_only=True):
    """The request was withdrawn, whether its approval has been told yet or not."""

    TOPIC: ClassVar[str] = "agreements.GrantTakenBack"


class Grant(Aggregate):
    """One request's stream: approval and withdrawal meet here, in whatever order they come."""

    drafted_for: tuple[str, ...] = ()
    taken_back = False

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, GrantFollowed):
            self.drafted_for = (*self.drafted_for, *fact.drafted_for)
        elif isinstance(fact, GrantTakenBack):
            self.taken_back = True

    def follow(self, granted: "Granted", drafted_for: list[str]) -> None:
        """Note for whom agreements were drafted."""
        if drafted_for:
            whose = {"request_id": granted.request_id, "school_urn": granted.school_urn}
            self.record(GrantFollowed, **whose, drafted_for=drafted_for, reason="")

    def take_back(self, request_id: str, school_urn: str) -> None:
        """Note that nothing is to be drafted from this request any more."""
        if not self.taken_back:
            self.record(GrantTakenBack, request_id=request_id, school_urn=school_urn, reason="")


def stream_of_grant(request_id: str) -> UUID:
    """Where it is noted what became here of a request."""
    return uuid5(GRANTS, request_id)


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's part of the request's costs, in pence, and the employment in which they take part."""

    staff_id: str
    employment_id: str
    employed_since: date
    cost_lines: list[CostLine]


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was approved. `funded_percent` of every cost line is the school's."""

    request_id: str
    school_urn: str
    title: str
    activity_type: str
    starts_on: date
    ends_on: date
    funded_percent: int
    shares: list[Share]
    mandatory: bool = False
    apprenticeship: bool = False


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was withdrawn."""

    request_id: str
    school_urn: str


def draft_for(member: StaffMember, granted: Granted, share: Share) -> bool:
    """Draft the participant's agreement, once for each request and person, where their share reaches the threshold.

    It is the school's that pays, wherever HR has moved the person since, under the employment that goes on.
    """
    settings = member.settings_of(granted.school_urn)
    if (
        granted.mandatory
        or granted.apprenticeship
        or any(agreement.request_id == granted.request_id for agreement in member.agreements.values())
    ):
        return False
    if repayable_pence(granted, share, settings.default_terms) < max(1, settings.agreement_threshold_pence):
        return False
    make_known(member, employment_id=share.employment_id, school_urn=granted.school_urn, on=share.employed_since)
    draft(
        member,
        school_urn=granted.school_urn,
        employment_id=_standing_employment(member, share.employment_id),
        title=granted.title,
        activity_type=granted.activity_type,
        planned_start=granted.starts_on,
        planned_end=granted.ends_on,
        cost_lines=share.cost_lines,
        funded_percent=granted.funded_percent,
        request_id=granted.request_id,
    )
    return True


def cancel_unsigned(member: StaffMember, request_id: str) -> None:
    """Cancel what the person has not signed of what was drafted from a request. What is signed, or is over, stays."""
    for agreement in list(member.agreements.values()):
        open_still = not agreement.signatures and agreement.ended_on is None and not agreement.called_off
        if agreement.request_id == request_id and open_still:
            cancel(member, agreement.id)


def _standing_employment(member: StaffMember, employment_id: str) -> str:
    """This employment, or where it ends another that goes on."""
    others = member.current_employment()
    if member.open_ending(employment_id) is None or others is None or member.open_ending(others.id) is not None:
        return employment_id
    return others.id


def repayable_pence(granted: Granted, share: Share, terms: RepaymentTerms) -> int:
    """The school's part of what a participant's share holds of the categories that are repayable."""
    return half_up(total_pence(share.cost_lines, terms.cost_categories) * granted.funded_percent, 100)


GRANT_FACTS: tuple[type[GrantFact], ...] = (GrantFollowed, GrantTakenBack)
