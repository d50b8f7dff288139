"""Everything a service keeps, opened for one process: its log, its views, the keys, the bus."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from shared.clock import Clock
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import KeyStore, Sealer
from shared.messaging.database import open_database
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.poison import Poison
from shared.projections.engine import views_engine
from shared.projections.history import History, HistoryView
from shared.projections.rebuild import rebuild
from shared.projections.runner import ViewRunner
from shared.projections.view import View
from shared.settings import Settings


@dataclass(frozen=True)
class Stores:
    """One service's stores. Open them in the process that uses them, never before a fork."""

    name: str
    folder: Path
    keys: KeyStore
    sealer: Sealer
    ledger: Ledger
    bus: EmbeddedBus
    poison: Poison
    engine: Engine
    views: tuple[View, ...]
    runner: ViewRunner
    history: History

    def create_tables(self) -> None:
        """Make what is not there, and make anew the views whose code has changed."""
        self.keys.create_tables()
        self.bus.create_tables()
        self.poison.create_tables()
        self.ledger.recorder.create_table()
        self.runner.create_tables()
        for view in self.runner.outdated():
            rebuild(self.ledger, self.engine, view)

    @property
    def worker_lock(self) -> Path:
        """The file that the active worker of the service holds."""
        return self.folder / "worker.lock"


def open_stores(
    settings: Settings, name: str, facts: Sequence[type[Fact]], views: Sequence[View], clock: Clock
) -> Stores:
    """The stores of the service `name`, with a history of all its facts beside its own views."""
    folder = settings.folder(name)
    keys = KeyStore(open_database(settings.folder("keys") / "keys.sqlite"))
    sealer = Sealer(keys)
    bus = EmbeddedBus(settings.folder("bus") / "bus.sqlite")
    ledger = Ledger(str(folder / "log.sqlite"), facts, sealer, create_tables=False)
    engine = views_engine(folder / "views.sqlite")
    history_view = HistoryView(facts)
    every_view = (*views, history_view)
    return Stores(
        name=name,
        folder=folder,
        keys=keys,
        sealer=sealer,
        ledger=ledger,
        bus=bus,
        poison=Poison(open_database(folder / "inbox.sqlite"), bus, name, clock),
        engine=engine,
        views=every_view,
        runner=ViewRunner(ledger, engine, every_view),
        history=History(engine, history_view),
    )
