"""A client whose calls may hang, in a thread of its own: a call that takes too long costs the client, no caller."""

import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from kafka.errors import KafkaError

from shared.messaging.bus import BusAway
from shared.messaging.logs import logger

C = TypeVar("C")
T = TypeVar("T")


class Pending(Generic[T]):
    """A call that was asked for. It is overdue `seconds` after that, whether it began or not."""

    def __init__(self, call: Callable[[Any], T], seconds: float, on_overdue: Callable[[], None]) -> None:
        self.call = call
        self._seconds = seconds
        self._due = time.monotonic() + seconds
        self._on_overdue = on_overdue
        self._over = threading.Event()
        self._error: BaseException | None = None
        self._result: T

    def wait(self, seconds: float | None = None) -> bool:
        """Wait up to `seconds`, or until overdue: is it done? Raises BusAway, and what the call raises."""
        left = self._due - time.monotonic()
        if not self._over.wait(max(0.0, left if seconds is None else min(seconds, left))):
            if time.monotonic() < self._due:
                return False
            self.fail(BusAway(f"no answer within {self._seconds:g} s"))
            self._on_overdue()
        if self._error is not None:
            raise self._error
        return True

    def result(self) -> T:
        """What the call gave, once it is done. Raises as `wait` does."""
        self.wait()
        return self._result

    def fail(self, error: BaseException) -> None:
        if not self._over.is_set():
            self._error = error
            self._over.set()

    def succeed(self, result: T) -> None:
        if not self._over.is_set():
            self._result = result
            self._over.set()


class Watched(Generic[C]):
    """A client of type C, made by the first call in the process that asks, and used by one thread only.

    After a call that failed or hung the client is closed and the next call makes a new one. Whoever waited behind such
    a call is told the same, so that an outage costs every caller one wait and not a queue of them.
    """

    def __init__(self, make: Callable[[], C], close: Callable[[C], None], seconds: float) -> None:
        self._make = make
        self._close = close
        self._seconds = seconds
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._keeper: _Keeper[C] | None = None

    def submit(self, call: Callable[[C], T]) -> Pending[T]:
        """Have `call` made with the client; in the order of asking. A KafkaError reaches the caller as BusAway."""
        if self._pid != os.getpid():  # after a fork: the parent's thread, client and perhaps held lock are not ours
            self._pid, self._lock, self._keeper = os.getpid(), threading.Lock(), None
        with self._lock:
            if self._keeper is None or self._keeper.given_up.is_set():
                self._keeper = _Keeper(self._make, self._close)
            keeper = self._keeper
            pending = Pending(call, self._seconds, keeper.give_up)
            keeper.waiting.put(pending)
        return pending

    def run(self, call: Callable[[C], T]) -> T:
        """Make `call` with the client and wait for it. Raises BusAway, and what else the call raises."""
        return self.submit(call).result()

    def close(self) -> None:
        """Close the client, if there is one, behind the calls that wait. A later call makes a new one."""
        if self._pid != os.getpid():
            return
        with self._lock:
            keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.waiting.put(None)
            keeper.join(self._seconds)


class _Keeper(threading.Thread, Generic[C]):
    """The thread of one client after another, until a call hangs in it."""

    def __init__(self, make: Callable[[], C], close: Callable[[C], None]) -> None:
        super().__init__(name="kafka", daemon=True)
        self.waiting: queue.SimpleQueue[Pending[Any] | None] = queue.SimpleQueue()
        self.given_up = threading.Event()
        self._make = make
        self._close = close
        self._client: C | None = None
        self._log = logger(thread="kafka")
        self.start()

    def give_up(self) -> None:
        """A call hangs: whoever waits behind it is told, and the thread ends when the call does."""
        if not self.given_up.is_set():
            self.given_up.set()
            self._log.error("call_hung")
            self._tell_all(BusAway("a call before this one hung"))
            self.waiting.put(None)

    def run(self) -> None:
        while (pending := self.waiting.get()) is not None and not self.given_up.is_set():
            try:
                if self._client is None:
                    self._client = self._make()
                pending.succeed(pending.call(self._client))
            except (KafkaError, OSError, BusAway) as error:
                away = error if isinstance(error, BusAway) else BusAway(f"{type(error).__name__}: {error}")
                away.__cause__ = error.__cause__ if error is away else error
                pending.fail(away)
                self._tell_all(away)
                self._drop()
            except Exception as error:  # noqa: BLE001  it belongs to whoever asked
                pending.fail(error)
                self._drop()
        self._drop()
        self._tell_all(BusAway("the client was closed"))

    def _tell_all(self, error: BusAway) -> None:
        while True:
            try:
                pending = self.waiting.get_nowait()
            except queue.Empty:
                return
            if pending is None:
                self.waiting.put(None)
                return
            pending.fail(BusAway(str(error)))

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            self._close(client)
        except Exception as error:  # noqa: BLE001  a client that failed may fail at this too
            self._log.warning("close_failed", error=type(error).__name__)
