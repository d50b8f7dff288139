"""An approved request: an agreement is drafted, by itself, for each participant whose share is large enough."""

from datetime import date

import msgspec

from services.agreements.domain.agreeing import draft
from services.agreements.domain.agreement import CostLine
from services.agreements.domain.employing import make_known
from services.agreements.domain.liability import total_pence
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from shared.money import half_up


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


def draft_for(member: StaffMember, granted: Granted, share: Share) -> None:
    """Draft the participant's agreement, once for each request and person, where their share reaches the threshold."""
    settings = member.settings_of(granted.school_urn)
    if (
        granted.mandatory
        or granted.apprenticeship
        or any(agreement.request_id == granted.request_id for agreement in member.agreements.values())
    ):
        return
    if repayable_pence(granted, share, settings.default_terms) < max(1, settings.agreement_threshold_pence):
        return
    make_known(member, employment_id=share.employment_id, school_urn=granted.school_urn, on=share.employed_since)
    draft(
        member,
        school_urn=granted.school_urn,
        employment_id=share.employment_id,
        title=granted.title,
        activity_type=granted.activity_type,
        planned_start=granted.starts_on,
        planned_end=granted.ends_on,
        cost_lines=share.cost_lines,
        funded_percent=granted.funded_percent,
        request_id=granted.request_id,
    )


def repayable_pence(granted: Granted, share: Share, terms: RepaymentTerms) -> int:
    """The school's part of what a participant's share holds of the categories that are repayable."""
    return half_up(total_pence(share.cost_lines, terms.cost_categories) * granted.funded_percent, 100)
