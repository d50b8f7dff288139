"""What the people of a made-up school sign, and what becomes of it when they leave, by this service's commands."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from services.agreements.application import Agreements
from services.agreements.contract import TOPICS, publish
from services.agreements.domain import agreeing, deducting, repaying, training
from services.agreements.domain.repayment import Repayment, current_balance
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_member import StaffMember
from services.agreements.reactions import Reactions
from services.agreements.runtime import NAME
from shared.clock import Clock
from shared.demo.recording import FINANCE, HR, PAYROLL, TRUST_ADMIN, TRUST_EXECUTIVE, head, staff
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Call
from shared.hr import HR_TOPIC
from shared.money import half_up
from shared.sample.part import Deed, Part
from shared.sample.plan import Affair, School
from shared.words import REQUESTS_TOPIC

PAID_AFTER = timedelta(days=10)
DECIDED_AFTER = timedelta(days=3)
TAKEN_AFTER = timedelta(days=3)
INVOICED_AFTER = timedelta(days=7)

About = Callable[..., Callable[[Call], object]]
"""Makes a command on one person what is done in a deed."""


def part(ledger: Gathering, clock: Clock) -> Part:
    """This service's part. Agreements are drafted, and leavers assessed, by what it hears."""
    agreements = Agreements(ledger)
    reactions = Reactions(agreements, ledger.sealer, clock)
    hears = {HR_TOPIC: reactions.to_hr, REQUESTS_TOPIC: reactions.to_requests}
    return Part(NAME, ledger, publish, TOPICS, hears, lambda school: _deeds(agreements, school))


def _deeds(agreements: Agreements, school: School) -> Iterator[Deed]:
    chance, settings = school.chance(NAME), SchoolSettings(name=school.name)
    yield Deed(school.began_on, TRUST_ADMIN, lambda call: agreements.change_settings(call, school.urn, settings))
    for affair in school.affairs:
        if affair.outcome == "approved":
            for staff_id in affair.participants:
                yield from _trained(agreements, school, affair, staff_id, chance)
    for person in school.people:
        if person.notified_on is not None and person.last_day is not None:
            told_on = max(person.notified_on, school.began_on)
            yield from _left(partial(_about, agreements, person.staff_id), school, told_on, person.last_day, chance)


def _trained(agreements: Agreements, school: School, affair: Affair, staff_id: str, chance: Random) -> Iterator[Deed]:
    """Of whoever has an agreement for it: signed or not, begun, paid and completed, or called off."""
    of_it = partial(_of, agreements, affair.request_id, staff_id)
    for_the_school = HR if staff_id == school.head else head(school.head)
    signed_on, answer = affair.decided_on + timedelta(days=chance.randrange(1, 15)), chance.random()
    if answer < 0.04:
        yield Deed(signed_on, staff(staff_id), of_it(agreeing.refuse), "I will not be bound to a repayment")
    elif answer < 0.94:
        signed = {"signed_on": signed_on, "deduction_consent": chance.random() < 0.85}
        yield Deed(signed_on, staff(staff_id), of_it(agreeing.sign, **signed))
    if affair.withdrawn_on is not None:
        yield Deed(affair.withdrawn_on, for_the_school, of_it(agreeing.cancel), "It fell through")
        return
    paid_on = affair.starts_on + PAID_AFTER
    yield Deed(affair.starts_on, for_the_school, of_it(training.start, started_on=affair.starts_on))
    yield Deed(paid_on, FINANCE, of_it(_pay, on=paid_on))
    if affair.completed_on is not None and staff_id in affair.finishers:
        yield Deed(affair.completed_on, for_the_school, of_it(training.complete, completed_on=affair.completed_on))


def _left(about: About, school: School, told_on: date, last_day: date, chance: Random) -> Iterator[Deed]:
    """What is still repayable is asked for, or let go, and taken from the last pay as far as that goes."""
    decided_on, taken_on = told_on + DECIDED_AFTER, last_day + TAKEN_AFTER
    if chance.random() < 0.1:
        yield Deed(decided_on, TRUST_EXECUTIVE, about(_waive), "Leaves to care for a parent")
    else:
        yield Deed(
            decided_on, head(school.head), about(_ask_back), "Policy section 4: the school asks for its costs back"
        )
    percent = chance.choice((100, 100, 100, 60))
    yield Deed(taken_on, PAYROLL, about(_take, percent=percent, pay_period=f"{taken_on:%Y-%m}"))
    yield Deed(taken_on + INVOICED_AFTER, FINANCE, about(_invoice, due_on=taken_on + 3 * INVOICED_AFTER))


def _pay(member: StaffMember, agreement_id: str, *, on: date) -> None:
    for line in member.agreement(agreement_id).newest.cost_lines:
        training.record_cost(member, agreement_id, category=line.category, amount_pence=line.amount_pence, on=on)


def _waive(member: StaffMember) -> None:
    for repayment in _open(member):
        repaying.waive(member, repayment.id, amount_pence=current_balance(repayment).balance_pence)


def _ask_back(member: StaffMember) -> None:
    for repayment in _open(member):
        if repayment.held_because:
            repaying.confirm(member, repayment.id)
        repaying.require(member, repayment.id)


def _take(member: StaffMember, *, percent: int, pay_period: str) -> None:
    """What payroll was told last is taken, or a part of it."""
    for repayment in _open(member):
        if repayment.messages:
            told = repayment.messages[-1]
            deducting.report_deduction(
                member,
                repayment.id,
                deduction_id=f"{repayment.id}/{told.revision}",
                revision=told.revision,
                pay_period=pay_period,
                taken_pence=half_up(told.outstanding_pence * percent, 100),
                outcome="taken" if percent == 100 else "partly_taken",
            )


def _invoice(member: StaffMember, *, due_on: date) -> None:
    for repayment in _open(member):
        if repayment.authorised_pence is not None:
            repaying.invoice(member, repayment.id, reference=f"INV-{member.staff_id}", due_on=due_on)


def _open(member: StaffMember) -> list[Repayment]:
    return [each for each in member.repayments.values() if current_balance(each).balance_pence > 0]


def _of(
    agreements: Agreements, request_id: str, staff_id: str, command: Callable[..., object], **fields: Any
) -> Callable[[Call], object]:
    """A command on what a person was to sign for a request, where anything was and it stands."""

    def do(member: StaffMember) -> None:
        agreement = next((each for each in member.agreements.values() if each.request_id == request_id), None)
        if agreement is not None and not agreement.called_off:
            command(member, agreement.id, **fields)

    return lambda call: agreements.on_person(call, staff_id, do)


def _about(
    agreements: Agreements, staff_id: str, command: Callable[..., None], **fields: Any
) -> Callable[[Call], object]:
    return lambda call: agreements.on_person(call, staff_id, command, **fields)
