"""The commands of the requests service on a log, without HTTP: who does what on which day."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.requests.application import FACTS, Requests
from services.requests.domain import asking, judging
from services.requests.domain.criteria import CRITERIA, CURRENT
from services.requests.domain.shares import CostLine
from shared.eventstore.fact import Act
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger
from shared.eventstore.sealing import Sealer
from shared.hr import StaffMessage

NOW = datetime(2025, 6, 2, 10, tzinfo=UTC)
YEAR, TEACHER = "2025-26", "t1"
SCORES = dict.fromkeys(CRITERIA[CURRENT], 2)


def a_sealer() -> Sealer:
    """Keys in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    keys = KeyStore(engine)
    keys.create_tables()
    return Sealer(keys)


def opened(database: str, sealer: Sealer, *, create_tables: bool = True) -> Requests:
    return Requests(Ledger(database, FACTS, sealer, create_tables=create_tables))


def call(role: str = "headteacher", staff_id: str | None = None, reason: str = "r", **act: Any) -> Call:
    by = {"actor": staff_id or role, "role": role, "staff_id": staff_id, "reason": reason, "correlation_id": "c"}
    return Call(act=Act(**{"recorded_at": NOW} | by | act))


def joins(requests: Requests, school_urn: str, staff_id: str = TEACHER) -> None:
    requests.know_school(call("hr_platform"), school_urn)
    said = StaffMessage(staff_id=staff_id, employment_id="e1", school_urn=school_urn, on=date(2020, 9, 1))
    requests.on_person(call("hr_platform"), staff_id, lambda one: one.describe(said))


def asked(requests: Requests, school_urn: str, pence: int, staff_id: str = TEACHER, **changes: Any) -> str:
    """A request with every criterion scored."""
    fields: dict[str, Any] = {
        "title": "A course",
        "activity_type": "course",
        "origin": "directed",
        "purposes": [],
        "need_source": "appraisal",
        "priority_ids": [],
        "priority_exception": "None fits",
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2025, 9, 1),
        "cost_lines": [CostLine(category="fee", amount_pence=pence)],
        "benefit": "Better lessons",
    }
    request_id = str(uuid4())
    whose = {"staff_id": staff_id, "school_urn": school_urn}
    requests.at_desk(call("staff", staff_id), asking.ask, request_id, **whose, **fields | changes)
    requests.on_request(call(), request_id, judging.assess, scores=SCORES)
    return request_id


def allocate(requests: Requests, school_urn: str, pence: int) -> None:
    requests.on_budget(call("finance"), school_urn, YEAR, lambda budget: budget.allocate(pence))


def approve(requests: Requests, request_id: str) -> None:
    requests.on_request(call(), request_id, judging.approve, funding="full")
