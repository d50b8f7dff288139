"""What comes in about a school: its plans, money, purchases, minutes, people in totals, settings."""

from typing import Any, get_args

from marshmallow import fields, post_load, validate

from services.requests.domain.criteria import CRITERIA, CURRENT, HIGHEST
from services.requests.domain.minute import Reported
from services.requests.domain.planning import Planned
from services.requests.domain.school import Delegation
from services.requests.domain.service_agreement import Unit
from services.requests.domain.words import Authority, NeedSource
from services.requests.domain.workforce import Characteristic, GroupCount
from shared.web.fields import (
    AcademicYear,
    Day,
    Identifier,
    Pence,
    StrictInteger,
    Text,
    Urn,
    Word,
)
from shared.web.schemas import AsKnown, Body, ListQuery, ReasonBody, choice, distinct


class PriorityBody(Body):
    school_urn = Urn(required=True)
    plan_year = AcademicYear(required=True)
    title = Text(200, required=True)
    description = Text(2000, allow_none=True)


class PriorityRevisionBody(Body):
    title = Text(200, required=True)
    description = Text(2000, allow_none=True)


class RetirementBody(Body):
    reason = Text(2000, allow_none=True)


class NeedBody(Body):
    school_urn = Urn(required=True)
    staff_id = Identifier(allow_none=True)
    title = Text(200, required=True)
    source = choice(get_args(NeedSource), required=True)
    priority_id = Identifier(allow_none=True)
    rank = StrictInteger(1, 1000, required=True)
    estimated_pence = Pence(allow_none=True)
    evidence = Text(2000, allow_none=True)


class ItemBody(Body):
    """One item of a programme; without an id it is the one of that title, or a new one."""

    id = Identifier(allow_none=True)
    title = Text(200, required=True)
    need_id = Identifier(allow_none=True)
    priority_id = Identifier(allow_none=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    estimated_pence = Pence(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Planned:
        return Planned(**data)


class ProgrammeBody(Body):
    items = fields.List(fields.Nested(ItemBody), validate=validate.Length(max=200), required=True)
    reason = Text(2000, allow_none=True)


class BudgetBody(Body):
    allocated_pence = Pence(required=True)


class VirementBody(Body):
    to_urn = Urn(required=True)
    amount_pence = Pence(1, required=True)
    reason = Text(2000, required=True)


class CarryOverBody(Body):
    amount_pence = Pence(1, required=True)
    reason = Text(2000, required=True)


class ServiceAgreementBody(ReasonBody):
    school_urn = Urn(required=True)
    provider = Text(200, required=True)
    title = Text(200, required=True)
    unit = choice(get_args(Unit), required=True)
    quantity = StrictInteger(1, 10_000, required=True)
    price_pence = Pence(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class PaymentBody(Body):
    amount_pence = Pence(1, required=True)
    on = Day(required=True)
    reference = Text(200, required=True)


class SaidOfMinutes(Body):
    met_on = Day(required=True)
    minute_ref = Text(200, required=True)
    reported = distinct(get_args(Reported), 1, required=True)
    academic_year = AcademicYear(allow_none=True, load_default=None)
    as_at = Day(allow_none=True, load_default=None)


class MinuteBody(SaidOfMinutes):
    school_urn = Urn(required=True)


class MinuteCorrectionBody(SaidOfMinutes):
    reason = Text(2000, required=True)


class RatingBody(Body):
    rating = StrictInteger(0, HIGHEST, required=True)
    note = Text(2000, allow_none=True)


class GroupCountBody(Body):
    """How many people of one group there are; who they are is not taken in."""

    characteristic = choice(get_args(Characteristic), required=True)
    group = Word("[a-z][a-z0-9_]{0,39}", "must be a word of ours, such as not_stated", required=True)
    people = StrictInteger(0, 100_000, required=True)
    participants = StrictInteger(0, 100_000, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> GroupCount:
        return GroupCount(**data)


class WorkforceBody(Body):
    on = Day(required=True)
    counts = fields.List(fields.Nested(GroupCountBody), validate=validate.Length(max=200), required=True)


class DelegationBody(Body):
    from_role = choice(get_args(Authority), required=True)
    to_staff_id = Identifier(required=True)
    from_day = Day(required=True, data_key="from")
    to_day = Day(required=True, data_key="to")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Delegation:
        return Delegation(**data)


class SettingsBody(Body):
    name = Text(200)
    assessment_threshold = StrictInteger(0, HIGHEST * len(CRITERIA[CURRENT]))
    slt_limit_pence = Pence()
    headteacher_limit_pence = Pence()
    decision_days = StrictInteger(1, 365)
    delegations = fields.List(fields.Nested(DelegationBody), validate=validate.Length(max=100))
    headteacher_id = Identifier(allow_none=True)


class PrioritiesQuery(ListQuery, AsKnown):
    school_urn = Urn()
    plan_year = AcademicYear()
    status = Word("[a-z_]{1,32}", "must be a status, such as live")


class NeedsQuery(ListQuery, AsKnown):
    staff_id = Identifier()
    school_urn = Urn()
    status = Word("[a-z_]{1,32}", "must be a status, such as open")


class ServiceAgreementsQuery(ListQuery, AsKnown):
    school_urn = Urn()
    status = Word("[a-z_]{1,32}", "must be a status, such as open")


class ProgrammesQuery(ListQuery, AsKnown):
    school_urn = Urn()
    academic_year = AcademicYear()
    status = Word("[a-z_]{1,32}", "must be a status, such as adopted")


class MinutesQuery(ListQuery, AsKnown):
    school_urn = Urn()
    academic_year = AcademicYear()
    reported = choice(get_args(Reported))


class RatingsQuery(ListQuery, AsKnown):
    staff_id = Identifier()
    school_urn = Urn()
