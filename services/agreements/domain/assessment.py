"""What follows from all that is known of a person: each ended employment assesses each agreement, after each fact."""

from datetime import date

import msgspec

from services.agreements.domain.agreement import Agreement, Discharge
from services.agreements.domain.liability import assess, reason_is_liable
from services.agreements.domain.payroll import state_settlement, tell_payroll
from services.agreements.domain.repayment import Computation, Hold, Repayment, current_balance
from services.agreements.domain.repayment_facts import (
    RepaymentAdjusted,
    RepaymentAssessed,
    RepaymentCancelled,
    RepaymentHeld,
)
from services.agreements.domain.staff_facts import Ending
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.standing_rule import require_by_standing_rule
from services.agreements.domain.terms import RepaymentTerms
from services.agreements.domain.versions import version_on
from shared.eventstore.fact import ERASED


def reassess(member: StaffMember) -> None:
    """Bring every repayment in line with what is now known, in the transaction of the fact that changed it."""
    for repayment in list(member.repayments.values()):
        agreement, ending = member.agreements[repayment.agreement_id], member.endings[repayment.ending_id]
        if not repayment.reversed and not _concerns(member, ending, agreement):
            _reverse(member, repayment)
    for agreement in list(member.agreements.values()):
        endings = [ending for ending in member.endings.values() if _concerns(member, ending, agreement)]
        discharges = [Discharge(ending_id=ending.id, on=_trigger_on(agreement, ending)) for ending in endings]
        for ending in endings:
            _assess(member, ending, agreement, discharges)


def _concerns(member: StaffMember, ending: Ending, agreement: Agreement) -> bool:
    """Whether an ending assesses an agreement: every one of the person but those of an employment that began later.

    A move within the trust assesses only what was signed by then on terms that say so, and only of another school than
    the one moved to.
    """
    if ending.withdrawn_on is not None:
        return False
    if ending.transfer:
        version = version_on(agreement, ending.notified_on)
        leaves = version.terms is not None and version.terms.transfer_within_trust_is_leaving
        return leaves and version.number is not None and agreement.school_urn != ending.school_urn
    if agreement.employment_id == ending.employment_id:
        return True
    return member.employments[agreement.employment_id].started_on <= ending.last_day


def _trigger_on(agreement: Agreement, ending: Ending) -> date:
    """The day that counts, by the terms that held when notice was given."""
    terms = version_on(agreement, ending.notified_on).terms
    return ending.last_day if terms is not None and terms.trigger == "last_day" else ending.notified_on


def _assess(member: StaffMember, ending: Ending, agreement: Agreement, discharges: list[Discharge]) -> None:
    repayment = _repayment_of(member, ending, agreement)
    computation = _computation(ending, msgspec.structs.replace(agreement, discharges=discharges), repayment)
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
        _take_up(member, member.repayment(repayment_id), agreement, 0, set())
    elif (computation, ending.last_day, payroll_number) != (
        repayment.computation,
        repayment.last_day,
        repayment.payroll_number,
    ):
        before, held_before = current_balance(repayment), _holds(repayment, agreement)
        member.record_of_repayment(
            repayment,
            RepaymentAdjusted,
            ending_id=ending.id,
            computation=computation,
            difference_pence=computation.amount_pence - before.amount_pence,
            last_day=ending.last_day,
            payroll_number=payroll_number,
        )
        _take_up(member, repayment, agreement, before.amount_pence, held_before)
        state_settlement(member, repayment, before)


def _reverse(member: StaffMember, repayment: Repayment) -> None:
    member.record_of_repayment(
        repayment, RepaymentCancelled, ending_id=repayment.ending_id, difference_pence=-repayment.amount_pence
    )
    tell_payroll(member, repayment)


def _take_up(
    member: StaffMember, repayment: Repayment, agreement: Agreement, amount_before: int, held_before: set[Hold]
) -> None:
    """What follows once the amount is stated: held, required by the trust's standing rule, told to payroll."""
    rises = repayment.amount_pence > amount_before
    holds = _holds(repayment, agreement) - (set() if rises else held_before)
    if holds - set(repayment.held_because):
        member.record_of_repayment(repayment, RepaymentHeld, because=sorted(holds))
    if rises:
        require_by_standing_rule(member, repayment)
    tell_payroll(member, repayment)


def _holds(repayment: Repayment, agreement: Agreement) -> set[Hold]:
    """Why a person has to look at it before anyone may require it."""
    if repayment.authorised_pence is not None or repayment.amount_pence == 0:
        return set()
    holds: set[Hold] = set()
    if agreement.ended_on is None and agreement.planned_end < repayment.computation.trigger_on:
        holds.add("end_unrecorded")
    if repayment.computation.deductible and not repayment.payroll_number:
        holds.add("no_payroll_number")
    return holds


def _is_liable(ending: Ending, terms: RepaymentTerms | None, repayment: Repayment | None) -> bool:
    """Whether the person left for a reason that these terms make liable.

    Once the reason was erased it is what was found when it could still be read; nothing new is asked back.
    """
    if ending.reason == ERASED:
        return repayment is not None and repayment.computation.rule != "reason_not_liable"
    return ending.transfer or reason_is_liable(terms, ending.reason)


def _computation(ending: Ending, agreement: Agreement, repayment: Repayment | None) -> Computation:
    trigger_on = _trigger_on(agreement, ending)
    version = version_on(agreement, trigger_on)
    terms = version.terms
    liable = _is_liable(ending, terms, repayment)
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
        signature_version=version.number,
        funded_percent=agreement.funded_percent,
        scale=terms.scale if terms else None,
        policy_version=terms.policy_version if terms else None,
    )


def _repayment_of(member: StaffMember, ending: Ending, agreement: Agreement) -> Repayment | None:
    return next(
        (
            r
            for r in member.repayments.values()
            if (r.ending_id, r.agreement_id) == (ending.id, agreement.id) and not r.reversed
        ),
        None,
    )


def _payroll_number(member: StaffMember, ending: Ending) -> str:
    employment = member.employments.get(ending.employment_id)
    return employment.payroll_number if employment else ""
