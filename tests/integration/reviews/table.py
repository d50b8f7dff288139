"""The reviews service's endpoints and the roles that each admits, as the contract has them."""

from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import SCHOOL
from tests.integration.audit import table as proofs
from tests.integration.matrix import Row
from tests.integration.reviews import story

STAFF, MANAGER, HEAD, QUALITY = "staff", "line_manager", "headteacher", "quality_assurance"
HR, EXECUTIVE, ADMIN, AUDITOR = "hr_platform", "trust_executive", "trust_admin", "auditor"
READERS = {STAFF, MANAGER, HEAD, QUALITY, "slt", "subject_leader", EXECUTIVE, HR}
PLANNERS = {STAFF, HEAD, QUALITY}
MONEY = {"governor", "slt", HEAD, "finance", EXECUTIVE}

A, E, D = "/v1/activities", "/v1/evaluations", "/v1/disseminations"
A1, E1, D1 = f"{A}/{{activity}}", f"{E}/{{evaluation}}", f"{D}/{{dissemination}}"
P, S1 = "/v1/staff/t1/portfolio", "/v1/schools/{school}"
P1 = f"{P}/{{entry}}"
REASON = {"reason": "r"}
WHOLE = {name: value for name, value in story.activity().items() if name not in ("staff_id", "school_urn")}
ENTRY = {"title": "First aid", "activity_type": "course", "on": "2025-05-01"}
PLAN = {"planned_on": "2025-07-01", "audience": "Year 5", "title": "Questions"}

R, IMPACT = "/v1/annual-reviews", "/v1/statistics/impact"
R1 = f"{R}/{{annual_review}}"
MONEY = {"governor", "slt", HEAD, "finance", EXECUTIVE}
RATING = {"benefit": "staff_confidence", "rating": 2, "evidence": "Interviews"}

READS = {
    R: MONEY | {QUALITY},
    R1: MONEY | {QUALITY},
    f"{R1}/events?figure=requests&group=all": MONEY | {QUALITY},
    f"{IMPACT}?school_urn={{school}}": MONEY,
    "/v1/reports/governing-body?school_urn={school}": MONEY,
    A: READERS,
    A1: READERS,
    E: READERS,
    f"{E}/due": READERS,
    E1: READERS,
    D: READERS,
    "/v1/owed-disseminations": READERS,
    D1: READERS,
    P: {STAFF, MANAGER},
    f"{S1}/settings": {ADMIN},
    "/v1/statistics/impact?school_urn={school}&academic_year=2024-25": MONEY,
    "/v1/events": {STAFF, HEAD, HR, EXECUTIVE},
    "/v1/feed/{topic}": {HR},
    **proofs.READS,
}
COMMANDS = {
    ("POST", R): ({HEAD, QUALITY}, {"school_urn": SCHOOL, "academic_year": "2024-25"}),
    ("POST", f"{R1}/ratings"): ({HEAD, QUALITY}, RATING),
    ("POST", f"{R1}/assurance"): ({QUALITY}, {}),
    ("POST", f"{R1}/sign-off"): ({HEAD}, {}),
    ("POST", f"{R1}/publication"): ({HEAD}, {}),
    ("POST", A): ({STAFF}, story.activity()),
    ("PUT", A1): ({STAFF}, WHOLE),
    ("POST", f"{A1}/withdrawal"): ({STAFF}, {}),
    ("POST", f"{E1}/submission"): ({STAFF}, story.answer()),
    ("POST", f"{E1}/exemption"): ({HEAD, QUALITY}, REASON),
    ("POST", f"{E1}/sharing"): ({STAFF}, {"shared": True}),
    ("POST", D): (PLANNERS, PLAN),
    ("PUT", D1): (PLANNERS, PLAN),
    ("POST", f"{D1}/delivery"): (PLANNERS, {"delivered_on": "2025-06-01", "reached": 3}),
    ("POST", f"{D1}/cancellation"): (PLANNERS, REASON),
    ("POST", P): ({STAFF}, ENTRY),
    ("PUT", P1): ({STAFF}, ENTRY),
    ("POST", f"{P1}/sharing"): ({STAFF}, {"shared": True}),
    ("POST", f"{P1}/withdrawal"): ({STAFF}, {}),
    ("PUT", f"{S1}/settings"): ({ADMIN}, {}),
    ("POST", "/v1/inbox/{inbox}"): ({HR}, [hr_event("StaffJoined", "t9")]),
}
TABLE: list[Row] = [
    *(("GET", path, frozenset(roles | {AUDITOR}), None) for path, roles in READS.items()),
    *((method, path, frozenset(roles), body) for (method, path), (roles, body) in COMMANDS.items()),
]


def filled(path: str, **ids: str) -> str:
    """A path of the table with the ids of a story in it."""
    topics = {"inbox": "hr.staff.v1", "topic": "cpd.reviews.v1"}
    return path.format(**topics | proofs.IDS | {"school": SCHOOL} | ids)
