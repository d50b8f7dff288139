"""What can happen to a member of staff, in the words of the domain; every field has a usual value.

The usual story: employed since 2020, an agreement over £2,400.00 signed with consent the day before a training that
runs from 2 September 2024 to 31 January 2025, resigned on 31 May 2025 with a last day of 31 August.
"""

from datetime import date
from typing import Any

from services.agreements.domain import agreeing, deducting, employing, leaving, repaying, training
from services.agreements.domain.agreement import CostLine
from services.agreements.domain.repayment import Repayment, balance, status
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_member import StaffMember, stream_of
from tests.given import STAFF_ID, Step, after

URN, OTHER_URN = "100001", "100002"
STREAM = str(stream_of(STAFF_ID))
A1, A2, E1, E2 = (f"{STREAM}-{resource}" for resource in ("a1", "a2", "e1", "e2"))
R1, R2 = f"{A1}-r1", f"{A1}-r2"
SIGNED_ON, STARTS_ON, ENDS_ON = date(2024, 9, 1), date(2024, 9, 2), date(2025, 1, 31)
NOTIFIED_ON, LAST_DAY = date(2025, 5, 31), date(2025, 8, 31)
DURING, REDUCED = 240000, 180000
"""Owed during training, and by the usual resignation: three whole months completed, 9/12 of £2,400.00."""


def schools_set(**settings: Any) -> Step:
    return Step(lambda _: None, settings=SchoolSettings(**settings))


def employed(employment_id: str = "e1", *, on: date = date(2020, 9, 1), **described: Any) -> Step:
    usual = {"school_urn": URN, "payroll_number": "9001", "role_category": "teacher"}
    return Step(employing.join, fields={"employment_id": employment_id, "on": on} | usual | described)


def moved(to: str = OTHER_URN, *, on: date = date(2025, 3, 1), employment_id: str = "e1") -> Step:
    return Step(employing.move, fields={"employment_id": employment_id, "school_urn": to, "on": on})


def fee(pence: int, category: str = "fee") -> CostLine:
    return CostLine(category=category, amount_pence=pence)  # type: ignore[arg-type]


def drafted(*lines: CostLine, **changes: Any) -> Step:
    usual = {
        "school_urn": URN,
        "title": "A course",
        "activity_type": "course",
        "planned_start": STARTS_ON,
        "planned_end": ENDS_ON,
        "cost_lines": list(lines) or [fee(DURING)],
    }
    return Step(agreeing.draft, fields=usual | changes)


def varied(agreement_id: str = A1, **changes: Any) -> Step:
    return Step(agreeing.vary, (agreement_id,), changes)


def signed(agreement_id: str = A1, *, on: date = SIGNED_ON, consent: bool = True, document_ref: str = "scan 1") -> Step:
    fields = {"signed_on": on, "deduction_consent": consent, "document_ref": document_ref}
    return Step(agreeing.sign, (agreement_id,), fields)


def refused(agreement_id: str = A1) -> Step:
    return Step(agreeing.refuse, (agreement_id,)).by_themselves()


def cancelled(agreement_id: str = A1) -> Step:
    return Step(agreeing.cancel, (agreement_id,))


def started(on: date = STARTS_ON, agreement_id: str = A1) -> Step:
    return Step(training.start, (agreement_id,), {"started_on": on})


def completed(on: date = ENDS_ON, agreement_id: str = A1) -> Step:
    return Step(training.complete, (agreement_id,), {"completed_on": on})


def withdrew(on: date = ENDS_ON, agreement_id: str = A1) -> Step:
    return Step(training.withdraw, (agreement_id,), {"withdrawn_on": on})


def training_cancelled(on: date = date(2024, 12, 1), agreement_id: str = A1) -> Step:
    return Step(training.cancel_training, (agreement_id,), {"cancelled_on": on, "by": "provider"})


def cost(pence: int, *, on: date = STARTS_ON, category: str = "fee", agreement_id: str = A1) -> Step:
    return Step(training.record_cost, (agreement_id,), {"category": category, "amount_pence": pence, "on": on})


def cost_refunded(pence: int, *, on: date = STARTS_ON, category: str = "fee", agreement_id: str = A1) -> Step:
    return Step(training.record_refund, (agreement_id,), {"category": category, "amount_pence": pence, "on": on})


def resign(
    notified_on: date = NOTIFIED_ON, last_day: date = LAST_DAY, *, reason: str = "resignation", **changes: Any
) -> Step:
    fields = {"notified_on": notified_on, "last_day": last_day, "reason": reason, "school_urn": URN}
    return Step(leaving.resign, fields=fields | changes)


