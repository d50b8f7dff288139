"""Everything a service keeps, opened for one process: its log, its views, the keys, the bus."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from shared.access_log.store import AccessLog
from shared.audit.store import SealStore
from shared.clock import Clock
from shared.eventstore.fact import Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.eventstore.wrapping import Wrapping
from shared.messaging.bus import Bus
from shared.messaging.database import create_tables, exclusive, open_database
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.poison import Poison
from shared.projections.engine import views_engine
from shared.projections.history import History, HistoryView
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from shared.projections.view import View
from shared.settings import Settings
from shared.worker_lock import METADATA as WORKER_TABLES
from shared.worker_lock import DatabaseLock, FileLock, WorkerLock

SMALL_POOL = 2
"""For the keys, which are remembered for seconds, and for messages, which are handled one at a time."""


class NotMigratedError(Exception):
    """The tables of this service were never made, or not all of them."""


@dataclass(frozen=True)
class Stores:
    """One service's stores. Open them in the process that uses them, never before a fork."""

    name: str
    keys: KeyStore
    sealer: Sealer
    ledger: Ledger
    bus: Bus
    poison: Poison
    engine: Engine
    views: tuple[View, ...]
    runner: ViewRunner
    history: History
    worker_lock: WorkerLock
    seal: SealStore
    accesses: AccessLog

    def create_tables(self) -> None:
        """Make what is not there, and make anew the views whose code has changed. Safe to run twice, and at once."""
        with exclusive(self.keys.engine, "migrate"):
            self.keys.create_tables()
        with exclusive(self.poison.engine, "migrate"):
            self.bus.create_tables()
            self.poison.create_tables()
            self.ledger.recorder.create_table()
            self.seal.create_tables()
            self.accesses.create_tables()
            if isinstance(self.worker_lock, DatabaseLock):
                create_tables(self.poison.engine, WORKER_TABLES)
            self.runner.create_tables()
            for view in self.runner.outdated():
                rebuild(self.ledger, self.engine, view)

    def require_tables(self) -> None:
        """Raises NotMigratedError where `create_tables` never came to its end. Makes no file where there is none."""
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        if file is not None and not Path(file).is_file():
            raise NotMigratedError(self.name)
        if not self.runner.are_there():
            raise NotMigratedError(self.name)

    def close(self) -> None:
        """Let go of every file and connection."""
        self.ledger.close()
        self.seal.engine.dispose()
        self.accesses.engine.dispose()
        self.poison.engine.dispose()
        self.engine.dispose()
        self.keys.engine.dispose()
        self.bus.close()


def open_stores(
    settings: Settings, name: str, facts: Sequence[type[Fact]], views: Sequence[View], clock: Clock
) -> Stores:
    """The stores of the service `name`, with a history of all its facts beside its own views."""
    url, pool = settings.database(name), settings.database_pool

    def kept_in(file: str) -> Path | str:
        return url or settings.folder(name) / file

    keys = open_keys(settings)
    sealer = Sealer(keys)
    bus = _open_bus(settings, name)
    ledger = Ledger(str(kept_in("log.sqlite")), facts, sealer, create_tables=False, pool_size=pool)
    messages = open_database(kept_in("inbox.sqlite"), pool=SMALL_POOL, overwrite=True)
    engine = views_engine(kept_in("views.sqlite"), pool=pool)
    history_view = HistoryView(facts)
    every_view = (*views, history_view)
    return Stores(
        name=name,
        keys=keys,
        sealer=sealer,
        ledger=ledger,
        bus=bus,
        poison=Poison(messages, bus, name, clock, sealer),
        engine=engine,
        views=every_view,
        runner=ViewRunner(ledger, engine, every_view),
        history=History(engine, history_view),
        worker_lock=DatabaseLock(url, engine, name) if url else FileLock(settings.folder(name) / "worker.lock"),
        accesses=AccessLog(
            messages if url else open_database(settings.folder(name) / "access.sqlite", pool=pool),
            settings.access_log_days,
        ),
        seal=SealStore(messages if url else open_database(settings.folder(name) / "log.sqlite", pool=SMALL_POOL)),
    )


def open_keys(settings: Settings) -> KeyStore:
    """The store of people's keys, which all services share."""
    kept_in = settings.keys_url or settings.folder("keys") / "keys.sqlite"
    wrapping = Wrapping(partial(wrapping_keys, settings))
    return KeyStore(open_database(kept_in, pool=SMALL_POOL, overwrite=True), wrapping)


def wrapping_keys(settings: Settings) -> str:
    """The list of keys that wrap people's keys, as it is now; in local mode that of a file, where there is one."""
    made_here = wrapping_keys_file(settings)
    if settings.key_wrapping_keys or not settings.local or not made_here.is_file():
        return settings.key_wrapping_keys
    return made_here.read_text()


def wrapping_keys_file(settings: Settings) -> Path:
    """Where local mode keeps the list that it makes for itself."""
    return settings.home / "keys" / "wrapping-keys.txt"


def _open_bus(settings: Settings, name: str) -> Bus:
    if settings.kafka is None:
        return EmbeddedBus(settings.folder("bus") / "bus.sqlite")
    from shared.messaging.kafka import KafkaBus  # noqa: PLC0415  its client takes longer to load than most commands

    return KafkaBus(settings.kafka, group=name)
