"""The requests service's endpoints and the roles that each admits, as the contract has them."""

from shared.web.roles import Role
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import SCHOOL
from tests.integration.audit import table as proofs
from tests.integration.matrix import Row
from tests.integration.requests import story

STAFF, HEAD, FINANCE, HR, EXECUTIVE, ADMIN = (
    "staff",
    "headteacher",
    "finance",
    "hr_platform",
    "trust_executive",
    "trust_admin",
)
LEADER, SLT, QUALITY, MANAGER, GOVERNOR, AUDITOR = (
    "subject_leader",
    "slt",
    "quality_assurance",
    "line_manager",
    "governor",
    "auditor",
)
PLANNERS = {LEADER, SLT, QUALITY, HEAD}
ASKERS = {STAFF, HEAD, HR}
DECIDERS = {SLT, HEAD, GOVERNOR, EXECUTIVE}
READERS = PLANNERS | {STAFF, MANAGER, GOVERNOR, EXECUTIVE, HR}
MONEY = {GOVERNOR, SLT, HEAD, FINANCE, EXECUTIVE}
PROGRAMME_READERS = PLANNERS | MONEY | {STAFF, MANAGER}

R, P, N, SA = "/v1/requests", "/v1/priorities", "/v1/needs", "/v1/service-agreements"
R1, P1, N1, SA1 = f"{R}/{{request}}", f"{P}/{{priority}}", f"{N}/{{need}}", f"{SA}/{{service_agreement}}"
M, M1 = "/v1/minutes", "/v1/minutes/{minute}"
G, G1 = "/v1/programmes", "/v1/programmes/{school}/{year}"
B1, S1 = "/v1/budgets/{school}/{year}", "/v1/schools/{school}"
REASON = {"reason": "r"}
PAYMENT = {"amount_pence": 100, "on": "2025-06-01", "reference": "x"}
COST = {"category": "fee", "amount_pence": 100, "on": "2025-06-01", "reference": "x"}
NEED = {"school_urn": SCHOOL, "staff_id": story.TEACHER, "title": "Phonics", "source": "appraisal", "rank": 1}
PRIORITY = {"school_urn": SCHOOL, "plan_year": story.YEAR, "title": "Writing"}

ITEM = {"title": "INSET: behaviour", "starts_on": "2025-09-01", "ends_on": "2025-09-01", "estimated_pence": 90000}
PROGRAMME = {"items": [ITEM], "reason": "The inspector came"}
SAID = {"met_on": "2025-05-20", "minute_ref": "FGB 20 May 2025, item 7", "reported": ["budget", "access"]}
MINUTE = SAID | {"school_urn": SCHOOL}
WORKFORCE = {
    "on": "2025-06-01",
    "counts": [
        {"characteristic": "disability", "group": "no", "people": 30, "participants": 10},
        {"characteristic": "disability", "group": "yes", "people": 3},
    ],
}
PLACES = {
    "school_urn": SCHOOL,
    "provider": "A college",
    "title": "Places",
    "unit": "places",
    "quantity": 5,
    "price_pence": 1000,
    "valid_from": "2025-06-02",
    "valid_to": "2026-05-31",
    "reason": "Cheaper than one by one",
}

