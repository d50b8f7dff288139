"""A worker's seal alone: in the process that measures, or in one of its own that takes its turns on demand."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.sealing import BATCH, Sealing
from shared.audit.signing import Signer
from shared.audit.store import SealStore
from shared.eventstore.ledger import Ledger
from shared.messaging.database import open_database
from shared.messaging.embedded import EmbeddedBus
from tests.benchmarks.append import open_ledger

SIGNER = Signer("benchmarks", Ed25519PrivateKey.from_private_bytes(b"b" * 32))
SESSION = "sealer"
"""How the database names the sessions of the process of its own."""


def sealing_of(ledger: Ledger, store: SealStore, folder: Path, *, seconds: float = 0.0) -> Sealing:
    """The worker's step, which does not rest."""
    bus = EmbeddedBus(folder / "bus.sqlite")
    bus.create_tables()
    return Sealing(
        service="bench",
        ledger=ledger,
        store=store,
        bus=bus,
        signer=SIGNER,
        keys=[SIGNER.key],
        clock=lambda: datetime.now(UTC),
        seconds=seconds,
        pause_seconds=0.0,
    )


class Sealer:
    """The process that seals, signing each minute, as seen by who asks it to."""

    def __init__(self, orders: Connection) -> None:
        self._orders = orders

    def turn(self) -> float:
        """Have everything sealed that there was; gives the seconds of a processor that it used for it."""
        self._orders.send(None)
        used: float = self._orders.recv()
        return used


@contextmanager
def sealer(context: ForkServerContext, url: str) -> Iterator[Sealer]:
    """A process that seals the log of `url`, ready."""
    with TemporaryDirectory() as folder:
        ours, theirs = context.Pipe()
        process = context.Process(target=_take_turns, args=(url, folder, theirs))
        process.start()
        theirs.close()
        try:
            found = Sealer(ours)
            found.turn()
            yield found
        finally:
            process.terminate()
            process.join()


def _take_turns(url: str, folder: str, orders: Connection) -> None:
    os.environ["PGAPPNAME"] = SESSION
    with closing(open_ledger(url)) as ledger:
        sealing = sealing_of(ledger, SealStore(open_database(url)), Path(folder), seconds=60.0)
        while True:
            orders.recv()
            began = time.process_time()
            while sealing.step() == BATCH:
                pass
            orders.send(time.process_time() - began)
