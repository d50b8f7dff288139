"""A service agreement with a provider: places or hours bought at a price, drawn down by approved requests."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from services.requests.domain.words import Authority
from shared.errors import StateForbids
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

Unit = Literal["places", "hours"]


class UsedUp(StateForbids):
    """There is less left of the service agreement than is asked for."""


class ServiceAgreementIsClosed(StateForbids):
    """Nothing more is drawn from a closed service agreement."""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid to the provider, or came back, net of recoverable VAT."""

    amount_pence: int
    on: date
    reference: str


class ServiceAgreement(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a school bought of a provider. `drawn` holds by request the places or hours that it takes."""

    id: str
    school_urn: str
    provider: str
    title: str
    unit: Unit
    quantity: int
    price_pence: int
    valid_from: date
    valid_to: date
    academic_year: str
    authority: Authority
    because: str
    drawn: dict[str, float] = {}
    payments: list[Payment] = []
    refunds: list[Payment] = []
    closed: bool = False
    version: int = 0
    staff_id: str = ""

    @property
    def used(self) -> float:
        """In hundredths exactly, whatever the order of what was drawn."""
        return round(sum(self.drawn.values()), 2)

    @property
    def left(self) -> float:
        return round(self.quantity - self.used, 2)

    @property
    def status(self) -> str:
        if self.closed:
            return "closed"
        return "open" if self.left > 0 else "used_up"


class ServiceAgreementFact(Fact, frozen=True, kw_only=True):
    """A fact about one service agreement. Why it was bought stands in `because`: it is about nobody."""

    service_agreement_id: str

    def change(self, agreement: ServiceAgreement) -> None:
        raise NotImplementedError


class ServiceAgreementBought(ServiceAgreementFact, frozen=True, kw_only=True):
    """Bought, by whom the school's limits let buy at that price; the price is committed in the budget of a year."""

    TOPIC: ClassVar[str] = "requests.ServiceAgreementBought"
    provider: str
    title: str
    unit: Unit
    quantity: int
    price_pence: int
    valid_from: date
    valid_to: date
    academic_year: str
    authority: Authority
    because: str

    def begin(self) -> ServiceAgreement:
        return ServiceAgreement(
            id=self.service_agreement_id,
            school_urn=self.school_urn,
            provider=self.provider,
            title=self.title,
            unit=self.unit,
            quantity=self.quantity,
            price_pence=self.price_pence,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            academic_year=self.academic_year,
            authority=self.authority,
            because=self.because,
        )

    def change(self, agreement: ServiceAgreement) -> None:
        """Nothing: buying begins the state."""


class ServiceAgreementDrawn(ServiceAgreementFact, frozen=True, kw_only=True):
    """An approved request takes places or hours."""

    TOPIC: ClassVar[str] = "requests.ServiceAgreementDrawn"
    request_id: str
    quantity: float

    def change(self, agreement: ServiceAgreement) -> None:
        agreement.drawn = agreement.drawn | {self.request_id: _drawn(agreement, self.request_id) + self.quantity}


class ServiceAgreementGivenBack(ServiceAgreementFact, frozen=True, kw_only=True):
    """The request was withdrawn, or a participant's training called off: what it took can be taken again."""

    TOPIC: ClassVar[str] = "requests.ServiceAgreementGivenBack"
    request_id: str
    quantity: float

    def change(self, agreement: ServiceAgreement) -> None:
        left = round(_drawn(agreement, self.request_id) - self.quantity, 2)
        others = {name: value for name, value in agreement.drawn.items() if name != self.request_id}
        agreement.drawn = others | ({self.request_id: left} if left > 0 else {})


class PaymentFact(ServiceAgreementFact, frozen=True, kw_only=True):
    """Money moved between school and provider."""

    EFFECTIVE: ClassVar[str] = "on"
    amount_pence: int
    on: date
    reference: str

    def payment(self) -> Payment:
        return Payment(amount_pence=self.amount_pence, on=self.on, reference=self.reference)


class ServiceAgreementPaid(PaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.ServiceAgreementPaid"

    def change(self, agreement: ServiceAgreement) -> None:
        agreement.payments = [*agreement.payments, self.payment()]


class ServiceAgreementRefunded(PaymentFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.ServiceAgreementRefunded"

    def change(self, agreement: ServiceAgreement) -> None:
        agreement.refunds = [*agreement.refunds, self.payment()]


class ServiceAgreementClosed(ServiceAgreementFact, frozen=True, kw_only=True):
    """Nothing more is drawn; what was drawn stays, and what is committed and not paid is available again."""

    TOPIC: ClassVar[str] = "requests.ServiceAgreementClosed"
    closed_because: str

    def change(self, agreement: ServiceAgreement) -> None:
        agreement.closed = True


class ServiceAgreementStream(Aggregate):
    """One service agreement's stream."""

    state: ServiceAgreement | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, ServiceAgreementFact):
            self.state = fold_service_agreement(self.state, fact)

    def state_of(self, school_urn: str, fact: type[ServiceAgreementFact], **fields: object) -> None:
        """State a fact about it."""
        self.record(fact, service_agreement_id=str(self.id), school_urn=school_urn, reason="", **fields)


def _drawn(agreement: ServiceAgreement, request_id: str) -> float:
    return agreement.drawn.get(request_id, 0)


def fold_service_agreement(state: ServiceAgreement | None, fact: ServiceAgreementFact) -> ServiceAgreement | None:
    """The state with `fact`; None where nothing was bought. Changes `state` in place."""
    if isinstance(fact, ServiceAgreementBought):
        state = fact.begin()
    if state is not None:
        fact.change(state)
        state.version += 1
    return state


SERVICE_AGREEMENT_FACTS: tuple[type[ServiceAgreementFact], ...] = (
    ServiceAgreementBought,
    ServiceAgreementDrawn,
    ServiceAgreementGivenBack,
    ServiceAgreementPaid,
    ServiceAgreementRefunded,
    ServiceAgreementClosed,
)
