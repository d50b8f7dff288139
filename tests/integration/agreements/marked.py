"""One person's whole life, told with marked words wherever a call, the inbox or an import takes text."""

from pathlib import Path
from typing import Any

from click.testing import CliRunner

from shared.cli import command_line
from tests.integration.agreements import story
from tests.integration.agreements.world import EXECUTIVE, FINANCE, HEAD, HR, PAYROLL, World, person

MARK = "Quokka"
MONEY = {"amount_pence": 100, "on": "2025-06-01", "reference": f"{MARK} money"}


class Marker:
    """Posts bodies whose texts are marked, each with a key, and remembers what was planted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.planted: list[str] = []

    def text(self, place: str) -> str:
        self.planted.append(f"{MARK} {place}")
        return self.planted[-1]

    def done(self, path: str, body: dict[str, Any], caller: Any) -> Any:
        key = "-".join((path, "key"))[-200:].replace("/", "-")
        return self.world.done(path, body, caller, key=f"{key}-{len(self.planted)}")


def everything_is_said(world: World, marker: Marker) -> dict[str, str]:
    """One person's whole life, told with marked text wherever a call takes text."""
    text, done = marker.text, marker.done
    joined = story.hr_event("StaffJoined", name=text("name"), role_category="teacher", payroll_number="9001")
    assert world.post("/v1/inbox/hr.staff.v1", [joined], HR, key="inbox-1").status_code == 202
    world.catch_up()
    agreement = done("/v1/agreements", story.draft(title=text("title")), HR)["id"]
    act = f"/v1/agreements/{agreement}"
    done(f"{act}/refusal", {"reason": text("refusal")}, person("t1"))
    lines = [{"category": "fee", "amount_pence": 240000}, {"category": "exam", "amount_pence": 1}]
    done(f"{act}/variation", {"cost_lines": lines, "reason": text("variation")}, HEAD)
    done(f"{act}/signature", story.SIGNATURE | {"document_ref": text("document")}, HEAD)
    done(f"{act}/start", {"started_on": "2024-09-03", "reason": text("start")}, HEAD)
    cost = {"category": "fee", "amount_pence": 100, "on": "2024-10-01"}
    done(f"{act}/costs", cost | {"reference": text("cost")}, FINANCE)
    done(f"{act}/refunds", cost | {"reference": text("refund")}, FINANCE)
    done(f"{act}/completion", {"completed_on": "2025-01-31", "reason": text("completion")}, HEAD)
    done(f"{act}/completion", {"completed_on": "2025-01-30", "reason": text("correction")}, HEAD)
    ended = {
        "training-withdrawal": {"withdrawn_on": "2024-12-01", "reason": text("left")},
        "training-cancellation": {"cancelled_on": "2024-12-01", "by": "provider", "reason": text("called off")},
        "cancellation": {"reason": text("cancelled")},
    }
    for ending, body in ended.items():
        other = done("/v1/agreements", story.draft(title=text(ending)), HR)["id"]
        done(f"/v1/agreements/{other}/{ending}", body, HEAD)
    resignations = "/v1/staff/t1/resignations"
    resignation = done(resignations, story.resignation(), HR)
    correction = story.resignation(last_day="2025-08-30", correction_reason=text("corrected"))
    assert world.put(f"{resignations}/{resignation['id']}", correction, HR).status_code == 200
    repayment = next(r["id"] for r in resignation["repayments"] if r["agreement_id"] == agreement)
    pay = f"/v1/repayments/{repayment}"
    done(f"{pay}/dispute", {"reason": text("dispute")}, person("t1"))
    done(f"{pay}/confirmation", {"reason": text("confirmation")}, HEAD)
    done(f"{pay}/requirement", {"reason": text("requirement")}, HEAD)
    done(f"{pay}/waiver", {"amount_pence": 100, "reason": text("waiver")}, EXECUTIVE)
    done(f"{pay}/write-off", {"amount_pence": 100, "reason": text("write-off")}, EXECUTIVE)
    done(f"{pay}/invoice", {"reference": text("invoice"), "due_on": "2025-07-01"}, FINANCE)
    done(f"{pay}/payments", MONEY | {"reference": text("payment")}, FINANCE)
    rejected = story.deduction(deduction_id="d0", outcome="rejected", taken_pence=0, reason=text("rejection"))
    done(f"{pay}/deductions", rejected, PAYROLL)
    taken = {"deduction_id": "d1", "outcome": "partly_taken", "taken_pence": 5, "reason": text("deduction")}
    event = story.payroll_event("DeductionTaken", repayment, **taken)
    assert world.post("/v1/inbox/payroll.deductions.v1", [event], PAYROLL, key="inbox-2").status_code == 202
    world.catch_up()
    done(f"{pay}/deductions/d1/reversal", {"reason": text("reversal")}, PAYROLL)
    withdrawal = {"withdrawn_on": "2025-06-01", "reason": text("withdrawal")}
    done(f"{resignations}/{resignation['id']}/withdrawal", withdrawal, HR)
    done(f"{pay}/refund-payments", MONEY | {"amount_pence": 100, "reference": text("refunded")}, PAYROLL)
    return {"agreement": agreement, "repayment": repayment, "resignation": resignation["id"]}


def files_are_imported(world: World, marker: Marker, tmp_path: Path) -> None:
    staff = {
        "staff_id": "t1",
        "employment_id": "e2",
        "school_urn": "136419",
        "on": "2021-09-01",
        "role_category": "teacher",
    }
    rows = {
        "staff": staff | {"name": marker.text("imported name")},
        "agreements": {
            "import_ref": "R1",
            "staff_id": "t1",
            "school_urn": "136419",
            "title": marker.text("imported title"),
            "activity_type": "course",
            "planned_start": "2024-01-08",
            "planned_end": "2024-07-01",
            "fee_pence": "1000",
            "signed_on": "2023-12-01",
            "deduction_consent": "true",
            "document_ref": marker.text("imported document"),
        },
    }
    for kind, row in rows.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
        result = CliRunner().invoke(command_line(), ["import", kind, str(path)])
        assert result.exit_code == 0, result.output
        path.unlink()


def poisoned(world: World, marker: Marker) -> None:
    """A message that can only be parked, with text in it."""
    nowhere = "00000000-0000-0000-0000-000000000000-a1-r1"
    event = story.payroll_event("DeductionTaken", nowhere, reason=marker.text("parked"))
    assert world.post("/v1/inbox/payroll.deductions.v1", [event], PAYROLL).status_code == 202
    world.catch_up()
    assert len(world.runtime.stores.poison.letters()) == 1
