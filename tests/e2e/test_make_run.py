"""What `make run` starts, from the outside: one agreement's life up to payroll, a second start, a clean end."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.dates import add_months, london_day
from shared.service import services
from shared.web.roles import Role
from tests.e2e.product import CPD, ROOT, Product, environment, running
from tests.processes import eventually, until_gone

pytestmark = pytest.mark.slow

TODAY = london_day(datetime.now(UTC))
ENDED_ON = add_months(TODAY, -3) - timedelta(days=1)
STARTED_ON = add_months(ENDED_ON, -4)
CONSUMER, LEDGER = (str(ROOT / "examples" / "payroll" / name) for name in ("consumer.py", "ledger.py"))
SCHOOL = "900101"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product as a newcomer has it, with the demonstration trust."""
    with running(tmp_path_factory.mktemp("newcomer") / "home") as product:
        yield product


def day(of: date) -> str:
    return of.isoformat()


def signs_trains_and_leaves(product: Product, staff_id: str) -> Any:
    """Somebody new, who owes nine twelfths of £2,400.00: the repayment, once it was required."""
    joined = {
        "specversion": "1.0",
        "id": f"joined-{staff_id}",
        "source": "/hr",
        "type": "hr.StaffJoined.v1",
        "data": {
            "staff_id": staff_id,
            "employment_id": "e1",
            "school_urn": SCHOOL,
            "on": "2020-09-01",
            "payroll_number": "77",
        },
    }
    product.post("/v1/inbox/hr.staff.v1", [joined], "hr_platform")
    eventually(lambda: product.get(f"/v1/events?staff_id={staff_id}")["items"])
    draft = {
        "staff_id": staff_id,
        "school_urn": SCHOOL,
        "title": "NPQ",
        "activity_type": "course",
        "planned_start": day(STARTED_ON),
        "planned_end": day(ENDED_ON),
        "cost_lines": [{"category": "fee", "amount_pence": 240000}],
    }
    act = f"/v1/agreements/{product.post('/v1/agreements', draft, 'headteacher')['id']}"
    signature = {"signed_on": day(STARTED_ON - timedelta(days=1)), "deduction_consent": True}
    product.post(f"{act}/signature", signature, "staff", staff_id)
    product.post(f"{act}/completion", {"completed_on": day(ENDED_ON)}, "headteacher")
    resignation = {
        "notified_on": day(TODAY),
        "last_day": day(TODAY + timedelta(days=60)),
        "reason": "resignation",
        "school_urn": SCHOOL,
    }
    left = product.post(f"/v1/staff/{staff_id}/resignations", resignation, "hr_platform")
    (owed,) = left["repayments"]
    assert owed["amount_pence"] == 180000
    if owed["status"] == "assessed":
        return product.post(f"/v1/repayments/{owed['id']}/requirement", {"reason": "policy"}, "headteacher")
    return product.get(f"/v1/repayments/{owed['id']}")


