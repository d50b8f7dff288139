"""What a row of each import may hold. Rules that need more than the row are the domain's."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, validate, validates_schema

from services.agreements.api.schemas import DraftBody
from shared.web.fields import Day, Identifier, StrictBoolean, Text, Urn
from shared.web.problems import InvalidFields, flattened
from shared.web.schemas import Body, choice
from shared.words import RoleCategory

LONGEST_TEXT = 200
REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\Z"
REFERENCE_RULE = "must be 1 to 128 letters, digits and . _ : / @ - and begin with one of the former two"
SIGNATURE = ("deduction_consent", "document_ref")


class StaffRow(Body):
    """One employment of one person."""

    staff_id = Identifier(required=True)
    employment_id = Identifier(required=True)
    school_urn = Urn(required=True)
    on = Day(required=True)
    role_category = choice(get_args(RoleCategory), required=True)
    line_manager_id = Identifier()
    payroll_number = Identifier()
    name = Text(LONGEST_TEXT)


class AgreementRow(DraftBody):
    """One agreement as it stands: drafted, perhaps signed, perhaps begun, perhaps over."""

    import_ref = fields.String(required=True, validate=validate.Regexp(REFERENCE, error=REFERENCE_RULE))
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
