"""What happens in the story, from joining to the refund, in the order in which the ledger learns it."""

from datetime import date, timedelta
from typing import Any

from services.agreements.demo import HEADTEACHER_ID, SCHOOL_URN
from services.agreements.story.client import Caller, Client
from services.agreements.story.telling import Teller
from shared.money import pounds

HR = Caller("HR", "hr_platform")
HEAD = Caller("The headteacher", "headteacher", HEADTEACHER_ID)
FINANCE = Caller("Finance", "finance")
PAYROLL = Caller("Payroll", "payroll")

FEE, EXAM = 1800_00, 240_00
BEGAN, PLANNED_END, REPORTED_END, TRUE_END, RESIGNED = 300, 110, 100, 130, 3
"""Days before today."""
PLOT_BEFORE, PLOT_AFTER = 60, 430


class Life:
    """One agreement of one new member of staff, on the days counted back from `today`."""

    def __init__(self, client: Client, teller: Teller, today: date) -> None:
        self._client = client
        self._teller = teller
        self._today = today
        self._staff_id = f"DEMO-{client.now():%Y%m%d%H%M%S%f}"
        self._person = Caller("Alex Morgan", "staff", self._staff_id)
        self._agreement = ""
        self._repayment = ""

    def play(self) -> None:
        """All of it. Raises ServiceAwayError, CallRefusedError."""
        self._joins()
        self._agrees()
        self._trains()
        self._resigns()
        self._repays()
        self._is_put_right()

    def _joins(self) -> None:
        self._teller.chapter("1. A new member of staff")
        joined = {"employment_id": "E1", "on": self._ago(900), "role_category": "teacher", "name": self._person.name}
        event = {
            "specversion": "1.0",
            "id": f"{self._staff_id}-joined",
            "source": "/demo/hr",
            "type": "hr.StaffJoined.v1",
            "data": joined | {"staff_id": self._staff_id, "school_urn": SCHOOL_URN, "payroll_number": "PN-DEMO"},
        }
        self._client.post(HR, "/v1/inbox/hr.staff.v1", [event])
        self._teller.act(HR.name, f"tells of {self._person.name}, a teacher, staff id {self._staff_id}.")

    def _agrees(self) -> None:
        self._teller.chapter("2. An agreement")
        draft = {
            "staff_id": self._staff_id,
            "school_urn": SCHOOL_URN,
            "title": "NPQ Leading Teacher Development",
            "activity_type": "award_bearing",
            "planned_start": self._ago(BEGAN),
            "planned_end": self._ago(PLANNED_END),
            "cost_lines": [{"category": "fee", "amount_pence": FEE}, {"category": "exam", "amount_pence": EXAM}],
        }
        agreement = self._client.post_once_known(HEAD, "/v1/agreements", draft)
        self._agreement = f"/v1/agreements/{agreement['id']}"
        self._teller.act(HEAD.name, f"drafts an agreement for {agreement['title']}, on the policy's terms.")
        self._teller.ledger_says(f"{agreement['status']}; {pounds(agreement['base_pence'])} could be repayable.")
        signature = {"signed_on": self._ago(BEGAN + 14), "deduction_consent": True}
        signed = self._client.post(self._person, f"{self._agreement}/signature", signature)
        self._teller.act(self._person.name, "signs, and consents to deductions from pay.")
        self._teller.ledger_says(f"{signed['status']}, version {signed['signature_version']}.")

    def _trains(self) -> None:
        self._teller.chapter("3. The training")
        self._client.post(HEAD, f"{self._agreement}/start", {"started_on": self._ago(BEGAN)})
        self._teller.act(HEAD.name, f"records the start on {self._ago(BEGAN)}.")
        for category, pence in (("fee", FEE), ("exam", EXAM)):
            cost = {"category": category, "amount_pence": pence, "on": self._ago(BEGAN - 10), "reference": "INV-1"}
            self._client.post(FINANCE, f"{self._agreement}/costs", cost)
        self._teller.act(FINANCE.name, f"records what was paid: {pounds(FEE)} and {pounds(EXAM)}.")
        self._client.post(HEAD, f"{self._agreement}/completion", {"completed_on": self._ago(REPORTED_END)})
        self._teller.act(HEAD.name, f"records completion on {self._ago(REPORTED_END)}.")
        spans = self._client.get(HEAD, f"{self._agreement}/schedule")
        self._teller.schedule(spans)
        self._teller.plot(spans, self._day(BEGAN + PLOT_BEFORE), self._day(REPORTED_END - PLOT_AFTER))

    def _resigns(self) -> None:
        self._teller.chapter("4. A resignation")
        last_day = (self._today + timedelta(days=40)).isoformat()
        resignation = self._client.post(
            HR,
            f"/v1/staff/{self._staff_id}/resignations",
            {
                "notified_on": self._ago(RESIGNED),
                "last_day": last_day,
                "reason": "resignation",
                "school_urn": SCHOOL_URN,
            },
        )
        (owed,) = resignation["repayments"]
        self._repayment = f"/v1/repayments/{owed['id']}"
        self._teller.act(HR.name, f"records that {self._person.name} resigned on {self._ago(RESIGNED)}.")
        self._teller.ledger_says(f"{pounds(owed['amount_pence'])} to repay ({owed['rule']}), {owed['status']}.")

    def _repays(self) -> None:
        self._teller.chapter("5. The school uses its right")
        asked = {"reason": "Policy section 4: the school asks for its costs back"}
        required = self._client.post(HEAD, f"{self._repayment}/requirement", asked)
        self._teller.act(HEAD.name, "requires the repayment.")
        self._teller.ledger_says(f"{required['status']} to payroll, revision {required['revision']}.")
        deduction = {
            "deduction_id": f"{self._staff_id}-1",
            "revision": required["revision"],
            "pay_period": f"{self._today:%Y-%m}",
            "taken_pence": required["balance_pence"],
            "outcome": "taken",
        }
        self._client.post(PAYROLL, f"{self._repayment}/deductions", deduction)
        self._teller.act(PAYROLL.name, f"takes {pounds(required['balance_pence'])} from the last pay.")
        self._show_balance()

    def _is_put_right(self) -> None:
        self._teller.chapter("6. A correction")
        before = self._client.now()
        certificate = {"completed_on": self._ago(TRUE_END), "reason": "The certificate shows an earlier date"}
        self._client.post(HEAD, f"{self._agreement}/completion", certificate)
        self._teller.act(HEAD.name, f"corrects the completion to {self._ago(TRUE_END)}: another month was served.")
        due = self._show_balance()["refund_due_pence"]
        payment = {"amount_pence": due, "on": self._today.isoformat(), "reference": "BACS DEMO"}
        self._client.post(PAYROLL, f"{self._repayment}/refund-payments", payment)
        self._teller.act(PAYROLL.name, f"pays {pounds(due)} back.")
        self._show_balance()
        then = self._client.get(HEAD, self._repayment, known_at=before.isoformat())
        known = f"{pounds(then['amount_pence'])} owed, {pounds(then['taken_total_pence'])} taken"
        self._teller.ledger_says(f"asked what it knew before the correction, it still answers: {known}.")
        self._teller.ledger_says(f"the whole history: cpd history --staff {self._staff_id}")

    def _show_balance(self) -> Any:
        now = self._client.get(HEAD, self._repayment)
        figures = (("owed", "amount"), ("taken", "taken_total"), ("refunded", "refunded"), ("balance", "balance"))
        told = ", ".join(f"{word} {pounds(now[f'{name}_pence'])}" for word, name in figures)
        refund = f", refund due {pounds(now['refund_due_pence'])}" if now["refund_due_pence"] else ""
        self._teller.ledger_says(f"{told}{refund}: {now['status']}.")
        return now

    def _day(self, days_ago: int) -> date:
        return self._today - timedelta(days=days_ago)

    def _ago(self, days: int) -> str:
        return self._day(days).isoformat()
