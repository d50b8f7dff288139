"""What a row of an agreement may hold. Rules that need more than the row are the domain's."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from services.agreements.api.schemas import DraftBody
from shared.imports.rows import reference
from shared.web.fields import Day, StrictBoolean, Text

LONGEST_TEXT = 200
SIGNATURE = ("deduction_consent", "document_ref")


class AgreementRow(DraftBody):
    """One agreement as it stands: drafted, perhaps signed, perhaps begun, perhaps over."""

    import_ref = reference(required=True)
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
