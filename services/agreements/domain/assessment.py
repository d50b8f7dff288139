"""What follows from all that is known of a person: each ended employment assesses each agreement, after each fact."""

from datetime import timedelta

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import assess, reason_is_liable
from services.agreements.domain.payroll import state_settlement, tell_payroll
from services.agreements.domain.repayment import Computation, Hold, Repayment, current_balance
from services.agreements.domain.repayment_facts import (
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentCancelled,
    RepaymentHeld,
    RepaymentRequired,
)
from services.agreements.domain.staff_facts import Ending
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from services.agreements.domain.versions import version_on


def reassess(member: StaffMember) -> None:
    """Bring every repayment in line with what is now known, in the transaction of the fact that changed it."""
    for repayment in list(member.repayments.values()):
        if member.endings[repayment.ending_id].withdrawn_on is not None and not repayment.reversed:
            _reverse(member, repayment)
    for ending in list(member.endings.values()):
        if ending.withdrawn_on is None:
            for agreement in list(member.agreements.values()):
                if _concerns(member, ending, agreement):
                    _assess(member, ending, agreement)


def _concerns(member: StaffMember, ending: Ending, agreement: Agreement) -> bool:
    """Whether an ending assesses an agreement: every one of the person but those of an employment that began later.

    A move within the trust assesses only what its terms say it does, and only of the school that was left.
    """
    if ending.transfer:
        terms = _terms(agreement, ending)
        return bool(terms and terms.transfer_within_trust_is_leaving and agreement.school_urn != ending.school_urn)
    if agreement.employment_id == ending.employment_id:
        return True
    return member.employments[agreement.employment_id].started_on <= ending.last_day


def _terms(agreement: Agreement, ending: Ending) -> RepaymentTerms | None:
    return version_on(agreement, ending.notified_on).terms


def _assess(member: StaffMember, ending: Ending, agreement: Agreement) -> None:
    computation = _computation(ending, agreement)
    repayment = _repayment_of(member, ending, agreement)
    payroll_number = ending.payroll_number or _payroll_number(member, ending)
    if repayment is None:
        repayment_id = f"{agreement.id}-r{1 + sum(r.agreement_id == agreement.id for r in member.repayments.values())}"
        member.record(
            RepaymentAssessed,
            repayment_id=repayment_id,
            agreement_id=agreement.id,
            school_urn=agreement.school_urn,
            ending_id=ending.id,
            employment_id=ending.employment_id,
            computation=computation,
            last_day=ending.last_day,
            payroll_number=payroll_number,
        )
        _take_up(member, member.repayment(repayment_id), agreement, 0)
    elif (computation, ending.last_day, payroll_number) != (
        repayment.computation,
        repayment.last_day,
        repayment.payroll_number,
    ):
        before, amount_before = current_balance(repayment), repayment.amount_pence
        member.record_of_repayment(
            repayment,
            RepaymentAdjusted,
            ending_id=ending.id,
            computation=computation,
            difference_pence=computation.amount_pence - amount_before,
            last_day=ending.last_day,
            payroll_number=payroll_number,
        )
        _take_up(member, repayment, agreement, amount_before)
        state_settlement(member, repayment, before)


def _reverse(member: StaffMember, repayment: Repayment) -> None:
    member.record_of_repayment(
        repayment, RepaymentCancelled, ending_id=repayment.ending_id, difference_pence=-repayment.amount_pence
    )
    tell_payroll(member, repayment)


def _take_up(member: StaffMember, repayment: Repayment, agreement: Agreement, amount_before: int) -> None:
    """What follows once the amount is stated: held, required by the trust's standing rule, told to payroll."""
    if repayment.amount_pence > amount_before:
        holds = _holds(repayment, agreement) if repayment.authorised_pence is None else []
        if set(holds) - set(repayment.held_because):
            member.record_of_repayment(repayment, RepaymentHeld, because=holds)
        settings = member.settings_of(repayment.school_urn)
        if settings.auto_require and not repayment.held_because:
            member.record_of_repayment(
                repayment,
                RepaymentRequired,
                amount_pence=repayment.amount_pence,
                send_after=member.acting.today + timedelta(days=settings.notice_days),
                actor="trust",
                role="auto_require",
            )
    tell_payroll(member, repayment)


def _holds(repayment: Repayment, agreement: Agreement) -> list[Hold]:
    holds: list[Hold] = []
    if agreement.ended_on is None and agreement.planned_end < repayment.computation.trigger_on:
        holds.append("end_unrecorded")
    if repayment.computation.deductible and not repayment.payroll_number:
        holds.append("no_payroll_number")
    return holds


def _computation(ending: Ending, agreement: Agreement) -> Computation:
    terms = _terms(agreement, ending)
    trigger_on = ending.last_day if terms is not None and terms.trigger == "last_day" else ending.notified_on
    liable = ending.transfer or reason_is_liable(terms, ending.reason)
    found = assess(agreement, trigger_on, reason_liable=liable, ending_id=ending.id)
    return Computation(
        trigger_on=trigger_on,
        base_pence=found.base_pence,
        rule=found.rule,
        amount_pence=found.amount_pence,
        ended_on=agreement.ended_on,
        months_completed=found.months_completed,
        indicative_pence=found.indicative_pence,
        below_minimum=found.below_minimum,
        deductible=found.deductible,
        not_deductible_because=found.not_deductible_because,
        signature_version=version_on(agreement, trigger_on).number,
        funded_percent=agreement.funded_percent,
        scale=terms.scale if terms else None,
        policy_version=terms.policy_version if terms else None,
    )


def _repayment_of(member: StaffMember, ending: Ending, agreement: Agreement) -> Repayment | None:
    return next(
        (r for r in member.repayments.values() if (r.ending_id, r.agreement_id) == (ending.id, agreement.id)), None
    )


def _payroll_number(member: StaffMember, ending: Ending) -> str:
    employment = member.employments.get(ending.employment_id)
    return employment.payroll_number if employment else ""
