"""`python -m tests.faults.killed_worker NUMBER`: the agreements worker, killed a moment after so many reactions."""

import os
import signal
import sys
from itertools import count
from threading import Timer
from typing import Any

from services.agreements.reactions import Reactions
from services.agreements.service import SERVICE
from shared.settings import read_settings

A_MOMENT = 0.005


def main(number: int) -> None:
    react, reactions = Reactions.to_hr, count(1)

    def counted(self: Reactions, event: Any, marks: Any) -> None:
        react(self, event, marks)
        if next(reactions) == number:
            Timer(A_MOMENT, os.kill, (os.getpid(), signal.SIGKILL)).start()

    Reactions.to_hr = counted  # type: ignore[method-assign]
    SERVICE.make_worker(read_settings()).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
