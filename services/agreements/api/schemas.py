"""What comes in: one schema a request. Rules between fields are the domain's."""

from typing import Any, get_args

from marshmallow import fields, post_load, validate

from services.agreements.domain.agreement import CostLine
from services.agreements.domain.repayment import Outcome
from services.agreements.domain.school import PayPeriod
from shared.web.fields import (
    Day,
    Identifier,
    OneOf,
    Pence,
    Percent,
    StrictBoolean,
    StrictInteger,
    Text,
    Urn,
    Word,
)
from shared.web.schemas import AsKnown, Body, ListQuery, ReasonBody, choice, distinct
from shared.words import ActivityType, CostCategory, LeaverReason

ACTIVITY_TYPES = get_args(ActivityType)
CATEGORIES = get_args(CostCategory)
REASONS = get_args(LeaverReason)
PAY_PERIOD = "[A-Za-z0-9][A-Za-z0-9 ._/-]{0,31}"


class CostLineBody(Body):
    category = choice(CATEGORIES, required=True)
    amount_pence = Pence(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CostLine:
        return CostLine(**data)


class StepBody(Body):
    until_months = StrictInteger(1, 120, required=True)
    percent = Percent(required=True)


class LinearBody(Body):
    """What is repayable falls by the same part each month."""

    kind = choice(("linear",), required=True)
    months = StrictInteger(1, 120)
    full_months = StrictInteger(0, 120)


class StepsBody(Body):
    """What is repayable falls in steps."""

    kind = choice(("steps",), required=True)
    steps = fields.List(fields.Nested(StepBody), required=True, validate=validate.Length(min=1, max=20))


def pay_period_name(**kwargs: Any) -> Word:
    """The name of a pay period."""
    return Word(
        PAY_PERIOD, "must be 1 to 32 letters, digits, spaces and . _ / - and begin with a letter or digit", **kwargs
    )


class TermsBody(Body):
    """Repayment terms; what is left out stays as it is by default."""

    scale = OneOf("kind", {"linear": LinearBody, "steps": StepsBody})
    trigger = choice(("notified_on", "last_day"))
    liable_reasons = distinct(REASONS)
    base = choice(("agreed", "paid"))
    minimum_pence = Pence()
    cost_categories = distinct(CATEGORIES, at_least=1)
    transfer_within_trust_is_leaving = StrictBoolean()
    policy_version = Identifier()


def cost_lines(**kwargs: Any) -> fields.List[CostLine]:
    return fields.List(fields.Nested(CostLineBody), validate=validate.Length(max=50), **kwargs)


class DraftBody(Body):
    staff_id = Identifier(required=True)
    employment_id = Identifier(allow_none=True)
    school_urn = Urn(required=True)
    title = Text(200, required=True)
    activity_type = choice(ACTIVITY_TYPES, required=True)
    planned_start = Day(required=True)
    planned_end = Day(required=True)
    cost_lines = cost_lines(required=True)
    funded_percent = Percent(load_default=100)
    request_id = Identifier(allow_none=True)
    mandatory = StrictBoolean(load_default=False)
    apprenticeship = StrictBoolean(load_default=False)
    terms = fields.Nested(TermsBody, allow_none=True)


class VariationBody(Body):
    cost_lines = cost_lines()
    terms = fields.Nested(TermsBody, allow_none=True)
    reason = Text(2000)


class SignatureBody(Body):
    signed_on = Day(required=True)
    deduction_consent = StrictBoolean(required=True)
    document_ref = Text(200)


class StartBody(Body):
    started_on = Day(required=True)
    reason = Text(2000)


class CompletionBody(Body):
    completed_on = Day(required=True)
    reason = Text(2000)


class TrainingWithdrawalBody(Body):
    withdrawn_on = Day(required=True)
    reason = Text(2000, required=True)


class TrainingCancellationBody(Body):
    cancelled_on = Day(required=True)
    by = choice(("provider", "school"), required=True)
    reason = Text(2000, required=True)


class ResignationBody(Body):
    employment_id = Identifier(allow_none=True)
    notified_on = Day(required=True)
    last_day = Day(required=True)
    reason = choice(REASONS, required=True)
    school_urn = Urn(required=True)
    payroll_number = Identifier(allow_none=True)


class ResignationCorrectionBody(ResignationBody):
    correction_reason = Text(2000, required=True)


class ResignationWithdrawalBody(Body):
    withdrawn_on = Day(required=True)
    reason = Text(2000, required=True)


class AmountBody(ReasonBody):
    amount_pence = Pence(1, required=True)


class InvoiceBody(Body):
    reference = Text(200, required=True)
    due_on = Day(required=True)


class PaymentBody(Body):
    amount_pence = Pence(1, required=True)
    on = Day(required=True)
    reference = Text(200, required=True)


class DeductionBody(Body):
    deduction_id = Identifier(required=True)
    revision = StrictInteger(1, 1_000_000, required=True)
    pay_period = pay_period_name(required=True)
    taken_pence = Pence(required=True)
    outcome = choice(get_args(Outcome), required=True)
    reason = Text(2000)


class PayPeriodBody(Body):
    pay_period = pay_period_name(required=True)
    closes_on = Day(required=True)
    pay_date = Day(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PayPeriod:
        return PayPeriod(**data)


class SettingsBody(Body):
    name = Text(200)
    default_terms = fields.Nested(TermsBody)
    agreement_threshold_pence = Pence()
    auto_require = StrictBoolean()
    notice_days = StrictInteger(0, 90)
    pay_element_code = Identifier()
    pay_calendar = fields.List(fields.Nested(PayPeriodBody), validate=validate.Length(max=240))


class OnDay(AsKnown):
    """A read on a day, as known at an instant."""

    on = Day()


class ScheduleQuery(AsKnown):
    assume_completed_on = Day()


class AgreementsQuery(ListQuery, AsKnown):
    staff_id = Identifier()
    school_urn = Urn()
    status = Word("[a-z_]{1,32}", "must be a status, such as signed")


class RepaymentsQuery(AgreementsQuery):
    """The same filters."""


class ResignationsQuery(ListQuery, AsKnown):
    """A page of one person's resignations."""
