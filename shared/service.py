"""What a service is to the command line and the supervisor, and how the installed ones are found."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.metadata import entry_points

import click

from shared.audit.chronicle import Chronicle
from shared.audit.comparing import Figures, Read
from shared.audit.live import Sealed
from shared.erasure.judging import Erasable
from shared.imports.offered import Offered
from shared.messaging.letters import Letters
from shared.messaging.rewind import Positions
from shared.messaging.topics import Topic
from shared.messaging.verify import Published
from shared.projections.commands import ServiceViews
from shared.sample.part import Sampled
from shared.scrutiny.finding import Scrutinised
from shared.settings import Settings
from shared.subject_access.holdings import Holdings
from shared.worker import Worker

GROUP = "cpd.services"


class UnknownServiceError(LookupError):
    """No installed service has this name."""


@dataclass(frozen=True)
class Service:
    """One service as its entry point offers it.

    `number` is its port above the base (requests 1, agreements 2, reviews 3); `wsgi` is gunicorn's `module:callable`.
    `prepare` makes tables and keys, and the demo when `settings.demo` says so; it may run again at every start.
    `make_worker` builds what the worker process runs, after the fork. `commands` are merged into `cpd`.
    `welcome` gives the lines shown once everything is ready: tokens and commands to try.
    `topics` are what it writes and reads; `published` what it writes, beside the log that it follows from; `views` what
    it serves to readers, likewise; `letters` what it could not react to; `positions` how far it came; `imports` what it
    takes in from files; `holdings` all it keeps, to be looked through for a person; `erasable` the service
    as an erasure asks of it; `scrutinised` as internal scrutiny does; `sealed` its log with what seals it;
    `chronicles` its log, to be told of; `sampled` the service as a made-up trust is told to it; `figures` the reads
    that an audit compares, and `answering` opens it to answer them in this process.
    """

    name: str
    number: int
    wsgi: str
    prepare: Callable[[Settings], None]
    make_worker: Callable[[Settings], Worker]
    commands: Callable[[], Sequence[click.Command]]
    welcome: Callable[[Settings], list[str]]
    topics: Sequence[Topic] = ()
    published: Callable[[Settings], Sequence[Published]] = lambda _: ()
    views: Callable[[Settings], Sequence[ServiceViews]] = lambda _: ()
    letters: Callable[[Settings], Sequence[Letters]] = lambda _: ()
    positions: Callable[[Settings], Sequence[Positions]] = lambda _: ()
    imports: Sequence[Offered] = ()
    holdings: Callable[[Settings], Sequence[Holdings]] = lambda _: ()
    erasable: Callable[[Settings], Sequence[Erasable]] = lambda _: ()
    scrutinised: Callable[[Settings], Sequence[Scrutinised]] = lambda _: ()
    sealed: Callable[[Settings], Sequence[Sealed]] = lambda _: ()
    sampled: Callable[[Settings], Sequence[Sampled]] = lambda _: ()
    chronicles: Callable[[Settings], Sequence[Chronicle]] = lambda _: ()
    figures: Sequence[Figures] = ()
    answering: Callable[[Settings], AbstractContextManager[Read]] = lambda _: nullcontext(lambda _: None)

    def port(self, settings: Settings) -> int:
        return settings.port_base + self.number

    def url(self, settings: Settings) -> str:
        """Where the service answers on this machine."""
        return f"http://127.0.0.1:{self.port(settings)}"


def services() -> tuple[Service, ...]:
    """The installed services, by number."""
    found: list[Service] = [entry.load() for entry in entry_points(group=GROUP)]
    return tuple(sorted(found, key=lambda service: service.number))


def topics_of(installed: Iterable[Service]) -> list[Topic]:
    """The topics of several services."""
    return [topic for service in installed for topic in service.topics]


def service_named(name: str) -> Service:
    """The service `name`, and no other is loaded. Raises UnknownServiceError, which names those there are."""
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in known:
        raise UnknownServiceError(f"there is no service {name}; there is {', '.join(sorted(known)) or 'none'}")
    service: Service = known[name].load()
    return service
