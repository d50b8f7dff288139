"""What comes in about requests: one schema a request. Rules between fields are the domain's."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, post_load, validate

from services.requests.domain.activities import DETAILS, SUB_TYPES
from services.requests.domain.criteria import CRITERIA, CURRENT, HIGHEST
from services.requests.domain.shares import CostLine
from services.requests.domain.words import Funding, NeedSource, Origin, Purpose, Standard
from shared.web.fields import (
    Day,
    Hours,
    Identifier,
    Keyed,
    Pence,
    Percent,
    StrictBoolean,
    StrictInteger,
    Text,
    Urn,
    Word,
)
from shared.web.schemas import AsKnown, Body, ListQuery, ReasonBody, choice, distinct
from shared.words import ActivityType, CostCategory

MOST_PEOPLE = 200


def references(**kwargs: Any) -> fields.List[str]:
    """Ids, at most so many, each once."""
    length = validate.Length(max=MOST_PEOPLE)
    unique = validate.And(length, _each_once)
    return fields.List(Identifier(), validate=unique, metadata={"uniqueItems": True, "maxItems": MOST_PEOPLE}, **kwargs)


def _each_once(values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("Must not name anything twice.")


class CostLineBody(Body):
    category = choice(get_args(CostCategory), required=True)
    amount_pence = Pence(required=True)
    hours = Hours(allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CostLine:
        return CostLine(**data)


class ChangeBody(Body):
    """What is asked for, whole."""

    participants = references(allow_none=True)
    title = Text(200, required=True)
    activity_type = choice(get_args(ActivityType), required=True)
    sub_type = choice(SUB_TYPES, allow_none=True)
    origin = choice(get_args(Origin), required=True)
    purposes = distinct(get_args(Purpose), required=True)
    need_source = choice(get_args(NeedSource), required=True)
    need_id = Identifier(allow_none=True)
    priority_ids = references(required=True)
    priority_exception = Text(2000, allow_none=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    cost_lines = fields.List(fields.Nested(CostLineBody), validate=validate.Length(max=50), required=True)
    hours = Hours(allow_none=True)
    benefit = Text(2000, required=True)
    mandatory = StrictBoolean(load_default=False)
    apprenticeship = StrictBoolean(load_default=False)
    provider = Text(200, allow_none=True)
    details = Keyed(DETAILS, Text(200), allow_none=True)
    standards = distinct(get_args(Standard))
    service_agreement_id = Identifier(allow_none=True)
    programme_item_id = Identifier(allow_none=True)


class RequestBody(ChangeBody):
    staff_id = Identifier(required=True)
    school_urn = Urn(required=True)
    draft = StrictBoolean(load_default=False)


class NothingBody(Body):
    """Nothing more to say."""


class AssessmentBody(Body):
    scores = Keyed(CRITERIA[CURRENT], StrictInteger(0, HIGHEST), required=True)
    notes = Keyed(CRITERIA[CURRENT], Text(2000), allow_none=True)


class ApprovalBody(ReasonBody):
    funding = choice(get_args(Funding), required=True)
    funded_percent = Percent(allow_none=True)


class RequestCompletionBody(Body):
    completed_on = Day(required=True)
    participants = references(allow_none=True)


class RequestsQuery(ListQuery, AsKnown):
    staff_id = Identifier()
    school_urn = Urn()
    status = Word("[a-z_]{1,32}", "must be a status, such as submitted")


class StandingQuery(AsKnown):
    """A request's clock, on a day."""

    on = Day()
