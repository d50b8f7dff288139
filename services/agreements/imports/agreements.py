"""Agreements: each row is one agreement as it stands, drafted, signed, begun and ended in one transaction."""

from typing import Any

from msgspec import UNSET

from services.agreements.application import Agreements
from services.agreements.domain import agreeing, training
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_member import StaffMember
from services.agreements.imports.columns import AGREEMENT_COLUMNS, agreement_values
from services.agreements.imports.schemas import AgreementRow
from shared.eventstore.fact import Act
from shared.eventstore.ledger import Call
from shared.imports.kind import Values
from shared.imports.references import FIELD, ReferencedImport

DRAFTED = (
    "employment_id",
    "school_urn",
    "title",
    "activity_type",
    "planned_start",
    "planned_end",
    "funded_percent",
    "request_id",
    "mandatory",
    "apprenticeship",
)
SIGNED = ("signed_on", "deduction_consent", "document_ref")


class AgreementsImport(ReferencedImport):
    """`import agreements`. `import_ref` stands for its row for good: the same one with other values is refused."""

    name = "agreements"
    row = AgreementRow
    columns = AGREEMENT_COLUMNS
    required = (FIELD, "staff_id", "school_urn", "title", "activity_type", "planned_start", "planned_end")
    keep_null = ("terms",)

    def __init__(self, agreements: Agreements) -> None:
        super().__init__(agreements.ledger)
        self._agreements = agreements
        self._settings: dict[str, SchoolSettings] = {}

    def from_cells(self, cells: Values) -> tuple[Values, dict[str, str]]:
        return agreement_values(cells)

    def check(self, row: Values, act: Act) -> None:
        """Record it all on a copy of the person that is then thrown away."""
        member = self._agreements.person(row["staff_id"])
        member.staff_id = row["staff_id"]
        member.act = act
        member.settings_of = self._settings_of
        self._settings_of(row["school_urn"])
        _enter(member, row)

    def record(self, row: Values, act: Act) -> None:
        call = Call(act=act, once=self.references.once(row))
        self._agreements.on_person(call, row["staff_id"], _enter, row)

    def _settings_of(self, urn: str) -> SchoolSettings:
        """The settings of a school of the trust. Raises FieldRefused for another one."""
        if urn not in self._settings:
            self._agreements.require_known_school(urn)
            self._settings[urn] = self._agreements.school(urn).settings
        return self._settings[urn]


def _enter(member: StaffMember, row: dict[str, Any]) -> Agreement:
    agreement = agreeing.draft(
        member,
        cost_lines=row["cost_lines"],
        terms=row.get("terms", UNSET),
        **{name: row[name] for name in DRAFTED if name in row},
    )
    if "signed_on" in row:
        agreeing.sign(member, agreement.id, **{name: row[name] for name in SIGNED})
    if "started_on" in row:
        training.start(member, agreement.id, started_on=row["started_on"])
    if "completed_on" in row:
        training.complete(member, agreement.id, completed_on=row["completed_on"])
    if "withdrawn_on" in row:
        training.withdraw(member, agreement.id, withdrawn_on=row["withdrawn_on"])
    return agreement
