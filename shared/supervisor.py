"""Runs a set of processes on one machine: restarts what dies, stops all together, leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from shared.messaging import tethered
from shared.messaging.logs import logger

LOOK_SECONDS = 0.1
STOP_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0


class Child:
    """One supervised process in a session of its own, so that a terminal's Ctrl-C reaches it through us alone."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: BinaryIO) -> None:
        self.name = name
        self._command = [sys.executable, "-IS", tethered.__file__, str(os.getpid()), *command]
        self._env = dict(env)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._pause = 0.0

    def tend(self) -> int | None:
        """Start the process if it is due. Gives the exit code of one that has ended, once."""
        if self._process is None:
            if time.monotonic() >= self._start_at:
                self._start()
            return None
        code = self._process.poll()
        if code is not None:
            self.kill()
            self._process = None
            steady = time.monotonic() - self._started_at >= STEADY_SECONDS
            self._pause = (
                FIRST_PAUSE_SECONDS if steady else min(max(FIRST_PAUSE_SECONDS, self._pause * 2), LONGEST_PAUSE_SECONDS)
            )
            self._start_at = time.monotonic() + self._pause
        return code

    def terminate(self) -> None:
        """Ask the process to end; how it ends its own children is its affair."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End the whole session at once: what is left of it after its leader died still holds its sockets."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self._process.wait()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603  the commands are our own
            self._command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )


def supervise(
    commands: Mapping[str, list[str]], env: Mapping[str, str], log_folder: Path, on_ready: Callable[[], None]
) -> None:
    """Keep `commands` (name → argv) running until SIGINT or SIGTERM; then stop them all and return.

    Each one's output goes to `<log_folder>/<name>.log`. `on_ready` runs in a thread once all were started. At the
    signal each process gets one SIGTERM; what still runs after `STOP_SECONDS`, or at a second signal, gets SIGKILL.
    Call it in the main thread.
    """
    log_folder.mkdir(parents=True, exist_ok=True)
    log = logger(process="supervisor")
    with _logs(commands, log_folder) as logs, _signals() as signals:
        children = [Child(name, command, env, logs[name]) for name, command in commands.items()]
        try:
            _tend(children, log)
            threading.Thread(target=on_ready, name="on_ready", daemon=True).start()
            while not signals.wait(LOOK_SECONDS):
                _tend(children, log)
        finally:
            _stop(children, signals)


def _tend(children: list[Child], log: Any) -> None:
    for child in children:
        code = child.tend()
        if code is not None:
            log.warning("process_ended", name=child.name, code=code)


def _stop(children: list[Child], signals: "_Signals") -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and signals.count < 2 and not all(child.ended() for child in children):
        time.sleep(LOOK_SECONDS / 4)
    for child in children:
        child.kill()


class _Signals:
    """How many times we were told to stop."""

    def __init__(self) -> None:
        self.count = 0
        self._told = threading.Event()

    def note(self, _number: int, _frame: Any) -> None:
        self.count += 1
        self._told.set()

    def wait(self, seconds: float) -> bool:
        return self._told.wait(seconds)


@contextmanager
def _signals() -> Iterator[_Signals]:
    signals = _Signals()
    before = {number: signal.signal(number, signals.note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _logs(names: Mapping[str, Any], folder: Path) -> Iterator[dict[str, BinaryIO]]:
    logs: dict[str, BinaryIO] = {name: (folder / f"{name}.log").open("ab") for name in names}
    try:
        yield logs
    finally:
        for file in logs.values():
            file.close()
