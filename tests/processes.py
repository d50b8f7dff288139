"""Processes that tests start, watch and end: seen through /proc, ended by their id."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

ENDED = ("Z", "X")


def eventually(condition: Callable[[], Any], seconds: float = 120) -> Any:
    """Wait until `condition()` holds, as long as a very busy machine may need; gives what it gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs: one that has ended and is not yet waited for does not."""
    return _state_and_parent(pid)[0] not in ENDED


def until_gone(pids: Collection[int]) -> None:
    """Wait until none of them runs: what was told to end, and even what was killed, still does for a moment."""
    eventually(lambda: not any(map(is_alive, pids)))


def children(parent: int) -> list[int]:
    """The living child processes of a process."""
    everyone = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in everyone if (at := _state_and_parent(pid))[1] == parent and at[0] not in ENDED]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill(pid: int) -> None:
    """SIGKILL it and wait until it is gone: nobody finds it among the living afterwards, to kill it once more.

    One that has ended by itself since it was looked for is as dead.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    until_gone([pid])


def stopped(process: "subprocess.Popen[Any]", seconds: float = 60) -> None:
    """Ask it to end, and make it end where it does not."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _state_and_parent(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    return state, int(parent)