READS = {
    R: READERS,
    R1: READERS,
    f"{R1}/standing": READERS,
    P: PLANNERS | {STAFF, MANAGER, GOVERNOR},
    P1: PLANNERS | {STAFF, MANAGER, GOVERNOR},
    N: PLANNERS | {STAFF},
    N1: PLANNERS | {STAFF},
    B1: MONEY,
    f"{S1}/settings": {ADMIN},
    f"{S1}/workforce/{{year}}": {HR},
    f"{S1}/arrangements": {str(role) for role in Role},
    "/v1/statistics/access?school_urn={school}&academic_year={year}": MONEY,
    G: PROGRAMME_READERS,
    G1: PROGRAMME_READERS,
    M: MONEY | {QUALITY},
    M1: MONEY | {QUALITY},
    SA: PLANNERS | MONEY | {STAFF},
    SA1: PLANNERS | MONEY | {STAFF},
    "/v1/ratings": {STAFF, HEAD, QUALITY},
    "/v1/statistics/providers?school_urn={school}": MONEY | {QUALITY, LEADER},
    "/v1/statistics/without-participation?school_urn={school}": {HEAD, SLT, QUALITY},
    "/v1/reports/access?school_urn={school}": MONEY,
    "/v1/reports/budget?school_urn={school}": MONEY,
    "/v1/reports/priorities?school_urn={school}": MONEY,
    "/v1/events": {STAFF, HEAD, FINANCE, HR, EXECUTIVE},
    "/v1/feed/{requests_topic}": {HR},
    **proofs.READS,
}
WHOLE = {name: value for name, value in story.body("x").items() if name not in ("staff_id", "school_urn")}
COMMANDS = {
    ("POST", R): (ASKERS, story.body("00000000-0000-0000-0000-000000000000")),
    ("PUT", R1): (ASKERS, WHOLE),
    ("POST", f"{R1}/submission"): (ASKERS, {}),
    ("POST", f"{R1}/assessment"): (PLANNERS, story.scores()),
    ("POST", f"{R1}/recommendation"): ({LEADER, MANAGER}, REASON),
    ("POST", f"{R1}/approval"): (DECIDERS, story.APPROVAL),
    ("POST", f"{R1}/decline"): (DECIDERS, REASON),
    ("POST", f"{R1}/deferral"): (DECIDERS, REASON),
    ("POST", f"{R1}/resubmission"): (ASKERS, REASON),
    ("POST", f"{R1}/withdrawal"): (ASKERS, REASON),
    ("POST", f"{R1}/appeal"): (ASKERS, REASON),
    ("POST", f"{R1}/completion"): (ASKERS | {LEADER, SLT}, {"completed_on": "2025-06-01"}),
    ("POST", f"{R1}/costs"): ({FINANCE}, COST),
    ("POST", f"{R1}/refunds"): ({FINANCE}, COST),
    ("POST", f"{R1}/rating"): ({STAFF}, {"rating": 2}),
    ("PUT", G1): (PLANNERS, PROGRAMME),
    ("POST", f"{G1}/adoption"): ({HEAD}, {}),
    ("POST", f"{G1}/closure"): ({HEAD}, REASON),
    ("POST", M): ({GOVERNOR, HEAD}, MINUTE),
    ("PUT", M1): ({GOVERNOR, HEAD}, SAID | REASON),
    ("POST", SA): (DECIDERS, PLACES),
    ("POST", f"{SA1}/costs"): ({FINANCE}, PAYMENT),
    ("POST", f"{SA1}/refunds"): ({FINANCE}, PAYMENT),
    ("POST", f"{SA1}/closure"): (DECIDERS | {FINANCE}, REASON),
    ("POST", P): (PLANNERS, PRIORITY),
    ("PUT", P1): (PLANNERS, {"title": "Writing"}),
    ("POST", f"{P1}/retirement"): (PLANNERS, {}),
    ("POST", N): (PLANNERS | {STAFF}, NEED),
    ("PUT", B1): ({FINANCE}, {"allocated_pence": 100}),
    ("POST", f"{B1}/virement"): ({EXECUTIVE}, REASON | {"to_urn": SCHOOL, "amount_pence": 1}),
    ("POST", f"{B1}/carry-over"): ({FINANCE, EXECUTIVE}, REASON | {"amount_pence": 1}),
    ("PUT", f"{S1}/workforce/{{year}}"): ({HR}, WORKFORCE),
    ("PUT", f"{S1}/settings"): ({ADMIN}, {"name": "Ashgrove"}),
    ("POST", "/v1/inbox/{hr_topic}"): ({HR}, [hr_event("StaffJoined")]),
}
TABLE: list[Row] = [
    *(("GET", path, frozenset(roles | {AUDITOR}), None) for path, roles in READS.items()),
    *((method, path, frozenset(roles), body) for (method, path), (roles, body) in COMMANDS.items()),
]


def filled(path: str, **ids: str) -> str:
    """A path of the table with the ids of a story in it."""
    topics = {"hr_topic": "hr.staff.v1", "requests_topic": "cpd.requests.v1"}
    return path.format(**topics | proofs.IDS | {"school": SCHOOL, "year": story.YEAR} | ids)