def payroll(product: Product, script: str, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, script, *arguments],
        env=product.env | {"CPD_PAYROLL_URL": product.url, "CPD_PAYROLL_TOKEN": product.token("payroll")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ran.stdout


def test_it_says_where_it_is_who_may_and_what_to_try(product: Product) -> None:
    assert f"agreements is ready at {product.url} (documentation: {product.url}/docs)" in product.said
    for role in Role:
        assert f"  {role}: ey" in product.said
    for command in ("cpd demo", "cpd liability", "cpd history", "curl -H"):
        assert command in product.said


def test_the_demonstration_trust_is_in_it(product: Product) -> None:
    assert len(product.get("/v1/agreements?limit=200")["items"]) == 25
    assert len(product.get("/v1/trust/liability")["schools"]) == 3
    people = product.get("/v1/events?type=StaffJoined&limit=200")["items"]
    assert len({event["staff_id"] for event in people}) == 40


def test_a_resignation_reaches_payroll_and_both_ledgers_agree(product: Product, tmp_path: Path) -> None:
    product.call("PUT", f"/v1/schools/{SCHOOL}/settings", "trust_admin", {"name": "Ashgrove", "auto_require": False})
    repayment = signs_trains_and_leaves(product, "e2e-1")
    assert (repayment["status"], repayment["amount_pence"]) == ("sent", 180000)
    kept = str(tmp_path / "payroll.sqlite")
    eventually(lambda: repayment["id"] in json.dumps(product.get("/v1/feed/cpd.repayments.v1?limit=200", "payroll")))
    printed = payroll(product, CONSUMER, "--ledger", kept, "--deduct", "all", "--once")
    assert f"{repayment['id']}/1" in printed
    ledger = json.loads(payroll(product, LEDGER, "--ledger", kept, "--json"))["repayments"]
    assert ledger[repayment["id"]]["status"] == "settled"
    eventually(lambda: repayments(product)[repayment["id"]]["status"] == "settled")
    served = repayments(product)
    assert set(ledger) == {one["id"] for one in served.values() if one["revision"]}
    for name, ours in ledger.items():
        theirs = served[name]
        assert (ours["revision"], ours["refund_due_pence"]) == (theirs["revision"], theirs["refund_due_pence"])
        assert ours["taken_pence"] == theirs["taken_total_pence"]
        assert ours["outstanding_pence"] == theirs["balance_pence"]


def repayments(product: Product) -> dict[str, Any]:
    return {one["id"]: one for one in product.get("/v1/repayments?limit=200", "payroll")["items"]}


def test_a_completed_training_is_evaluated_kept_and_reminded_of(product: Product) -> None:
    def call(method: str, path: str, role: str, body: Any = None, staff_id: str = "") -> Any:
        return product.call(method, path, role, body, staff_id=staff_id, service="reviews")

    staff_id = "evaluates"
    signs_trains_and_leaves(product, staff_id)
    mine = f"/v1/evaluations?staff_id={staff_id}"
    (evaluation,) = eventually(lambda: call("GET", mine, "auditor")["items"])
    assert (evaluation["completed_on"], evaluation["status"]) == (day(ENDED_ON), "overdue")
    said = {
        "stage": "reaction_learning",
        "reaction": 3,
        "benefits": {"staff_confidence": 2},
        "reflection": "Well worth it",
    }
    call("POST", f"/v1/evaluations/{evaluation['id']}/submission", "staff", said, staff_id)
    (item,) = call("GET", f"/v1/staff/{staff_id}/portfolio", "staff", staff_id=staff_id)["items"]
    assert item["said"][0]["reflection"] == "Well worth it"

    def reminded() -> set[str]:
        found = call("GET", "/v1/events?limit=200&type=EvaluationOverdue", "hr_platform")["items"]
        return {each["data"]["stage"] for each in found if each["staff_id"] == staff_id}

    assert "use" in eventually(reminded)


def test_cpd_tells_what_happened_and_what_is_owed(product: Product) -> None:
    story = product.cpd("history", "--staff", "S031")
    assert (story.returncode, "AgreementSigned" in story.stdout or "signed" in story.stdout.lower()) == (0, True)
    agreement = product.get("/v1/agreements?staff_id=S031")["items"][0]
    served = product.get(f"/v1/agreements/{agreement['id']}/liability")
    told = product.cpd("liability", agreement["id"])
    assert told.returncode == 0
    assert f"£{served['amount_pence'] / 100:,.2f}" in told.stdout
    then = product.cpd("liability", "--staff", "S031", "--on", "2024-01-01", "--known-at", "2100-01-01T00:00:00Z")
    assert then.returncode == 0
    assert product.cpd("liability", "--trust").returncode == 0
    unknown = product.cpd("history", "--staff", "nobody")
    assert (unknown.returncode, "nothing is known of nobody" in unknown.stderr) == (1, True)


def test_a_token_stands_alone_on_its_last_line(product: Product) -> None:
    last = product.cpd("token", "--role", "finance", "--school", SCHOOL).stdout.splitlines()[-1]
    assert last.count(".") == 2
    assert " " not in last
    assert product.cpd("token", "--role", "king").returncode != 0


def test_replay_finds_the_views_as_the_log_says_and_sees_a_row_that_was_altered(product: Product) -> None:
    clean = product.cpd("replay", "--check")
    assert clean.returncode == 0, clean.stdout
    assert [line.partition(":")[0] for line in clean.stdout.splitlines()] == [each.name for each in services()]
    with closing(sqlite3.connect(product.home / "agreements" / "views.sqlite")) as views:
        row, status = views.execute("SELECT rowid, status FROM agreements LIMIT 1").fetchone()
        views.execute("UPDATE agreements SET status = 'forged' WHERE rowid = ?", (row,))
        views.commit()
        found = product.cpd("replay", "--check")
        views.execute("UPDATE agreements SET status = ? WHERE rowid = ?", (status, row))
        views.commit()
    assert (found.returncode, "forged" in found.stdout) == (1, True)
    assert product.cpd("replay", "--check").returncode == 0


def test_it_starts_empty_ends_at_ctrl_c_and_keeps_its_data_for_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home, CPD_DEMO="0") as first:
        assert first.get("/v1/agreements")["items"] == []
        assert first.get("/v1/events")["items"] == []
        repayment = signs_trains_and_leaves(first, "e2e-2")
        there = first.press_ctrl_c()
        assert len(there) >= 5
        until_gone(there)
        assert first.process.returncode == 0
    with running(home) as second:
        assert second.get(f"/v1/repayments/{repayment['id']}") == repayment
        assert len(second.get("/v1/agreements")["items"]) == 1


@pytest.mark.parametrize(
    "command", [["run"], ["web", "agreements"], ["worker", "agreements"], ["token", "--role", "staff"]]
)
def test_outside_local_mode_nothing_starts_without_issuer_audience_and_keys(tmp_path: Path, command: list[str]) -> None:
    refused = subprocess.run(
        [CPD, *command],
        env=environment(tmp_path / "home", CPD_MODE="production", CPD_JWT_ISSUER="https://id.example"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert refused.returncode != 0
    assert "CPD_JWT_AUDIENCE, CPD_JWKS must be set" in refused.stderr
    assert "Traceback" not in refused.stderr
