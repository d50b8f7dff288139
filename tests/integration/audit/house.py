"""A log of counters with its seal, its bus, its keys, and a clock that a test moves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.access_log.sealing import AccessSealing
from shared.access_log.store import Access, AccessLog
from shared.access_log.verifying import SealedAccesses
from shared.audit import live
from shared.audit.export import Part, export
from shared.audit.live import Sealed
from shared.audit.offline import Report, Row, check_archive
from shared.audit.sealing import Sealing
from shared.audit.signing import Signer
from shared.audit.store import SealStore
from shared.messaging.database import open_database
from shared.messaging.embedded import EmbeddedBus
from tests.integration.eventstore.toy import READS, count, open_ledger

SERVICE = "toys"
NAME = "cpd.test"
WHOLE = Part()
AT_ONCE = 15
DAYS = 30


def signer(number: int = 1) -> Signer:
    """The same key for the same number, so that runs can be compared."""
    return Signer(NAME, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


def access(at: datetime, staff_id: str) -> Access:
    """The head reads someone's agreements."""
    said = {"by": "head", "role": "headteacher", "what": "GET /v1/agreements"}
    return Access(at=at, staff_id=staff_id, correlation_id=f"{staff_id} {at.isoformat()}", **said)


class House:
    """`seal()` is the worker's turn; `verify()` and `archive()` are an auditor's."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database = database
        self.ledger = open_ledger(database)
        is_file = not database.startswith("postgresql://")
        self.store = SealStore(open_database(Path(database) if is_file else database))
        self.store.create_tables()
        self.accesses = AccessLog(
            open_database(Path(database).with_name("access.sqlite") if is_file else database), DAYS
        )
        self.accesses.create_tables()
        self.bus = EmbeddedBus(folder / "bus.sqlite")
        self.bus.create_tables()
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
        self.signer = signer()
        self.keys = [self.signer.key]

    def sealing(self, **others: Any) -> Sealing:
        parts: dict[str, Any] = {
            "service": SERVICE,
            "ledger": self.ledger,
            "store": self.store,
            "bus": self.bus,
            "signer": self.signer,
            "keys": self.keys,
            "clock": lambda: self.now,
            "seconds": 60.0,
            "pause_seconds": 0.0,
        }
        return Sealing(**parts | others)

    def count(self, number: int, streams: int = 7) -> None:
        """State so many events, of several streams in turn, a few at once."""
        for n in range(0, number, AT_ONCE):
            count(self.ledger, f"counter {n % streams}", by=n, times=min(AT_ONCE, number - n))

    def seal(self, *, minutes: int = 2) -> None:
        """A minute later, all that there is: sealed, signed and published."""
        self.now += timedelta(minutes=minutes)
        sealing = self.sealing()
        while sealing.step():
            pass
        sealing.step()

    def grown(self, number: int) -> None:
        """So many more events, sealed and signed."""
        self.count(number)
        self.seal()

    def read(self, number: int) -> None:
        """So many accesses, a second apart, each noted by itself."""
        for n in range(number):
            self.now += timedelta(seconds=1)
            self.accesses.note([access(self.now, f"t{n % 5}")])

    def access_sealing(self) -> AccessSealing:
        return AccessSealing(SERVICE, self.ledger, self.accesses, READS, lambda: self.now)

    def seal_accesses(self, **later: float) -> int:
        """Some time later, all that there is: stated, sealed and signed. Gives how many facts were stated."""
        self.now += timedelta(**later)
        sealing, stated = self.access_sealing(), 0
        while done := sealing.step():
            stated += done
        self.seal()
        return stated

    @property
    def sealed(self) -> Sealed:
        accesses = SealedAccesses(self.ledger, self.accesses, READS)
        return Sealed(SERVICE, f"{NAME}/{SERVICE}", self.ledger, self.store, self.bus, self.keys, accesses)

    def verify(self, held: Sequence[str] = ()) -> Report:
        return live.verify(self.sealed, held)

    def findings(self, held: Sequence[str] = ()) -> str:
        """All that is found wrong, in lines."""
        return "\n".join(self.verify(held).findings)

    def is_readable(self) -> bool:
        """Whether nobody who was killed while writing still keeps readers from the end of the log."""
        return self.ledger.readable_position() == self.ledger.position()

    def rows(self) -> list[Row]:
        return list(live.rows_upto(self.ledger, self.ledger.readable_position(), 0))

    def notes(self) -> list[str]:
        return [stored.note for stored in self.store.every_checkpoint()]

    def archive(self, part: Part = WHOLE, *, accesses: bool = False) -> bytes:
        file = BytesIO()
        export([self.sealed], part, file, self.signer, accesses=accesses)
        return file.getvalue()

    def checked(self, archive: bytes, held: Sequence[str] = ()) -> Report:
        return check_archive(BytesIO(archive), self.keys, held)

    def close(self) -> None:
        self.ledger.close()
        self.store.engine.dispose()
        self.accesses.engine.dispose()
        self.bus.close()
