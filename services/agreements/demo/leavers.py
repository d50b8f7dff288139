"""The six leavers of the demo trust: what each came to owe, and what was corrected afterwards."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.agreements.demo.deeds import Deed, about, agreement_id, ending_id, repayment_id
from services.agreements.domain import deducting, leaving, repaying, training
from services.agreements.domain.repayment import Repayment, current_balance
from services.agreements.domain.staff_member import StaffMember
from shared.demo.people import HEADS, MEMBERS
from shared.demo.recording import FINANCE, HR, PAYROLL, TIMER, TRUST_EXECUTIVE, Days, Person, head, staff
from shared.words import LeaverReason

ASKED_BACK = "Policy section 4: the school asks for its costs back"


def leavers_gone(days: Days) -> list[Deed]:
    """Every deed about the six leavers up to yesterday."""
    return [
        *_refunded_after_a_correction(days),
        *_partly_taken_and_written_off(days),
        *_stayed_after_all(days),
        *_half_waived(days),
        *_disputed(days),
        *_reason_corrected(days),
    ]


def _refunded_after_a_correction(days: Days) -> list[Deed]:
    """The whole was taken from the last pay; then the certificate showed an earlier completion."""
    who, id_ = "S030", repayment_id("S030")
    completed = about(who, training.complete, agreement_id(who), completed_on=days.ago(440))
    return [
        _resigned(days, who, notified=330, last_day=270),
        _required(who, 328),
        Deed(268, PAYROLL, about(who, _take_all(id_, "D-30-1", days.ago(268)))),
        Deed(200, _head_of(who), completed, "The certificate shows an earlier date"),
        Deed(185, PAYROLL, about(who, _refund_all(id_, days.ago(186)))),
    ]


def _partly_taken_and_written_off(days: Days) -> list[Deed]:
    """The last day came forward into the first year, so the whole was due; pay covered a part only."""
    who, id_ = "S018", repayment_id("S018")
    sooner = about(who, leaving.correct_resignation, ending_id(who), **_ending(days, who, 200, 150))
    deduct = about(
        who,
        deducting.report_deduction,
        id_,
        deduction_id="D-18-1",
        revision=1,
        pay_period=_month(days.ago(148)),
        taken_pence=700_00,
        outcome="partly_taken",
    )
    invoice = about(who, repaying.invoice, id_, reference="SINV-1018", due_on=days.ago(110))
    pay = about(who, repaying.receive_payment, id_, amount_pence=300_00, on=days.ago(116), reference="BACS 4471")
    return [
        _resigned(days, who, notified=200, last_day=140),
        Deed(170, HR, sooner, "Released ten days earlier by agreement"),
        _required(who, 165),
        Deed(148, PAYROLL, deduct, "Net pay was not enough"),
        Deed(140, FINANCE, invoice),
        Deed(115, FINANCE, pay),
        Deed(40, TRUST_EXECUTIVE, about(who, _write_off_all(id_)), "Moved abroad; recovery would cost more"),
    ]


def _stayed_after_all(days: Days) -> list[Deed]:
    """Required by the trust's standing rule, and cancelled within the days of notice."""
    who = "S005"
    stay = about(who, leaving.withdraw_resignation, ending_id(who), withdrawn_on=days.ago(81))
    return [
        _resigned(days, who, notified=90, last_day=30),
        Deed(80, HR, stay, "Offered and accepted a part-time post"),
    ]


def _half_waived(days: Days) -> list[Deed]:
    """Left in the middle of the training; the trust let go of a half."""
    who, id_ = "S036", repayment_id("S036")
    waive = about(who, repaying.waive, id_, amount_pence=350_00)
    return [
        _resigned(days, who, notified=100, last_day=70),
        _required(who, 98),
        Deed(95, TRUST_EXECUTIVE, waive, "Leaves to care for a parent"),
        Deed(72, PAYROLL, about(who, _take_all(id_, "D-36-1", days.ago(72)))),
    ]


def _disputed(days: Days) -> list[Deed]:
    """Held, for nobody had recorded the end of the training; disputed, put right, confirmed and sent."""
    who, id_ = "S007", repayment_id("S007")
    complete = about(who, training.complete, agreement_id(who), completed_on=days.ago(235))
    accept = about(who, _accept(id_, "D-07-1", days.ago(25)))
    return [
        _resigned(days, who, notified=60, last_day=20),
        Deed(58, staff(who), about(who, repaying.dispute, id_), "I completed the course last year"),
        Deed(50, _head_of(who), complete, "Certificate seen"),
        Deed(45, _head_of(who), about(who, repaying.confirm, id_), "Figures agreed with the member of staff"),
        Deed(30, TIMER, about(who, repaying.send_when_due, id_)),
        Deed(25, PAYROLL, accept),
    ]


def _reason_corrected(days: Days) -> list[Deed]:
    """Recorded as retirement, which asks for nothing back; the letter said resignation."""
    who = "S020"
    corrected = about(who, leaving.correct_resignation, ending_id(who), **_ending(days, who, 45, 10))
    return [
        _resigned(days, who, notified=45, last_day=10, reason="retirement"),
        Deed(31, HR, corrected, "The letter is a resignation"),
    ]


def _resigned(days: Days, who: str, *, notified: int, last_day: int, reason: LeaverReason = "resignation") -> Deed:
    resign = about(who, leaving.resign, **_ending(days, who, notified, last_day, reason))
    return Deed(notified - 1, HR, resign)


def _ending(days: Days, who: str, notified: int, last_day: int, reason: LeaverReason = "resignation") -> dict[str, Any]:
    member = MEMBERS[who]
    return {
        "notified_on": days.ago(notified),
        "last_day": days.ago(last_day),
        "reason": reason,
        "school_urn": member.school_urn,
        "payroll_number": member.payroll_number,
    }


def _required(who: str, days_ago: int) -> Deed:
    return Deed(days_ago, _head_of(who), about(who, repaying.require, repayment_id(who)), ASKED_BACK)


def _head_of(who: str) -> Person:
    return head(HEADS[MEMBERS[who].school_urn])


def _take_all(id_: str, deduction_id: str, on: date) -> Callable[[StaffMember], Repayment]:
    return lambda member: _report(member, id_, deduction_id, on, accepted=False)


def _accept(id_: str, deduction_id: str, on: date) -> Callable[[StaffMember], Repayment]:
    return lambda member: _report(member, id_, deduction_id, on, accepted=True)


def _report(member: StaffMember, id_: str, deduction_id: str, on: date, *, accepted: bool) -> Repayment:
    last = member.repayment(id_).messages[-1]
    return deducting.report_deduction(
        member,
        id_,
        deduction_id=deduction_id,
        revision=last.revision,
        pay_period=_month(on),
        taken_pence=0 if accepted else last.outstanding_pence,
        outcome="accepted" if accepted else "taken",
    )


def _refund_all(id_: str, on: date) -> Callable[[StaffMember], Repayment]:
    return lambda member: repaying.pay_refund(
        member,
        id_,
        amount_pence=current_balance(member.repayment(id_)).refund_due_pence,
        on=on,
        reference="BACS 5120",
    )


def _write_off_all(id_: str) -> Callable[[StaffMember], Repayment]:
    return lambda member: repaying.write_off(
        member, id_, amount_pence=current_balance(member.repayment(id_)).balance_pence
    )


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
