"""What the services offer to import; where several take in the same, a row goes to all of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from shared.access_log.store import Access
from shared.clock import Clock
from shared.eventstore.fact import Act
from shared.imports.kind import ImportKind, Values
from shared.messaging.letters import ROLE
from shared.settings import Settings
from shared.stores import Stores


class Runtime(Protocol):
    """A service, open in this process."""

    @property
    def stores(self) -> Stores: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def commands(self) -> Any: ...


@dataclass(frozen=True)
class Offered:
    """`cpd import NAME` as one service takes it in: `make_kind` is given the service's commands."""

    service: str
    name: str
    help: str
    open_runtime: Callable[[Settings], Runtime]
    make_kind: Callable[[Any], ImportKind]

    @contextmanager
    def opened(self, settings: Settings, by: str) -> Iterator[tuple[ImportKind, Clock]]:
        """The kind, on a log whose tables are there, and the clock. Who imports is noted in the access log."""
        runtime = self.open_runtime(settings)
        with closing(runtime.stores) as stores:
            stores.keys.create_tables()
            stores.ledger.recorder.create_table()
            stores.accesses.create_tables()
            done = Access(at=runtime.clock(), by=by, role=ROLE, what=f"import {self.name}", staff_id="")
            stores.accesses.note([done])
            yield self.make_kind(runtime.commands), runtime.clock


class Together:
    """One kind in several services. A row is there once all have it; each has it once."""

    def __init__(self, kinds: Sequence[ImportKind]) -> None:
        self._kinds = kinds
        first = kinds[0]
        self.columns, self.required, self.key_field = first.columns, first.required, first.key_field
        self.from_cells, self.load, self.key = first.from_cells, first.load, first.key

    def is_there(self, row: Values) -> bool:
        return all(kind.is_there(row) for kind in self._kinds)

    def check(self, row: Values, act: Act) -> None:
        for kind in self._kinds:
            if not kind.is_there(row):
                kind.check(row, act)

    def bring_in(self, row: Values, act: Act) -> bool:
        brought = [kind.bring_in(row, act) for kind in self._kinds]
        return any(brought)


@contextmanager
def opened_together(
    offered: Sequence[Offered], settings: Settings, by: str = ROLE
) -> Iterator[tuple[ImportKind, Clock]]:
    """What one or several services offer under one name, as one kind."""
    with ExitStack() as stack:
        opened = [stack.enter_context(each.opened(settings, by)) for each in offered]
        kinds, clock = [kind for kind, _ in opened], opened[0][1]
        yield (Together(kinds) if len(kinds) > 1 else kinds[0]), clock
