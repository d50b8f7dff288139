"""The worker process of a service: its steps in turn, one active process at a time, a standby behind it."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server
from prometheus_client.registry import Collector

from shared.messaging.failure import describe
from shared.messaging.logs import logger
from shared.worker_lock import LockLostError, WorkerLock

Step = Callable[[], int]
"""Does a bounded piece of work and gives how many things it did; 0 when there was nothing to do."""

STANDBY_SECONDS = 0.1
LONGEST_STANDBY_SECONDS = 2.0
BEAT_SECONDS = 1.0
IDLE_SECONDS, LONGEST_IDLE_SECONDS = 0.02, 0.1
OF_IDLE_TIME = 0.01
"""An idle worker looks again after this share of the time for which there has been nothing to do."""
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


class Worker:
    """Runs `steps` in turn until SIGTERM or SIGINT; the step in hand is finished first.

    Only the process that holds the lock is active. The lock goes with its process, however that ends, and a standby
    has it a moment later. A step that raises is logged and rests, up to 5 seconds, while the others go on. With
    `port` the process tells Prometheus there how its steps do, and while it is active what `collectors` tell. They must
    not wait for anything: where a database is away, the process still has to say that it lives.
    """

    def __init__(
        self,
        name: str,
        steps: Sequence[Step],
        lock: WorkerLock,
        *,
        idle_seconds: float = IDLE_SECONDS,
        port: int | None = None,
        collectors: Sequence[Collector] = (),
    ) -> None:
        self.name = name
        self.telemetry = WorkerTelemetry(name)
        self._turns = [_Turn(step) for step in steps]
        self._lock = lock
        self._idle_seconds = idle_seconds
        self._port = port
        self._collectors = collectors
        self._stopping = threading.Event()
        self._beaten_at = 0.0
        self._log = logger(worker=name)

    def stop(self) -> None:
        """Finish the step in hand and return from `run`. For another thread or a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Wait for the lock, then run the steps until told to stop; stand by again whenever the lock is lost."""
        with self._stopped_by_signals(), self.telemetry.served_on(self._port):
            while self._acquired():
                self._log.info("worker_active")
                try:
                    with self.telemetry.active_with(self._collectors):
                        self._work()
                except LockLostError:
                    self._log.error("worker_lock_lost")
                finally:
                    self._lock.release()
        self._log.info("worker_stopped")

    def _acquired(self) -> bool:
        """True once the lock is held; False when told to stop before."""
        pause = STANDBY_SECONDS
        told = False
        while not self._stopping.is_set():
            try:
                if self._lock.acquire():
                    return True
                pause = STANDBY_SECONDS
                if not told:
                    self._log.info("worker_stands_by")
                    told = True
            except Exception as error:  # noqa: BLE001  whatever keeps us from the lock, we stand by and ask again
                failure = describe(error)
                self._log.error("lock_out_of_reach", error=failure.type, text=failure.text)
                pause = min(pause * 2, LONGEST_STANDBY_SECONDS)
            self._stopping.wait(pause)
        return False

    def _work(self) -> None:
        worked_at = time.monotonic()
        while not self._stopping.is_set():
            self._beat()
            if self._round():
                worked_at = time.monotonic()
            else:
                idle = time.monotonic() - worked_at
                self._stopping.wait(max(self._idle_seconds, min(idle * OF_IDLE_TIME, LONGEST_IDLE_SECONDS)))

    def _round(self) -> int:
        done = 0
        for turn in self._turns:
            if self._stopping.is_set():
                break
            try:
                done += turn.take()
            except Exception as error:  # noqa: BLE001  whatever a step raises, the other steps go on and it is tried again
                failure = describe(error)
                pause = turn.rest()
                self.telemetry.failures.labels(self.name, turn.name).inc()
                self._log.error(
                    "step_failed", step=turn.name, error=failure.type, text=failure.text, again_in_seconds=pause
                )
        return done

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at >= BEAT_SECONDS:
            self._lock.beat()
            self._beaten_at = time.monotonic()

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self.stop()


class WorkerTelemetry:
    """What a worker tells Prometheus: whether it is the active one, and how often each step failed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._registry = CollectorRegistry()
        self.active = Gauge(
            "cpd_worker_active", "1 while this process holds the lock.", ["service"], registry=self._registry
        )
        self.failures = Counter(
            "cpd_worker_step_failures", "Steps that raised.", ["service", "step"], registry=self._registry
        )
        self.active.labels(name).set(0)

    @contextmanager
    def active_with(self, collectors: Sequence[Collector]) -> Iterator[None]:
        """Tell that this process is the active one meanwhile, and what `collectors` tell."""
        for collector in collectors:
            self._registry.register(collector)
        self.active.labels(self._name).set(1)
        try:
            yield
        finally:
            self.active.labels(self._name).set(0)
            for collector in collectors:
                self._registry.unregister(collector)

    @contextmanager
    def served_on(self, port: int | None) -> Iterator[None]:
        """Answer HTTP on `port` meanwhile; nowhere where it is None."""
        if port is None:
            yield
            return
        server, thread = start_http_server(port, registry=self._registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Turn:
    """A step and how long it rests after failing."""

    def __init__(self, step: Step) -> None:
        self.name = getattr(step, "__qualname__", type(step).__name__)
        self._step = step
        self._pause = 0.0
        self._resting_until = 0.0

    def take(self) -> int:
        if time.monotonic() < self._resting_until:
            return 0
        done = self._step()
        self._pause = 0.0
        return done

    def rest(self) -> float:
        self._pause = min(max(FIRST_PAUSE_SECONDS, self._pause * 2), LONGEST_PAUSE_SECONDS)
        self._resting_until = time.monotonic() + self._pause
        return self._pause
