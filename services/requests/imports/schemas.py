"""What a row of each import may hold. Rules that need more than the row are the domain's."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.requests.api.schemas import ChangeBody
from services.requests.api.school_schemas import BudgetBody, NeedBody, PriorityBody
from services.requests.domain.request import PaidCost
from services.requests.domain.words import Authority, Funding
from shared.imports.rows import REFERENCE, REFERENCE_RULE, reference
from shared.web.fields import AcademicYear, Day, Identifier, Pence, Percent, Text, Urn
from shared.web.schemas import Body, choice
from shared.words import CostCategory

DECIDED = ("decided_on", "decided_by", "authority", "decision_reason")
GRANTED = ("funding",)
MOST_ENTRIES = 200


class PriorityRow(PriorityBody):
    """One priority of a plan; with `retired_because` it was taken out again."""

    import_ref = reference(required=True)
    retired_because = Text(2000)


class BudgetRow(BudgetBody):
    """What one school has for one year."""

    school_urn = Urn(required=True)
    academic_year = AcademicYear(required=True)


class NeedRow(NeedBody):
    """One need that is open; its priority by its id, or by the reference of its import."""

    import_ref = reference(required=True)
    priority_ref = reference()


class EntryRow(Body):
    """A cost that was paid, or a refund that came back, gross."""

    category = choice(get_args(CostCategory), required=True)
    amount_pence = Pence(1, required=True)
    on = Day(required=True)
    reference = Text(200)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PaidCost:
        return PaidCost(**data)


class RequestRow(ChangeBody):
    """One past request: asked for, decided or withdrawn, perhaps paid for, perhaps completed."""

    class Meta(Body.Meta):
        exclude = ("need_id", "programme_item_id", "service_agreement_id")

    import_ref = reference(required=True)
    staff_id = Identifier(required=True)
    school_urn = Urn(required=True)
    priority_ids = fields.List(Identifier(), validate=validate.Length(max=50), load_default=list)
    priority_refs = fields.List(
        fields.String(validate=validate.Regexp(REFERENCE, error=REFERENCE_RULE)),
        validate=validate.Length(max=50),
        load_default=list,
    )
    submitted_on = Day(required=True)
    decision = choice(("approved", "declined"))
    decided_on = Day()
    decided_by = Identifier()
    authority = choice(get_args(Authority))
    decision_reason = Text(2000)
    funding = choice(get_args(Funding))
    funded_percent = Percent()
    costs = fields.List(fields.Nested(EntryRow), validate=validate.Length(max=MOST_ENTRIES), load_default=list)
    refunds = fields.List(fields.Nested(EntryRow), validate=validate.Length(max=MOST_ENTRIES), load_default=list)
    completed_on = Day()
    withdrawn_on = Day()

    @validates_schema
    def what_goes_together_comes_together(self, row: dict[str, Any], **_: Any) -> None:
        wrong: dict[str, list[str]] = {}
        if "decision" in row:
            wrong |= {name: ["is needed with decision"] for name in DECIDED if name not in row}
        else:
            wrong |= {name: ["means nothing without decision"] for name in DECIDED if name in row}
        if row.get("decision") == "approved":
            wrong |= {name: ["is needed with an approval"] for name in GRANTED if name not in row}
        else:
            granted = (*GRANTED, "funded_percent")
            wrong |= {name: ["means nothing without an approval"] for name in granted if name in row}
        if wrong:
            raise ValidationError(wrong)
