"""What `cpd import` brings into this service."""

from services.agreements.application import Agreements
from services.agreements.domain import employing
from services.agreements.domain.staff_member import StaffMember
from services.agreements.imports.agreements import AgreementsImport
from services.agreements.runtime import NAME, open_runtime
from shared.eventstore.ledger import Call
from shared.imports import staff
from shared.imports.kind import Values
from shared.imports.offered import Offered
from shared.imports.staff import StaffImport

AGREEMENTS_HELP = """Import training agreements as they stand.

Columns: import_ref (the row's own reference, for good), staff_id, employment_id, school_urn, title, activity_type,
planned_start, planned_end, funded_percent, request_id, mandatory, apprenticeship, signed_on with deduction_consent
and document_ref, started_on, completed_on or withdrawn_on.

In CSV: fee_pence, exam_pence, materials_pence, travel_pence, accommodation_pence, supply_cover_pence; terms (none,
or empty for the school's default), scale_months, trigger. In NDJSON: cost_lines and terms as in the HTTP interface.
"""


NOT_KEPT = ("staff_id", "working_pattern")
"""Of a row of staff: whose it is, and what no agreement depends on."""


def _staff(agreements: Agreements) -> StaffImport:
    def join(call: Call, row: Values) -> bool:
        agreements.know_school(call, row["school_urn"])
        return agreements.on_person(call, row["staff_id"], _join, row).result

    return StaffImport(agreements.ledger, join)


def _join(member: StaffMember, row: Values) -> bool:
    """Whether the row said anything new."""
    before = member.version
    employing.join(member, **{name: value for name, value in row.items() if name not in NOT_KEPT})
    return member.version > before


OFFERED = (
    Offered(NAME, staff.NAME, staff.HELP, open_runtime, _staff),
    Offered(NAME, AgreementsImport.name, AGREEMENTS_HELP, open_runtime, AgreementsImport),
)
