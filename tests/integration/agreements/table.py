"""The agreements service's endpoints and the roles that each admits, as the contract has them."""

from tests.integration.agreements import story
from tests.integration.agreements.world import SCHOOL
from tests.integration.audit import table as proofs
from tests.integration.matrix import Row

STAFF, HEAD, FINANCE, HR, EXECUTIVE = "staff", "headteacher", "finance", "hr_platform", "trust_executive"
PAYROLL, ADMIN, AUDITOR = "payroll", "trust_admin", "auditor"
OVERALL = {HEAD, FINANCE, HR, EXECUTIVE}
PERSONAL = OVERALL | {STAFF}
KEEPERS = {HEAD, HR}

A, S, P = "/v1/agreements", "/v1/staff/{staff}", "/v1/repayments"
A1, P1, R1 = f"{A}/{{agreement}}", f"{P}/{{repayment}}", f"{S}/resignations/{{resignation}}"
REASON, MONEY = {"reason": "r"}, {"amount_pence": 100, "on": "2025-06-01", "reference": "x"}
COST = MONEY | {"category": "fee"}

READS = {
    A: PERSONAL,
    A1: PERSONAL,
    f"{A1}/liability": PERSONAL,
    f"{A1}/schedule": PERSONAL,
    f"{S}/liability": PERSONAL,
    "/v1/schools/{school}/liability": OVERALL,
    "/v1/trust/liability": OVERALL,
    f"{S}/resignations": PERSONAL,
    R1: PERSONAL,
    P: PERSONAL | {PAYROLL},
    P1: PERSONAL | {PAYROLL},
    "/v1/schools/{school}/settings": {ADMIN},
    "/v1/events": PERSONAL,
    "/v1/feed/{payroll_topic}": {HR, PAYROLL},
    **proofs.READS,
}
COMMANDS = {
    ("POST", A): (KEEPERS, story.draft()),
    ("POST", f"{A1}/signature"): (KEEPERS | {STAFF}, story.SIGNATURE),
    ("POST", f"{A1}/refusal"): ({STAFF}, REASON),
    ("POST", f"{A1}/variation"): (KEEPERS, {"terms": None}),
    ("POST", f"{A1}/cancellation"): (KEEPERS, REASON),
    ("POST", f"{A1}/start"): (KEEPERS, {"started_on": "2024-09-02"}),
    ("POST", f"{A1}/completion"): (KEEPERS, {"completed_on": "2025-01-31"}),
    ("POST", f"{A1}/training-withdrawal"): (KEEPERS, {"withdrawn_on": "2025-01-31"} | REASON),
    ("POST", f"{A1}/training-cancellation"): (KEEPERS, {"cancelled_on": "2025-01-31", "by": "school"} | REASON),
    ("POST", f"{A1}/costs"): ({FINANCE}, COST),
    ("POST", f"{A1}/refunds"): ({FINANCE}, COST),
    ("POST", f"{S}/resignations"): ({HR}, story.resignation()),
    ("PUT", R1): ({HR}, story.resignation(correction_reason="r")),
    ("POST", f"{R1}/withdrawal"): ({HR}, {"withdrawn_on": "2025-06-01"} | REASON),
    ("POST", f"{P1}/confirmation"): ({HEAD, EXECUTIVE}, REASON),
    ("POST", f"{P1}/requirement"): ({HEAD, EXECUTIVE}, REASON),
    ("POST", f"{P1}/waiver"): ({HEAD, EXECUTIVE}, REASON | {"amount_pence": 100}),
    ("POST", f"{P1}/write-off"): ({EXECUTIVE}, REASON | {"amount_pence": 100}),
    ("POST", f"{P1}/dispute"): ({STAFF}, REASON),
    ("POST", f"{P1}/invoice"): ({FINANCE}, {"reference": "x", "due_on": "2025-07-01"}),
    ("POST", f"{P1}/payments"): ({FINANCE}, MONEY),
    ("POST", f"{P1}/refund-payments"): ({PAYROLL}, MONEY),
    ("POST", f"{P1}/deductions"): ({PAYROLL}, story.deduction(deduction_id="d9")),
    ("POST", f"{P1}/deductions/{{deduction}}/reversal"): ({PAYROLL}, REASON),
    ("PUT", "/v1/schools/{school}/settings"): ({ADMIN}, {"name": "Ashgrove"}),
    ("POST", "/v1/inbox/{hr_topic}"): ({HR, PAYROLL}, [story.hr_event("StaffJoined")]),
}
TABLE: list[Row] = [
    *(("GET", path, frozenset(roles | {AUDITOR}), None) for path, roles in READS.items()),
    *((method, path, frozenset(roles), body) for (method, path), (roles, body) in COMMANDS.items()),
]


def filled(path: str, **ids: str) -> str:
    """A path of the table with the ids of a story in it."""
    usual = {"staff": story.TEACHER, "school": SCHOOL, "hr_topic": "hr.staff.v1", "payroll_topic": "cpd.repayments.v1"}
    return path.format(**usual | proofs.IDS | {"deduction": "d1"} | ids)