resigned = resign


def resignation_corrected(ending_id: str = E1, **changes: Any) -> Step:
    usual = {"notified_on": NOTIFIED_ON, "last_day": LAST_DAY, "reason": "resignation", "school_urn": URN}
    return Step(leaving.correct_resignation, (ending_id,), usual | changes)


def resignation_withdrawn(on: date = date(2025, 6, 1), ending_id: str = E1) -> Step:
    return Step(leaving.withdraw_resignation, (ending_id,), {"withdrawn_on": on})


def told_known(on: date = NOTIFIED_ON, **described: Any) -> Step:
    fields = {"employment_id": "e1", "school_urn": URN, "on": on}
    return Step(employing.make_known, fields=fields | described)


def told_of_ending(on: date = NOTIFIED_ON, **given: Any) -> Step:
    """HR's message that an employment ends: what it says, and its `on`."""
    return Step(leaving.note_ending, fields={"employment_id": "e1", "on": on, "given": {"school_urn": URN} | given})


def told_of_reversal(on: date = date(2025, 6, 1)) -> Step:
    return Step(leaving.note_reversal, fields={"employment_id": "e1", "on": on})


def confirmed(repayment_id: str = R1) -> Step:
    return Step(repaying.confirm, (repayment_id,)).by("head")


def required(repayment_id: str = R1) -> Step:
    return Step(repaying.require, (repayment_id,)).by("head")


def notice_over(repayment_id: str = R1) -> Step:
    return Step(repaying.send_when_due, (repayment_id,)).by("trust", "auto_require")


def waived(pence: int, repayment_id: str = R1) -> Step:
    return Step(repaying.waive, (repayment_id,), {"amount_pence": pence}).by("executive", "trust_executive")


def written_off(pence: int, repayment_id: str = R1) -> Step:
    return Step(repaying.write_off, (repayment_id,), {"amount_pence": pence}).by("executive", "trust_executive")


def disputed(repayment_id: str = R1) -> Step:
    return Step(repaying.dispute, (repayment_id,)).by_themselves()


def invoiced(repayment_id: str = R1, *, due_on: date = date(2025, 9, 30)) -> Step:
    return Step(repaying.invoice, (repayment_id,), {"reference": "INV-1", "due_on": due_on})


def paid(pence: int, *, on: date = date(2025, 6, 1), repayment_id: str = R1) -> Step:
    return Step(repaying.receive_payment, (repayment_id,), {"amount_pence": pence, "on": on, "reference": "BACS"})


def refund_paid(pence: int, *, on: date = date(2025, 6, 2), repayment_id: str = R1) -> Step:
    return Step(repaying.pay_refund, (repayment_id,), {"amount_pence": pence, "on": on, "reference": "BACS"})


def deducted(
    pence: int,
    outcome: str = "taken",
    *,
    revision: int = 1,
    deduction_id: str = "d1",
    pay_period: str = "2025-08",
    repayment_id: str = R1,
) -> Step:
    fields = {
        "deduction_id": deduction_id,
        "revision": revision,
        "pay_period": pay_period,
        "taken_pence": pence,
        "outcome": outcome,
    }
    return Step(deducting.report_deduction, (repayment_id,), fields).by("payroll", "payroll", reason="")


def reversed_deduction(deduction_id: str = "d1", repayment_id: str = R1) -> Step:
    return Step(deducting.reverse_deduction, (repayment_id, deduction_id)).by("payroll", "payroll")


SIGNED = (employed(), drafted(), signed())
COMPLETED = (*SIGNED, started(), completed())
LEFT = (*COMPLETED, resigned())
REQUIRED = (*LEFT, required())


def repayment(*steps: Step, repayment_id: str = R1) -> Repayment:
    """A repayment once all of this happened."""
    return after(*steps).repayment(repayment_id)


def status_after(*steps: Step) -> str:
    return status(repayment(*steps))


def ledger_after(*steps: Step) -> tuple[int, int, int, int, int, int]:
    """amount, net, waived, written off, balance, refund due"""
    found = repayment(*steps)
    now = balance(found.amount_pence, found.entries)
    return (
        now.amount_pence,
        now.net_pence,
        now.waived_pence,
        now.written_off_pence,
        now.balance_pence,
        now.refund_due_pence,
    )


def standing_amounts(member: StaffMember) -> dict[tuple[str, str], int]:
    """What is owed by agreement and ending, the reversed left out."""
    return {(r.agreement_id, r.ending_id): r.amount_pence for r in member.repayments.values() if not r.reversed}
