"""Runs a command that ends when its supervisor does: `python tethered.py SUPERVISOR_PID COMMAND…`.

A program of its own, because a function run between fork and exec is unsafe once the supervisor has threads.
It imports the standard library only, so that it starts at once. Where there is no PR_SET_PDEATHSIG (not Linux)
a SIGKILL of the supervisor leaves the command running.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(supervisor: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:
            raise SystemExit("the supervisor is gone")
    os.execvp(command[0], command)  # noqa: S606  the command is the supervisor's own


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
