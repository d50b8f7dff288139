"""Commands on service agreements: buy, pay, close, and draw from one for a request that is approved."""

from datetime import date
from typing import Any

from services.requests.domain.authority import authority_to_spend
from services.requests.domain.desk import Desk
from services.requests.domain.request import Request
from services.requests.domain.service_agreement import (
    ServiceAgreement,
    ServiceAgreementBought,
    ServiceAgreementClosed,
    ServiceAgreementDrawn,
    ServiceAgreementGivenBack,
    ServiceAgreementIsClosed,
    ServiceAgreementPaid,
    ServiceAgreementRefunded,
    ServiceAgreementStream,
    UsedUp,
)
from shared.checks import in_order, not_ahead, plausible, sound_sum
from shared.dates import academic_year
from shared.errors import FieldRefused, NotThere

WHOLE = 100
"""A service agreement is the school's, whole: the percent of its price that the budget counts."""


def buy(
    desk: Desk,
    agreement_id: str,
    *,
    school_urn: str,
    valid_from: date,
    valid_to: date,
    price_pence: int,
    because: str,
    **bought: Any,
) -> ServiceAgreement:
    """Buy places or hours: the price is committed at once. Raises FieldRefused, BeyondTheirLimit, BudgetExceeded."""
    plausible(desk.act.today, valid_from=valid_from, valid_to=valid_to)
    in_order(valid_from=valid_from, valid_to=valid_to)
    authority, year = authority_to_spend(desk, school_urn, price_pence), academic_year(valid_from)
    desk.service_agreement(agreement_id).state_of(
        school_urn,
        ServiceAgreementBought,
        valid_from=valid_from,
        valid_to=valid_to,
        price_pence=price_pence,
        academic_year=year,
        authority=authority,
        because=because,
        **bought,
    )
    desk.budget(school_urn, year).commit(agreement_id, price_pence, WHOLE, bought=True)
    return known(desk, agreement_id)


def pay(desk: Desk, agreement_id: str, **payment: Any) -> ServiceAgreement:
    """The provider was paid: `amount_pence`, `on`, `reference`. Raises FieldRefused."""
    return _enter(desk, agreement_id, ServiceAgreementPaid, **payment)


def refund(desk: Desk, agreement_id: str, **payment: Any) -> ServiceAgreement:
    """The provider paid something back. Raises FieldRefused."""
    return _enter(desk, agreement_id, ServiceAgreementRefunded, **payment)


def close(desk: Desk, agreement_id: str, *, because: str) -> ServiceAgreement:
    """Draw nothing more from it; again changes nothing."""
    agreement = known(desk, agreement_id)
    if not agreement.closed:
        _stream(desk, agreement).state_of(agreement.school_urn, ServiceAgreementClosed, closed_because=because)
        desk.budget(agreement.school_urn, agreement.academic_year).release(agreement_id, bought=True)
    return agreement


def sound_draw(desk: Desk, stated: dict[str, Any], school_urn: str) -> str:
    """The provider of the service agreement that a request would draw from. Raises FieldRefused."""
    try:
        agreement = known(desk, stated["service_agreement_id"])
    except NotThere:
        agreement = None
    if agreement is None or agreement.school_urn != school_urn:
        raise FieldRefused(service_agreement_id="is not a service agreement of this school")
    if not agreement.valid_from <= stated["starts_on"] <= agreement.valid_to:
        days = f"{agreement.valid_from.isoformat()} to {agreement.valid_to.isoformat()}"
        raise FieldRefused(starts_on=f"must lie within the days of the service agreement ({days})")
    if agreement.unit == "hours" and not stated["hours"]:
        raise FieldRefused(hours="must be given: the service agreement is for hours")
    if stated["provider"] not in (None, agreement.provider):
        raise FieldRefused(provider=f"is {agreement.provider} by the service agreement")
    return agreement.provider


def draw(desk: Desk, request: Request) -> None:
    """An approved request takes what it needs. Raises UsedUp, ServiceAgreementIsClosed."""
    if request.service_agreement_id is None:
        return
    agreement = known(desk, request.service_agreement_id)
    needed = _needed(agreement, request)
    if agreement.closed:
        raise ServiceAgreementIsClosed("the service agreement is closed")
    if needed > agreement.left:
        raise UsedUp(f"{needed:g} {agreement.unit} are asked for and {agreement.left:g} are left")
    taken = {"request_id": request.id, "quantity": needed}
    _stream(desk, agreement).state_of(agreement.school_urn, ServiceAgreementDrawn, **taken)


def give_back(desk: Desk, request: Request) -> None:
    """What a request took and does not need any more can be taken again."""
    if request.service_agreement_id is None:
        return
    agreement = known(desk, request.service_agreement_id)
    given = round(agreement.drawn.get(request.id, 0) - _needed(agreement, request), 2)
    if given > 0:
        back = {"request_id": request.id, "quantity": given}
        _stream(desk, agreement).state_of(agreement.school_urn, ServiceAgreementGivenBack, **back)


def known(desk: Desk, agreement_id: str) -> ServiceAgreement:
    """Raises NotThere."""
    state = desk.service_agreement(agreement_id).state
    if state is None:
        raise NotThere(f"there is no service agreement {agreement_id}")
    return state


def _needed(agreement: ServiceAgreement, request: Request) -> float:
    """A place for each who takes part; hours once for all of them."""
    people = len(request.staying)
    if agreement.unit == "places":
        return float(people)
    return round(request.hours or 0, 2) if people else 0


def _enter(
    desk: Desk,
    agreement_id: str,
    fact: type[ServiceAgreementPaid | ServiceAgreementRefunded],
    *,
    amount_pence: int,
    on: date,
    reference: str,
) -> ServiceAgreement:
    """State money that moved, and what it means to the budget."""
    agreement = known(desk, agreement_id)
    sound_sum(amount_pence)
    not_ahead(desk.act.today, on=on)
    entry = {"amount_pence": amount_pence, "on": on, "reference": reference}
    _stream(desk, agreement).state_of(agreement.school_urn, fact, **entry)
    budget = desk.budget(agreement.school_urn, agreement.academic_year)
    enter = budget.spend if fact is ServiceAgreementPaid else budget.refund
    enter(agreement_id, amount_pence, WHOLE, bought=True)
    return agreement


def _stream(desk: Desk, agreement: ServiceAgreement) -> ServiceAgreementStream:
    return desk.service_agreement(agreement.id)
