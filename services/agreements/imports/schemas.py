"""What a row of each import may hold. Rules that need more than the row are the domain's."""

from typing import Any, Literal, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from services.agreements.domain.scale import LONGEST_MONTHS, MOST_STEPS
from services.agreements.domain.staff_facts import RoleCategory
from services.agreements.domain.terms import CostCategory, LeaverReason
from shared.web.fields import Day, Identifier, Pence, Percent, StrictBoolean, StrictInteger, Text, Urn
from shared.web.problems import InvalidFields, flattened
from shared.web.schemas import Body

ActivityType = Literal[
    "course",
    "in_school",
    "external_consultant",
    "school_visit",
    "secondment",
    "award_bearing",
    "research",
    "distance_learning",
    "practical_experience",
    "job_enrichment",
    "producing_resources",
    "coaching_mentoring",
    "partnership",
    "learning_environment",
]
LONGEST_TEXT = 200
SIGNATURE = ("deduction_consent", "document_ref")
REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\Z"


def one_of(words: Any) -> validate.OneOf:
    """One of the words of a `Literal`."""
    return validate.OneOf(get_args(words), error="must be one of {choices}")


class StaffRow(Body):
    """One employment of one person."""

    staff_id = Identifier(required=True)
    employment_id = Identifier(required=True)
    school_urn = Urn(required=True)
    on = Day(required=True)
    role_category = fields.String(required=True, validate=one_of(RoleCategory))
    line_manager_id = Identifier()
    payroll_number = Identifier()
    name = Text(LONGEST_TEXT)


class CostLineRow(Body):
    category = fields.String(required=True, validate=one_of(CostCategory))
    amount_pence = Pence(required=True)


class LinearRow(Body):
    kind = fields.String(required=True)
    months = StrictInteger(1, LONGEST_MONTHS)
    full_months = StrictInteger(0, LONGEST_MONTHS)


class StepRow(Body):
    until_months = StrictInteger(1, LONGEST_MONTHS, required=True)
    percent = Percent(required=True)


class StepsRow(Body):
    kind = fields.String(required=True)
    steps = fields.List(fields.Nested(StepRow), required=True, validate=validate.Length(min=1, max=MOST_STEPS))


SCALES: dict[str, Body] = {"linear": LinearRow(), "steps": StepsRow()}


class ScaleField(fields.Field[dict[str, Any]]):
    """A linear scale or steps, told apart by `kind`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        kind = value.get("kind") if isinstance(value, dict) else None
        if kind not in ("linear", "steps"):
            raise ValidationError({"kind": ["must be linear or steps"]})
        loaded: dict[str, Any] = SCALES[kind].load(value)
        return loaded


class TermsRow(Body):
    """The parts of the terms that differ from the school's default."""

    scale = ScaleField()
    trigger = fields.String(validate=one_of(Literal["notified_on", "last_day"]))
    liable_reasons = fields.List(fields.String(validate=one_of(LeaverReason)), validate=validate.Length(max=10))
    base = fields.String(validate=one_of(Literal["agreed", "paid"]))
    minimum_pence = Pence()
    cost_categories = fields.List(fields.String(validate=one_of(CostCategory)), validate=validate.Length(max=6))
    transfer_within_trust_is_leaving = StrictBoolean()


class AgreementRow(Body):
    """One agreement as it stands: drafted, perhaps signed, perhaps begun, perhaps over."""

    import_ref = fields.String(
        required=True,
        validate=validate.Regexp(
            REFERENCE, error="must be 1 to 128 letters, digits and . _ : / @ - and begin with the former"
        ),
    )
    staff_id = Identifier(required=True)
    employment_id = Identifier()
    school_urn = Urn(required=True)
    title = Text(LONGEST_TEXT, required=True)
    activity_type = fields.String(required=True, validate=one_of(ActivityType))
    planned_start = Day(required=True)
    planned_end = Day(required=True)
    cost_lines = fields.List(fields.Nested(CostLineRow), required=True, validate=validate.Length(max=50))
    funded_percent = Percent()
    request_id = Identifier()
    mandatory = StrictBoolean()
    apprenticeship = StrictBoolean()
    terms = fields.Nested(TermsRow, allow_none=True)
    signed_on = Day()
    deduction_consent = StrictBoolean()
    document_ref = Text(LONGEST_TEXT)
    started_on = Day()
    completed_on = Day()
    withdrawn_on = Day()

    @validates_schema
    def what_goes_together_comes_together(self, row: dict[str, Any], **_: Any) -> None:
        wrong: dict[str, list[str]] = {}
        if "signed_on" in row:
            wrong |= {name: ["is needed with signed_on"] for name in SIGNATURE if name not in row}
        else:
            wrong |= {name: ["means nothing without signed_on"] for name in SIGNATURE if name in row}
        if "completed_on" in row and "withdrawn_on" in row:
            wrong["withdrawn_on"] = ["training is either completed or withdrawn from"]
        if wrong:
            raise ValidationError(wrong)


def loaded(schema: Body, values: dict[str, Any]) -> dict[str, Any]:
    """`values` as `schema` reads them. Null says nothing, but for `terms`, where it says that there are none.

    Raises InvalidFields naming every faulty field by its dotted path.
    """
    said = {name: value for name, value in values.items() if value is not None or name == "terms"}
    try:
        row: dict[str, Any] = schema.load(said)
    except ValidationError as error:
        raise InvalidFields(flattened(error.messages)) from error
    return row
