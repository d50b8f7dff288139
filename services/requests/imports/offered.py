"""What `cpd import` brings into this service."""

from services.requests.application import Requests
from services.requests.domain.person import StaffMember
from services.requests.runtime import NAME, open_runtime
from shared.eventstore.ledger import Call
from shared.imports import staff
from shared.imports.kind import Values
from shared.imports.offered import Offered
from shared.imports.staff import StaffImport


def _staff(requests: Requests) -> StaffImport:
    def join(call: Call, row: Values) -> bool:
        requests.know_school(call, row["school_urn"])
        return requests.on_person(call, row["staff_id"], lambda member: _described(member, row)).result

    return StaffImport(requests.ledger, join)


def _described(member: StaffMember, row: Values) -> bool:
    """Whether the row said anything new. Names and payroll numbers are no business of this service."""
    before = member.version
    member.describe(
        row["staff_id"],
        row["employment_id"],
        row["school_urn"],
        row["on"],
        role_category=row["role_category"],
        line_manager_id=row.get("line_manager_id"),
    )
    return member.version > before


OFFERED = (Offered(NAME, staff.NAME, staff.HELP, open_runtime, _staff),)
