"""A service put together from what it says of itself: its web app, its worker, and what operators' commands ask for."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any, Generic, Protocol, TypeVar

import click
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shared.access_log.record import AccessFacts
from shared.access_log.sealing import AccessSealing
from shared.audit.chronicle import Chronicle, Streams
from shared.audit.comparing import Figures, Read
from shared.audit.reading import in_process
from shared.audit.wiring import sealed, sealing
from shared.clock import Clock, utc_now
from shared.dates import london_day
from shared.erasure.judging import Erasable
from shared.erasure.record import ErasureFacts
from shared.erasure.retention import Kept
from shared.eventstore.gathering import Gathering
from shared.imports.offered import Offered
from shared.messaging.consumer import Consumer, React
from shared.messaging.deliveries import Deliveries
from shared.messaging.letters import LetterFacts, Letters
from shared.messaging.relay import Publish, Relay
from shared.messaging.rewind import Positions, Rewound
from shared.messaging.topics import CHECKPOINTS, followed, inbound, written
from shared.messaging.verify import Published
from shared.projections.commands import ServiceViews
from shared.sample.part import Part, Sampled
from shared.scrutiny.finding import Scrutinised
from shared.scrutiny.rules import Scrutiny
from shared.service import Service
from shared.settings import Settings, read_settings
from shared.standing import Standing
from shared.stores import NotMigratedError, Stores
from shared.subject_access.holdings import Holdings
from shared.subject_access.record import AccessAnswered
from shared.tokens import ensure_local_key, issue_token
from shared.web.accesses import access_log, record_reads
from shared.web.app import WebApp, create_app
from shared.web.endpoints import Endpoints
from shared.web.proofs import Proofs
from shared.web.roles import Role
from shared.worker import Step, Worker

log = structlog.get_logger("cpd.web")


class Opened(Protocol):
    """A service that is open in one process."""

    @property
    def stores(self) -> Stores: ...

    @property
    def clock(self) -> Clock: ...


R = TypeVar("R", bound=Opened)


@dataclass(frozen=True)
class Assembly(Generic[R]):
    """What one service says of itself; `service` is what its entry point offers.

    `wsgi` is gunicorn's `module:callable` of a function that returns `wsgi_app()`. `open_runtime` opens the stores in
    the process that uses them. `resources` are its endpoints. `publish` makes messages of facts, for the topics
    `writes`; its checkpoints go to a topic beside them. `takes` are the topics from outside, `follows` those of other
    services; `reactions` gives what is done about a message, by topic. `letters` and `rewound` are its facts of what
    operators did, `answered` that a person was told what is held on them, `erasure` of holds and of erasing people,
    `accesses` of what seals its access log; `kept` are its records of a person and until when they are kept, `owed`
    what money is open between the person and the school, in words. `scrutiny` is what internal scrutiny asks of its
    log. `seed` fills the demonstration trust, on a day; `sample` makes its part in telling a made-up one. `timers` are
    further steps of its worker; `read_ahead` is what its web process does before it takes requests. `imports` are what
    it takes in from files. `streams` say in which stream facts about a person, an agreement, a repayment or a request
    stand. `figures` are the reads whose figures an audit holds against an archive.
    """

    name: str
    number: int
    wsgi: str
    open_runtime: Callable[[Settings], R]
    resources: Sequence[Endpoints]
    publish: Publish
    writes: Sequence[str]
    takes: Sequence[str]
    follows: Sequence[str]
    reactions: Callable[[R], Mapping[str, React]]
    letters: LetterFacts
    rewound: type[Rewound]
    answered: type[AccessAnswered]
    erasure: ErasureFacts
    accesses: AccessFacts
    kept: Callable[[R, str], Sequence[Kept]]
    scrutiny: Scrutiny
    commands: Callable[[], Sequence[click.Command]]
    welcome: Callable[[Settings], list[str]]
    seed: Callable[[R, date], None]
    sample: Callable[[Gathering, Clock], Part]
    timers: Callable[[R], Sequence[Step]] = lambda _: ()
    read_ahead: Callable[[R], None] = lambda _: None
    owed: Callable[[R, str], Sequence[str]] = lambda _, __: ()
    imports: Sequence[Offered] = ()
    streams: Streams = field(default_factory=dict)
    figures: Sequence[Figures] = ()

    @cached_property
    def service(self) -> Service:
        """The service to the command line and the supervisor."""
        return Service(
            name=self.name,
            number=self.number,
            wsgi=self.wsgi,
            prepare=self.prepare,
            make_worker=self.make_worker,
            commands=self.commands,
            welcome=self.welcome,
            topics=(
                *map(written, (*self.writes, CHECKPOINTS)),
                *map(inbound, self.takes),
                *map(followed, self.follows),
            ),
            published=lambda settings: [self.published(self._opened(settings))],
            views=lambda settings: [self.views(self._opened(settings))],
            letters=lambda settings: [self.dead_letters(self._opened(settings))],
            positions=lambda settings: [self.positions(self._opened(settings))],
            imports=self.imports,
            chronicles=lambda settings: [Chronicle(self._opened(settings).stores, self.streams)],
            holdings=lambda settings: [self.holdings(self._opened(settings))],
            erasable=lambda settings: [self.erasable(self._opened(settings))],
            scrutinised=lambda settings: [self.scrutinised(self._opened(settings))],
            sampled=lambda settings: [self.sampled(settings)],
            sealed=lambda settings: [sealed(settings, self._opened(settings).stores, self.accesses)],
            figures=self.figures,
            answering=self.answering,
        )

    def _opened(self, settings: Settings) -> R:
        """The service, open for an operator's command. Raises NotMigratedError."""
        runtime = self.open_runtime(settings)
        runtime.stores.require_tables()
        return runtime

    def prepare(self, settings: Settings) -> None:
        """Make tables and, in local mode, the signing key; and once the demonstration trust, if it is wanted."""
        if settings.local:
            ensure_local_key(settings)
        runtime = self.open_runtime(settings)
        with closing(runtime.stores):
            runtime.stores.create_tables()
            if settings.demo:
                self.seed(runtime, london_day(utc_now()))

    def wsgi_app(self) -> Flask:
        """The web app, made in the server process, with what its first answer needs."""
        settings = read_settings()
        runtime = self.open_runtime(settings)
        self._read_ahead(runtime)
        app = self.make_app(settings, runtime)
        gc.freeze()  # what is there by now stays: to look through it for cycles took 50 ms of a request now and then
        return app

    def _read_ahead(self, runtime: R) -> None:
        """That a database is away, or has no tables yet, is for `/readyz` to say: the process starts all the same."""
        try:
            runtime.stores.require_tables()
            self.read_ahead(runtime)
        except (NotMigratedError, SQLAlchemyError) as error:
            log.warning("not read ahead", service=self.name, error=type(error).__name__)

    @contextmanager
    def answering(self, settings: Settings) -> Iterator[Read]:
        """What the service answers to an auditor, asked in this process; in local mode, which gives its own tokens.

        Nothing is noted: it is for a service that was made anew, whose access log nobody reads.
        """
        runtime = self._opened(settings)
        with closing(runtime.stores):
            token = issue_token(settings, roles=[Role.AUDITOR], now=utc_now())
            yield in_process(self._app(settings, runtime), token)

    def make_app(self, settings: Settings, runtime: R) -> WebApp:
        """The web app on an open runtime; who reads what about whom is noted."""
        app = self._app(settings, runtime)
        record_reads(app, runtime.stores.accesses, runtime.clock)
        return app

    def _app(self, settings: Settings, runtime: R) -> WebApp:
        stores = runtime.stores
        standing = Standing(stores, self.consumers(runtime))
        resources = [
            *self.resources,
            Proofs(self.name, lambda: stores).endpoints(),
            access_log(lambda: stores, self.accesses),
        ]
        app = create_app(
            self.name,
            settings,
            resources,
            ledger=stores.ledger,
            sealer=stores.sealer,
            clock=runtime.clock,
            checks=standing.checks(),
            view_position=stores.runner.position,
            collectors=[standing],
        )
        app.extensions[self.name] = runtime
        return app

    def make_worker(self, settings: Settings) -> Worker:
        """The worker, opened in its own process."""
        runtime = self.open_runtime(settings)
        stores, clock = runtime.stores, runtime.clock
        relay, listening = self.relay(runtime), self.consumers(runtime)
        of_accesses = AccessSealing(self.name, stores.ledger, stores.accesses, self.accesses, clock)
        return Worker(
            self.name,
            [*self.steps(runtime, relay, listening), of_accesses.step, sealing(settings, stores, clock).step],
            stores.worker_lock,
            port=settings.worker_port,
            collectors=[Deliveries(self.name, relay, listening)],
        )

    def steps(self, runtime: R, relay: Relay, listening: Sequence[Consumer]) -> list[Step]:
        """What a worker does in turn. The relay begins to send and does not wait: views are folded meanwhile."""
        consumed = [consumer.step for consumer in listening]
        return [relay.step, runtime.stores.runner.step, *consumed, *self.timers(runtime)]

    def relay(self, runtime: R) -> Relay:
        """What tells the bus."""
        return Relay(runtime.stores.ledger, runtime.stores.bus, self.publish)

    def consumers(self, runtime: R) -> list[Consumer]:
        """What listens to the bus."""
        stores = runtime.stores
        shared: dict[str, Any] = {"bus": stores.bus, "ledger": stores.ledger, "poison": stores.poison}
        return [Consumer(topic=topic, react=react, **shared) for topic, react in self.reactions(runtime).items()]

    def dead_letters(self, runtime: R) -> Letters:
        """What the service could not react to."""
        return Letters(
            service=self.name,
            ledger=runtime.stores.ledger,
            poison=runtime.stores.poison,
            consumers=self.consumers(runtime),
            facts=self.letters,
            clock=runtime.clock,
        )

    def positions(self, runtime: R) -> Positions:
        """How far the service came with its messages, in and out."""
        stores = runtime.stores
        return Positions(
            service=self.name,
            ledger=stores.ledger,
            bus=stores.bus,
            poison=stores.poison,
            lock=stores.worker_lock,
            reads=(*self.takes, *self.follows),
            writes=self.writes,
            fact=self.rewound,
            clock=runtime.clock,
        )

    def published(self, runtime: R) -> Published:
        """What the service writes on the bus."""
        return Published(runtime.stores.ledger, runtime.stores.bus, self.publish, self.writes)

    def views(self, runtime: R) -> ServiceViews:
        """What the service serves to readers."""
        return ServiceViews(self.name, runtime.stores.ledger, runtime.stores.engine, runtime.stores.views)

    def holdings(self, runtime: R) -> Holdings:
        """All that the service keeps, to be looked through for a person."""
        return Holdings(runtime.stores, self.answered)

    def erasable(self, runtime: R) -> Erasable:
        """The service as an erasure asks of it."""
        kept, owed = partial(self.kept, runtime), partial(self.owed, runtime)
        return Erasable(self.name, runtime.stores, self.erasure, kept, owed)

    def scrutinised(self, runtime: R) -> Scrutinised:
        """The service as internal scrutiny looks at it."""
        return Scrutinised(self.name, runtime.stores, self.scrutiny, self.answered, self.erasure)

    def sampled(self, settings: Settings) -> Sampled:
        """The service as the made-up trust is told to it, its tables made."""
        stores = self.open_runtime(settings).stores
        stores.create_tables()
        return Sampled(self.name, stores, self.sample)
