"""Commands on a repayment: confirm, require, waive, write off, dispute, invoice, pay, refund."""

from datetime import date

from services.agreements.domain.payroll import state_settlement, tell_payroll
from services.agreements.domain.repayment import Repayment, current_balance
from services.agreements.domain.repayment_facts import (
    PaymentReceived,
    RefundPaid,
    RepaymentConfirmed,
    RepaymentDisputed,
    RepaymentInvoiced,
    RepaymentRequired,
    RepaymentWaived,
    RepaymentWrittenOff,
)
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.standing_rule import require_by_standing_rule
from shared.checks import not_ahead, plausible, sound_sum
from shared.errors import StateForbids


class NotOnOwnRepayment(StateForbids):
    """The leaver does not decide on what they owe."""


class RequiredByTheSamePerson(StateForbids):
    """Who required a repayment neither waives it nor writes it off."""


class NothingIsOwed(StateForbids):
    """The amount, or the balance, is 0."""


class IsHeld(StateForbids):
    """It is held until a person confirms it."""


class IsNotHeld(StateForbids):
    """There is nothing to confirm."""


class AlreadyRequired(StateForbids):
    """The whole amount is required already."""


class NotRequiredYet(StateForbids):
    """It must be required first."""


class MoreThanIsLeft(StateForbids):
    """The sum is larger than what is left."""


def confirm(member: StaffMember, repayment_id: str) -> Repayment:
    """A person has looked at a held repayment and stands by it; the standing rule takes over. Raises StateForbids."""
    repayment = _for_another(member, repayment_id)
    if not repayment.held_because:
        raise IsNotHeld("the repayment is not held")
    member.record_of_repayment(repayment, RepaymentConfirmed)
    require_by_standing_rule(member, repayment)
    tell_payroll(member, repayment)
    return repayment


def require(member: StaffMember, repayment_id: str) -> Repayment:
    """Use the right that the school reserves: ask for the whole amount, at once. Raises StateForbids."""
    repayment = _for_another(member, repayment_id)
    if repayment.amount_pence == 0 or current_balance(repayment).balance_pence == 0:
        raise NothingIsOwed("there is nothing to require")
    if repayment.held_because:
        raise IsHeld(f"held ({', '.join(repayment.held_because)}): confirm it first")
    covered = repayment.authorised_pence is not None and repayment.amount_pence <= repayment.authorised_pence
    if covered and not repayment.waits(member.acting.today):
        raise AlreadyRequired(f"{repayment.authorised_pence} pence are required already")
    member.record_of_repayment(repayment, RepaymentRequired, amount_pence=repayment.amount_pence)
    tell_payroll(member, repayment)
    return repayment


def send_when_due(member: StaffMember, repayment_id: str) -> Repayment:
    """Tell payroll of a repayment whose days of notice are over."""
    repayment = member.repayment(repayment_id)
    tell_payroll(member, repayment)
    return repayment


def waive(member: StaffMember, repayment_id: str, *, amount_pence: int) -> Repayment:
    """Let go of a part or all of what is still owed. Raises StateForbids."""
    repayment = _for_another(member, repayment_id)
    _not_who_required(member, repayment)
    _within(amount_pence, current_balance(repayment).balance_pence, "balance")
    before = current_balance(repayment)
    member.record_of_repayment(repayment, RepaymentWaived, amount_pence=amount_pence, on=member.acting.today)
    tell_payroll(member, repayment)
    state_settlement(member, repayment, before)
    return repayment


def write_off(member: StaffMember, repayment_id: str, *, amount_pence: int) -> Repayment:
    """Give up what cannot be had, once required, up to the balance. Raises StateForbids."""
    repayment = _for_another(member, repayment_id)
    _not_who_required(member, repayment)
    if repayment.authorised_pence is None:
        raise NotRequiredYet("only what was required can be written off")
    _within(amount_pence, current_balance(repayment).balance_pence, "balance")
    before = current_balance(repayment)
    member.record_of_repayment(repayment, RepaymentWrittenOff, amount_pence=amount_pence, on=member.acting.today)
    tell_payroll(member, repayment)
    state_settlement(member, repayment, before)
    return repayment


def dispute(member: StaffMember, repayment_id: str) -> Repayment:
    """The person says that it is not right. Again changes nothing. Raises NothingIsOwed."""
    repayment = member.repayment(repayment_id)
    if current_balance(repayment).balance_pence == 0:
        raise NothingIsOwed("there is nothing to dispute")
    if "disputed" not in repayment.held_because:
        member.record_of_repayment(repayment, RepaymentDisputed)
    return repayment


def invoice(member: StaffMember, repayment_id: str, *, reference: str, due_on: date) -> Repayment:
    """Ask the person for what payroll does not take. Raises StateForbids, FieldRefused."""
    repayment = member.repayment(repayment_id)
    plausible(member.acting.today, due_on=due_on)
    if repayment.authorised_pence is None:
        raise NotRequiredYet("only what was required can be invoiced")
    if current_balance(repayment).balance_pence == 0:
        raise NothingIsOwed("there is nothing left to invoice")
    member.record_of_repayment(repayment, RepaymentInvoiced, reference=reference, due_on=due_on)
    return repayment


def receive_payment(
    member: StaffMember, repayment_id: str, *, amount_pence: int, on: date, reference: str
) -> Repayment:
    """Money came in from the person: a fact, even where it is too much. Raises FieldRefused."""
    repayment = member.repayment(repayment_id)
    not_ahead(member.acting.today, on=on)
    sound_sum(amount_pence)
    before = current_balance(repayment)
    member.record_of_repayment(repayment, PaymentReceived, amount_pence=amount_pence, on=on, reference=reference)
    tell_payroll(member, repayment)
    state_settlement(member, repayment, before)
    return repayment


def pay_refund(member: StaffMember, repayment_id: str, *, amount_pence: int, on: date, reference: str) -> Repayment:
    """What was taken too much went back. Raises MoreThanIsLeft, FieldRefused."""
    repayment = member.repayment(repayment_id)
    not_ahead(member.acting.today, on=on)
    _within(amount_pence, current_balance(repayment).refund_due_pence, "refund due")
    member.record_of_repayment(repayment, RefundPaid, amount_pence=amount_pence, on=on, reference=reference)
    return repayment


def _for_another(member: StaffMember, repayment_id: str) -> Repayment:
    repayment = member.repayment(repayment_id)
    if member.acting.staff_id == member.staff_id:
        raise NotOnOwnRepayment("nobody decides on a repayment of their own")
    return repayment


def _not_who_required(member: StaffMember, repayment: Repayment) -> None:
    if member.acting.actor in repayment.required_by:
        raise RequiredByTheSamePerson("whoever required it neither waives it nor writes it off")


def _within(amount_pence: int, left_pence: int, what: str) -> None:
    sound_sum(amount_pence)
    if amount_pence > left_pence:
        raise MoreThanIsLeft(f"{amount_pence} pence are more than the {what} of {left_pence} pence")
