"""What a process of this service is made of: its stores, its commands, and the questions it can answer."""

from dataclasses import dataclass

from services.reviews.application import FACTS, Reviews
from services.reviews.domain.activity import Activity
from services.reviews.domain.annual_review import AnnualReview
from services.reviews.domain.dissemination import Dissemination
from services.reviews.domain.entry import Entry
from services.reviews.reports.statistics import Statistics
from services.reviews.reports.tracing import Tracing
from services.reviews.views.activities import ActivitiesView
from services.reviews.views.annual_reviews import AnnualReviewsView
from services.reviews.views.counted import impact_view
from services.reviews.views.people import PeopleView
from services.reviews.views.portfolios import DisseminationsView, EntriesView
from shared.clock import Clock, utc_now
from shared.projections.query import Versions
from shared.settings import Settings
from shared.staff import Person
from shared.stores import Stores, open_stores

NAME = "reviews"


@dataclass(frozen=True)
class Runtime:
    """The service, open in one process."""

    stores: Stores
    clock: Clock
    commands: Reviews
    activities: Versions[Activity]
    entries: Versions[Entry]
    disseminations: Versions[Dissemination]
    people: Versions[Person]
    annual_reviews: Versions[AnnualReview]
    statistics: Statistics
    tracing: Tracing


def open_runtime(settings: Settings, clock: Clock = utc_now) -> Runtime:
    """Open the service's stores under `CPD_HOME`. Makes no table: that is `prepare`'s."""
    activities, entries = ActivitiesView(), EntriesView()
    disseminations, people, impact = DisseminationsView(), PeopleView(), impact_view()
    annual_reviews = AnnualReviewsView()
    views = (activities, entries, disseminations, people, impact, annual_reviews)
    stores = open_stores(settings, NAME, FACTS, views, clock)
    ledger, engine = stores.ledger, stores.engine
    return Runtime(
        stores=stores,
        clock=clock,
        commands=Reviews(ledger),
        activities=Versions(ledger, engine, activities),
        entries=Versions(ledger, engine, entries),
        disseminations=Versions(ledger, engine, disseminations),
        people=Versions(ledger, engine, people),
        annual_reviews=Versions(ledger, engine, annual_reviews),
        statistics=Statistics(engine, impact),
        tracing=Tracing(ledger, engine, impact),
    )
