"""What a process of this service is made of: its stores, its commands, and the questions it can answer."""

from dataclasses import dataclass

from services.requests.application import FACTS, Requests
from services.requests.domain.budget_facts import Budget
from services.requests.domain.minute import Minute
from services.requests.domain.need import Need
from services.requests.domain.priority import Priority
from services.requests.domain.programme import Programme
from services.requests.domain.rating import Rating
from services.requests.domain.request import Request
from services.requests.domain.service_agreement import ServiceAgreement
from services.requests.domain.workforce import Workforce
from services.requests.views.minutes import MinutesView
from services.requests.views.participants import Participants, ParticipantsView
from services.requests.views.people import PeopleView
from services.requests.views.plans import BudgetsView, NeedsView, PrioritiesView, ProgrammesView
from services.requests.views.providers import RatingsView, ServiceAgreementsView
from services.requests.views.requests import RequestsView
from services.requests.views.workforce import WorkforceView
from shared.clock import Clock, utc_now
from shared.frozen import Frozen
from shared.projections.query import Versions
from shared.settings import Settings
from shared.staff import Person
from shared.stores import Stores, open_stores

NAME = "requests"


@dataclass(frozen=True)
class Runtime:
    """The service, open in one process."""

    stores: Stores
    clock: Clock
    commands: Requests
    requests: Versions[Request]
    budgets: Versions[Budget]
    priorities: Versions[Priority]
    needs: Versions[Need]
    people: Versions[Person]
    participants: Participants
    programmes: Versions[Programme]
    service_agreements: Versions[ServiceAgreement]
    ratings: Versions[Rating]
    minutes: Versions[Minute]
    workforce: Versions[Workforce]
    frozen: Frozen


def open_runtime(settings: Settings, clock: Clock = utc_now) -> Runtime:
    """Open the service's stores under `CPD_HOME`. Makes no table: that is `prepare`'s."""
    requests, budgets, priorities = RequestsView(), BudgetsView(), PrioritiesView()
    needs, people, participants = NeedsView(), PeopleView(), ParticipantsView()
    programmes, service_agreements, ratings = ProgrammesView(), ServiceAgreementsView(), RatingsView()
    minutes, workforce, plans = MinutesView(), WorkforceView(), (budgets, priorities, needs, programmes)
    views = (requests, *plans, people, participants, service_agreements, ratings, minutes, workforce)
    stores = open_stores(settings, NAME, FACTS, views, clock)
    ledger, engine = stores.ledger, stores.engine
    return Runtime(
        stores=stores,
        clock=clock,
        commands=Requests(ledger),
        requests=Versions(ledger, engine, requests),
        budgets=Versions(ledger, engine, budgets),
        priorities=Versions(ledger, engine, priorities),
        needs=Versions(ledger, engine, needs),
        people=Versions(ledger, engine, people),
        participants=Participants(engine, participants),
        programmes=Versions(ledger, engine, programmes),
        service_agreements=Versions(ledger, engine, service_agreements),
        ratings=Versions(ledger, engine, ratings),
        minutes=Versions(ledger, engine, minutes),
        workforce=Versions(ledger, engine, workforce),
        frozen=Frozen(clock, lambda: stores.runner.position() >= ledger.position()),
    )
