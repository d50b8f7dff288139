"""What a process of this service is made of: its stores, its commands, and the questions it can answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.agreements.application import FACTS, Agreements
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.repayment import Repayment
from services.agreements.domain.staff_facts import Ending
from services.agreements.views.agreements import AgreementsView
from services.agreements.views.repayments import RepaymentsView
from services.agreements.views.resignations import ResignationsView
from shared.clock import Clock, utc_now
from shared.projections.query import Versions, totals_of
from shared.projections.totals import Totals
from shared.settings import Settings
from shared.stores import Stores, open_stores

NAME = "agreements"


@dataclass(frozen=True)
class Runtime:
    """The service, open in one process."""

    stores: Stores
    clock: Clock
    commands: Agreements
    agreements: Versions[Agreement]
    repayments: Versions[Repayment]
    resignations: Versions[Ending]

    def totals(self, on: date, known_at: datetime | None, school_urns: Sequence[str] | None) -> Totals:
        """What is contingent and what is receivable, by school: two quantities, each under its own names."""
        return totals_of((self.agreements, self.repayments), on, known_at, school_urns)


def open_runtime(settings: Settings, clock: Clock = utc_now) -> Runtime:
    """Open the service's stores under `CPD_HOME`. Makes no table: that is `prepare`'s."""
    agreements, repayments, resignations = AgreementsView(), RepaymentsView(), ResignationsView()
    stores = open_stores(settings, NAME, FACTS, (agreements, repayments, resignations), clock)
    return Runtime(
        stores=stores,
        clock=clock,
        commands=Agreements(stores.ledger),
        agreements=Versions(stores.ledger, stores.engine, agreements),
        repayments=Versions(stores.ledger, stores.engine, repayments),
        resignations=Versions(stores.ledger, stores.engine, resignations),
    )
