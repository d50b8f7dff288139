"""The commands of one person's life: employed, an agreement, trained, resigned, required, corrected, let go."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from services.agreements.domain.staff_member import stream_of
from tests.faults.client import Command

COMMANDS = 8
COMPLETED_DAYS_AGO, RESIGNED_DAYS_AGO, LAST_DAY_IN = 150, 20, 40


def life(number: int, today: date) -> Iterator[Command]:
    """Eight commands, each to be given once the one before was answered."""
    commands = Life(number, today)
    yield commands.employed()
    yield commands.drafted()
    yield commands.signed()
    yield commands.completed()
    yield commands.resigned_by_message() if number % 2 else commands.resigned()
    yield commands.required(6)
    yield commands.completion_corrected()
    yield [
        commands.waived,
        commands.paid,
        commands.refunded,
        commands.resignation_withdrawn,
        lambda: commands.required(8),
    ][number % 5]()


class Life:
    """What is said of one person."""

    def __init__(self, number: int, today: date) -> None:
        self.number = number
        self.today = today
        self.staff_id = f"P{number:04d}"
        self.school_urn = f"{100001 + number % 3}"
        self.stream = stream_of(self.staff_id)
        self.agreement = f"/v1/agreements/{self.stream}-a1"
        self.repayment = f"/v1/repayments/{self.stream}-a1-r1"
        self.resignations = f"/v1/staff/{self.staff_id}/resignations"
        self.resignation = f"{self.resignations}/{self.stream}-e1"

    def ago(self, days: int) -> str:
        return (self.today - timedelta(days=days)).isoformat()

    def command(self, step: int, role: str, path: str, body: Any, fact: str, **more: bool) -> Command:
        return Command(f"{self.staff_id}-{step}", role, path, body, fact, **more)

    def from_hr(self, step: int, kind: str, fact: str, **data: Any) -> Command:
        whose = {"staff_id": self.staff_id, "employment_id": f"E{self.number}", "school_urn": self.school_urn}
        key = f"{self.staff_id}-{step}"
        event = {"specversion": "1.0", "id": key, "source": "/hr", "type": f"hr.{kind}.v1", "data": whose | data}
        return self.command(step, "hr_platform", "/v1/inbox/hr.staff.v1", [event], fact)

    def employed(self) -> Command:
        described = {"payroll_number": f"N{self.number}", "role_category": "teacher", "name": "Someone"}
        return self.from_hr(1, "StaffJoined", "StaffJoined", on="2020-09-01", **described)

    def drafted(self) -> Command:
        body = {
            "staff_id": self.staff_id,
            "school_urn": self.school_urn,
            "title": "A course",
            "activity_type": "course",
            "planned_start": self.ago(300),
            "planned_end": self.ago(140),
            "cost_lines": [{"category": "fee", "amount_pence": 100000 + 997 * self.number}],
        }
        return self.command(2, "headteacher", "/v1/agreements", body, "AgreementDrafted", awaits=True)

    def signed(self) -> Command:
        body = {"signed_on": self.ago(310), "deduction_consent": True, "document_ref": "scan"}
        return self.command(3, "hr_platform", f"{self.agreement}/signature", body, "AgreementSigned")

    def completed(self, days_ago: int = COMPLETED_DAYS_AGO) -> Command:
        body = {"completed_on": self.ago(days_ago)}
        return self.command(4, "headteacher", f"{self.agreement}/completion", body, "TrainingCompleted")

    def resigned(self, last_day_in: int = LAST_DAY_IN) -> Command:
        return self.command(5, "hr_platform", self.resignations, self._leaving(last_day_in), "StaffResigned")

    def resignation_corrected(self) -> Command:
        body = self._leaving(LAST_DAY_IN + 30) | {"correction_reason": "a slip"}
        return self.command(6, "hr_platform", self.resignation, body, "ResignationCorrected")._replace(method="PUT")

    def resigned_by_message(self) -> Command:
        said = {"on": self.ago(RESIGNED_DAYS_AGO)} | self._leaving(LAST_DAY_IN)
        return self.from_hr(5, "ResignationReceived", "StaffResigned", **said)

    def _leaving(self, last_day_in: int) -> dict[str, str]:
        days = {"notified_on": self.ago(RESIGNED_DAYS_AGO), "last_day": self.ago(-last_day_in)}
        return days | {"reason": "resignation", "school_urn": self.school_urn}

    def required(self, step: int) -> Command:
        body, more = {"reason": "as agreed"}, {"awaits": step == 6, "may_be_late": step != 6}
        return self.command(step, "headteacher", f"{self.repayment}/requirement", body, "RepaymentRequired", **more)

    def completion_corrected(self, days_ago: int | None = None, step: int = 7) -> Command:
        """Usually earlier by two months (less is owed) or later by two (more is)."""
        usual = COMPLETED_DAYS_AGO + (61 if self.number % 3 else -61)
        body = {"completed_on": self.ago(usual if days_ago is None else days_ago), "reason": "a slip"}
        return self.command(step, "headteacher", f"{self.agreement}/completion", body, "CompletionCorrected")

    def waived(self, pence: int = 1000) -> Command:
        body = {"amount_pence": pence, "reason": "kindness"}
        return self.command(8, "trust_executive", f"{self.repayment}/waiver", body, "RepaymentWaived", may_be_late=True)

    def deducted(self, pence: int) -> Command:
        body = {"deduction_id": "D1", "revision": 1, "pay_period": self.today.isoformat()[:7]}
        body |= {"taken_pence": pence, "outcome": "partly_taken"}
        return self.command(9, "payroll", f"{self.repayment}/deductions", body, "DeductionTaken")

    def paid(self) -> Command:
        body = {"amount_pence": 500, "on": self.ago(1), "reference": "BACS"}
        return self.command(8, "finance", f"{self.repayment}/payments", body, "PaymentReceived")

    def refunded(self) -> Command:
        body = {"category": "fee", "amount_pence": 20000, "on": self.ago(30), "reference": "credit note"}
        return self.command(8, "finance", f"{self.agreement}/refunds", body, "CostRefunded")

    def resignation_withdrawn(self) -> Command:
        body = {"withdrawn_on": self.ago(2), "reason": "stays"}
        return self.command(8, "hr_platform", f"{self.resignation}/withdrawal", body, "ResignationWithdrawn")
