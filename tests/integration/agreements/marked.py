"""One person's whole life, told with marked words wherever a call, the inbox or an import takes text."""

import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from shared.cli import command_line
from tests.integration.agreements import story
from tests.integration.agreements.world import EXECUTIVE, FINANCE, HEAD, HR, PAYROLL, World, person

MARK = "Quokka"
MONEY = {"amount_pence": 100, "on": "2025-06-01"}


class Marker:
    """Posts bodies whose texts are marked, each with a key, and remembers what was planted, and in which fields."""

    def __init__(self, world: World, mark: str = MARK, staff_id: str = story.TEACHER) -> None:
        self.world = world
        self.mark = mark
        self.staff_id = staff_id
        self.planted: list[str] = []
        self.fields: set[str] = set()
        """`POST /v1/agreements title`; of a message `hr.StaffJoined.v1 name`; of an import `staff name`."""

    def text(self, place: str) -> str:
        self.planted.append(f"{self.mark} {place}")
        return self.planted[-1]

    def done(self, path: str, body: dict[str, Any], caller: Any) -> Any:
        key = "-".join((path, self.staff_id))[-200:].replace("/", "-")
        self.note(self._call("POST", path), body)
        return self.world.done(path, body, caller, key=f"{key}-{len(self.planted)}")

    def put(self, path: str, body: dict[str, Any], caller: Any) -> Any:
        self.note(self._call("PUT", path), body)
        answer = self.world.put(path, body, caller)
        assert answer.status_code == 200, answer.text
        return answer.json

    def told(self, topic: str, event: dict[str, Any], caller: Any) -> None:
        """Put a message in the inbox."""
        self.note(event["type"], event["data"])
        answer = self.world.post(
            f"/v1/inbox/{topic}", [event], caller, key=f"inbox-{self.staff_id}-{len(self.planted)}"
        )
        assert answer.status_code == 202, answer.text
        self.world.catch_up()

    def note(self, where: str, value: Any, place: str = "") -> None:
        """Remember the fields that hold marked text."""
        if isinstance(value, dict):
            for name, each in value.items():
                self.note(where, each, f"{place}.{name}" if place else name)
        elif isinstance(value, list):
            for each in value:
                self.note(where, each, place)
        elif isinstance(value, str) and self.mark in value:
            self.fields.add(f"{where} {place}")

    def _call(self, method: str, path: str) -> str:
        rule, _ = self.world.app.url_map.bind("").match(path, method, return_rule=True)
        documented = re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule)
        return f"{method} {documented}"


def everything_is_said(world: World, marker: Marker) -> dict[str, str]:
    """One person's whole life, told with marked text wherever a call takes text."""
    text, done, who = marker.text, marker.done, marker.staff_id
    described = {"role_category": "teacher", "payroll_number": f"9001-{who}"}
    marker.told("hr.staff.v1", story.hr_event("StaffJoined", who, name=text("name"), **described), HR)
    agreement = done("/v1/agreements", story.draft(who, title=text("title")), HR)["id"]
    act = f"/v1/agreements/{agreement}"
    done(f"{act}/refusal", {"reason": text("refusal")}, person(who))
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
        other = done("/v1/agreements", story.draft(who, title=text(ending)), HR)["id"]
        done(f"/v1/agreements/{other}/{ending}", body, HEAD)
    resignations = f"/v1/staff/{who}/resignations"
    resignation = done(resignations, story.resignation(), HR)
    correction = story.resignation(last_day="2025-08-30", correction_reason=text("corrected"))
    marker.put(f"{resignations}/{resignation['id']}", correction, HR)
    repayment = next(r["id"] for r in resignation["repayments"] if r["agreement_id"] == agreement)
    pay = f"/v1/repayments/{repayment}"
    done(f"{pay}/dispute", {"reason": text("dispute")}, person(who))
    done(f"{pay}/confirmation", {"reason": text("confirmation")}, HEAD)
    done(f"{pay}/requirement", {"reason": text("requirement")}, HEAD)
    done(f"{pay}/waiver", {"amount_pence": 100, "reason": text("waiver")}, EXECUTIVE)
    done(f"{pay}/write-off", {"amount_pence": 100, "reason": text("write-off")}, EXECUTIVE)
    done(f"{pay}/invoice", {"reference": text("invoice"), "due_on": "2025-07-01"}, FINANCE)
    done(f"{pay}/payments", MONEY | {"reference": text("payment")}, FINANCE)
    rejected = story.deduction(deduction_id="d0", outcome="rejected", taken_pence=0, reason=text("rejection"))
    done(f"{pay}/deductions", rejected, PAYROLL)
    taken = {"deduction_id": "d1", "outcome": "partly_taken", "taken_pence": 5, "reason": text("deduction")}
    marker.told("payroll.deductions.v1", story.payroll_event("DeductionTaken", repayment, who, **taken), PAYROLL)
    done(f"{pay}/deductions/d1/reversal", {"reason": text("reversal")}, PAYROLL)
    withdrawal = {"withdrawn_on": "2025-06-01", "reason": text("withdrawal")}
    done(f"{resignations}/{resignation['id']}/withdrawal", withdrawal, HR)
    done(f"{pay}/refund-payments", MONEY | {"amount_pence": 100, "reference": text("refunded")}, PAYROLL)
    return {"agreement": agreement, "repayment": repayment, "resignation": resignation["id"]}


def files_are_imported(world: World, marker: Marker, tmp_path: Path) -> None:
    staff = {
        "staff_id": marker.staff_id,
        "employment_id": "e2",
        "school_urn": "136419",
        "on": "2021-09-01",
        "role_category": "teacher",
    }
    rows = {
        "staff": staff | {"name": marker.text("imported name")},
        "agreements": {
            "import_ref": f"R1-{marker.staff_id}",
            "staff_id": marker.staff_id,
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
        marker.note(kind, row)
        path = tmp_path / f"{kind}.csv"
        path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
        result = CliRunner().invoke(command_line(), ["import", kind, str(path)])
        assert result.exit_code == 0, result.output
        path.unlink()


def poisoned(world: World, marker: Marker) -> None:
    """A message that can only be parked, with text in it."""
    nowhere = "00000000-0000-0000-0000-000000000000-a1-r1"
    parked = len(world.runtime.stores.poison.letters())
    event = story.payroll_event("DeductionTaken", nowhere, marker.staff_id, reason=marker.text("parked"))
    marker.told("payroll.deductions.v1", event, PAYROLL)
    assert len(world.runtime.stores.poison.letters()) == parked + 1
