"""The only wiring: settings to stores, commands, views, reactions, endpoints; the web app and the worker."""

from collections.abc import Sequence
from contextlib import closing

from flask import Flask

from services.requests import contract
from services.requests.api import budgets, events, plans, requests, schools, statistics
from services.requests.cli import commands
from services.requests.demo import seed
from services.requests.inbound import INBOUND, READS
from services.requests.letters import LETTERS, PositionRewound
from services.requests.reactions import Reactions
from services.requests.runtime import NAME, Runtime, open_runtime
from services.requests.welcome import welcome
from shared.clock import utc_now
from shared.dates import london_day
from shared.hr import HR_TOPIC
from shared.messaging.consumer import Consumer
from shared.messaging.deliveries import Deliveries
from shared.messaging.letters import Letters
from shared.messaging.relay import Relay
from shared.messaging.rewind import Positions
from shared.messaging.topics import followed, inbound, written
from shared.messaging.verify import Published
from shared.projections.commands import ServiceViews
from shared.service import Service
from shared.settings import Settings, read_settings
from shared.standing import Standing
from shared.tokens import ensure_local_key
from shared.web.app import create_app
from shared.web.endpoints import document_shapes
from shared.words import AGREEMENTS_TOPIC
from shared.worker import Step, Worker

RESOURCES = (requests, plans, budgets, schools, statistics, events)


def prepare(settings: Settings) -> None:
    """Make tables and, in local mode, the signing key; and once the demonstration trust, if it is wanted."""
    if settings.local:
        ensure_local_key(settings)
    runtime = open_runtime(settings)
    with closing(runtime.stores):
        runtime.stores.create_tables()
        if settings.demo:
            seed(runtime.commands, london_day(utc_now()))


def wsgi() -> Flask:
    """The web app, made in the server process."""
    settings = read_settings()
    return make_app(settings, open_runtime(settings))


def make_app(settings: Settings, runtime: Runtime) -> Flask:
    """The web app on an open runtime."""
    stores = runtime.stores
    standing = Standing(stores, consumers(runtime))
    app = create_app(
        NAME,
        settings,
        [module.endpoints for module in RESOURCES],
        ledger=stores.ledger,
        sealer=stores.sealer,
        clock=runtime.clock,
        checks=standing.checks(),
        view_position=stores.runner.position,
        collectors=[standing],
    )
    app.extensions[NAME] = runtime
    document_shapes(app, [answer for module in RESOURCES for answer in module.endpoints.answers])
    return app


def make_worker(settings: Settings) -> Worker:
    """The worker, opened in its own process."""
    runtime = open_runtime(settings)
    stores, relay, listening = runtime.stores, relay_of(runtime), consumers(runtime)
    deliveries = Deliveries(NAME, relay, listening)
    return Worker(
        NAME,
        steps(runtime, relay, listening),
        stores.worker_lock,
        port=settings.worker_port,
        collectors=[deliveries],
    )


def steps(runtime: Runtime, relay: Relay, listening: Sequence[Consumer]) -> list[Step]:
    """What a worker does in turn. The relay begins to send and does not wait: views are folded meanwhile."""
    return [relay.step, runtime.stores.runner.step, *(consumer.step for consumer in listening)]


def relay_of(runtime: Runtime) -> Relay:
    """What tells the bus."""
    return Relay(runtime.stores.ledger, runtime.stores.bus, contract.publish)


def consumers(runtime: Runtime) -> list[Consumer]:
    """What listens to the bus: HR's messages, and those of the agreements service."""
    stores, reactions = runtime.stores, Reactions(runtime.commands, runtime.stores.sealer, runtime.clock)
    return [
        Consumer(topic=topic, bus=stores.bus, ledger=stores.ledger, react=react, poison=stores.poison)
        for topic, react in ((HR_TOPIC, reactions.to_hr), (AGREEMENTS_TOPIC, reactions.to_agreements))
    ]


def letters(runtime: Runtime) -> Letters:
    """The dead letters of the service."""
    stores = runtime.stores
    return Letters(
        service=NAME,
        ledger=stores.ledger,
        poison=stores.poison,
        consumers=consumers(runtime),
        facts=LETTERS,
        clock=runtime.clock,
    )


def positions(runtime: Runtime) -> Positions:
    """How far the service came with its messages, in and out."""
    stores = runtime.stores
    return Positions(
        service=NAME,
        ledger=stores.ledger,
        bus=stores.bus,
        poison=stores.poison,
        lock=stores.worker_lock,
        reads=READS,
        writes=contract.TOPICS,
        fact=PositionRewound,
        clock=runtime.clock,
    )


def published(settings: Settings) -> list[Published]:
    """What the service writes on the bus."""
    stores = open_runtime(settings).stores
    return [Published(stores.ledger, stores.bus, contract.publish, contract.TOPICS)]


def views(settings: Settings) -> list[ServiceViews]:
    """What the service serves to readers."""
    stores = open_runtime(settings).stores
    return [ServiceViews(NAME, stores.ledger, stores.engine, stores.views)]


SERVICE = Service(
    name=NAME,
    number=1,
    wsgi="services.requests.service:wsgi()",
    prepare=prepare,
    make_worker=make_worker,
    commands=commands,
    welcome=welcome,
    topics=(*map(written, contract.TOPICS), *map(inbound, INBOUND), followed(AGREEMENTS_TOPIC)),
    published=published,
    views=views,
    letters=lambda settings: [letters(open_runtime(settings))],
    positions=lambda settings: [positions(open_runtime(settings))],
)
