"""What payroll reports of its deductions: taken, partly taken, accepted, rejected, reversed."""

from services.agreements.domain.payroll import pay_date_of, state_settlement, tell_payroll
from services.agreements.domain.repaying import NothingIsOwed
from services.agreements.domain.repayment import Deduction, Outcome, Repayment, Sent, current_balance
from services.agreements.domain.repayment_facts import (
    DeductionReported,
    DeductionReversed,
    DeductionTaken,
    RepaymentAccepted,
    RepaymentRejected,
)
from services.agreements.domain.staff_member import StaffMember
from shared.checks import plausible
from shared.errors import FieldRefused, NotThere, StateForbids


class DeductionIsKnown(StateForbids):
    """The deduction is on record with other values."""


def report_deduction(
    member: StaffMember,
    repayment_id: str,
    *,
    deduction_id: str,
    revision: int,
    pay_period: str,
    taken_pence: int,
    outcome: Outcome,
) -> Repayment:
    """What payroll did about one revision, in any state. The same again changes nothing.

    Accepted, then another outcome is progress. Raises DeductionIsKnown, FieldRefused (it does not fit that figure).
    """
    repayment = member.repayment(repayment_id)
    known = next((d for d in repayment.deductions if d.deduction_id == deduction_id), None)
    if known is not None and _says_nothing_new(known, taken_pence, outcome):
        return repayment
    pay_date = pay_date_of(member.settings_of(repayment.school_urn), pay_period)
    if pay_date is None:
        raise FieldRefused(pay_period="is no period of the school's pay calendar, nor a month like 2024-11")
    plausible(member.acting.today, pay_period=pay_date)
    _fits(repayment, revision, taken_pence, outcome)
    before = current_balance(repayment)
    fact: type[DeductionReported] = {"accepted": RepaymentAccepted, "rejected": RepaymentRejected}.get(
        outcome, DeductionTaken
    )
    member.record_of_repayment(
        repayment,
        fact,
        deduction_id=deduction_id,
        revision=revision,
        pay_period=pay_period,
        taken_pence=taken_pence,
        outcome=outcome,
        on=min(pay_date, member.acting.today),
    )
    tell_payroll(member, repayment)
    state_settlement(member, repayment, before)
    return repayment


def reverse_deduction(member: StaffMember, repayment_id: str, deduction_id: str) -> Repayment:
    """Payroll gave back what it had taken. Again changes nothing. Raises NotThere, NothingIsOwed."""
    repayment = member.repayment(repayment_id)
    known = next((d for d in repayment.deductions if d.deduction_id == deduction_id), None)
    if known is None:
        raise NotThere(f"there is no deduction {deduction_id}")
    if known.reversed:
        return repayment
    if known.taken_pence == 0:
        raise NothingIsOwed("nothing was taken, so there is nothing to reverse")
    member.record_of_repayment(
        repayment,
        DeductionReversed,
        deduction_id=deduction_id,
        amount_pence=known.taken_pence,
        on=member.acting.today,
    )
    tell_payroll(member, repayment)
    return repayment


def _says_nothing_new(known: Deduction, taken_pence: int, outcome: Outcome) -> bool:
    """Whether a report under a known id repeats it or comes late. Raises DeductionIsKnown where it contradicts it."""
    repeats = (known.outcome, known.taken_pence) == (outcome, taken_pence)
    if repeats or (outcome == "accepted" and taken_pence == 0):
        return True
    if known.outcome == "accepted" and outcome != "accepted":
        return False
    raise DeductionIsKnown(f"{known.deduction_id} is on record as {known.outcome} with {known.taken_pence} pence")


def _fits(repayment: Repayment, revision: int, taken_pence: int, outcome: Outcome) -> None:
    message: Sent | None = next((m for m in repayment.messages if m.revision == revision), None)
    if message is None:
        raise FieldRefused(revision=f"names no message to payroll; the latest is {repayment.revision}")
    taken_of_it = sum(d.taken_pence for d in repayment.deductions if d.revision == revision and not d.reversed)
    taken_since = repayment.deducted_pence - message.deducted_pence
    left = message.outstanding_pence - min(taken_of_it, taken_since)
    if outcome in ("accepted", "rejected") and taken_pence != 0:
        raise FieldRefused(taken_pence=f"must be 0 where the outcome is {outcome}")
    if outcome == "taken" and taken_pence != left:
        raise FieldRefused(taken_pence=f"must be the {left} pence outstanding of revision {revision}, or partly_taken")
    if outcome == "partly_taken" and not 0 < taken_pence < left:
        raise FieldRefused(taken_pence=f"must lie between 0 and the {left} pence outstanding of revision {revision}")
