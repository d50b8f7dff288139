"""The worker process of a service: its steps in turn, one active process at a time, a standby behind it."""

import fcntl
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.messaging.failure import describe
from shared.messaging.logs import logger

Step = Callable[[], int]
"""Does a bounded piece of work and gives how many things it did; 0 when there was nothing to do."""

STANDBY_SECONDS = 0.1
BEAT_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


def heartbeat_of(lock: Path) -> Path:
    """The file that the active worker of `lock` touches about once a second, for readiness to look at."""
    return lock.with_suffix(".heartbeat")


def seconds_since_beat(lock: Path) -> float | None:
    """How long ago the active worker of `lock` last went round its steps; None if there never was one."""
    try:
        beaten_at = heartbeat_of(lock).stat().st_mtime
    except FileNotFoundError:
        return None
    return max(0.0, time.time() - beaten_at)


class Worker:
    """Runs `steps` in turn until SIGTERM or SIGINT; the step in hand is finished first.

    Only the process that holds the lock file is active. The lock goes with its process, however that ends, and a
    standby has it a moment later. A step that raises is logged and rests, up to 5 seconds, while the others go on.
    """

    def __init__(self, name: str, steps: Sequence[Step], lock: Path, idle_seconds: float = 0.02) -> None:
        self.name = name
        self._turns = [_Turn(step) for step in steps]
        self._lock = lock
        self._idle_seconds = idle_seconds
        self._stopping = threading.Event()
        self._beaten_at = 0.0
        self._log = logger(worker=name)

    def stop(self) -> None:
        """Finish the step in hand and return from `run`. For another thread or a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Wait for the lock, then run the steps until told to stop."""
        with self._stopped_by_signals(), self._active() as active:
            if active:
                self._log.info("worker_active")
            while active and not self._stopping.is_set():
                self._beat()
                if not self._round():
                    self._stopping.wait(self._idle_seconds)
        self._log.info("worker_stopped")

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
                self._log.error(
                    "step_failed", step=turn.name, error=failure.type, text=failure.text, again_in_seconds=pause
                )
        return done

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at >= BEAT_SECONDS:
            heartbeat_of(self._lock).touch()
            self._beaten_at = time.monotonic()

    @contextmanager
    def _active(self) -> Iterator[bool]:
        """True once the lock is held; False when told to stop before."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("a") as file:
            while not self._stopping.is_set():
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._stopping.wait(STANDBY_SECONDS)
                else:
                    yield True
                    return
            yield False

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
