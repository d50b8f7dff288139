"""`python -m tests.faults.rebuilder VIEW`: a rebuild in small parts that kills itself in the middle, not its helpers.

It prints how many parts it is made of, and the ids of its helpers.
"""

import multiprocessing
import os
import signal
import sys
from threading import Timer

from services.agreements.runtime import open_runtime
from shared.projections import log
from shared.projections import rebuild as rebuilding
from shared.settings import read_settings

ROWS_A_PART = 20
BROKEN_OFF_AFTER = 5
A_MOMENT = 0.005


def break_off(done: int, parts: int) -> None:
    """Once so many parts are done, and another one is begun."""
    if done >= BROKEN_OFF_AFTER:
        print(parts, *(helper.pid for helper in multiprocessing.active_children()), flush=True)
        Timer(A_MOMENT, os.kill, (os.getpid(), signal.SIGKILL)).start()


def main(name: str) -> None:
    log.AT_ONCE = ROWS_A_PART
    rebuilding.WORTH_HELP = 1
    stores = open_runtime(read_settings()).stores
    view = next(view for view in stores.views if view.name == name)
    rebuilding.rebuild(stores.ledger, stores.engine, view, break_off)


if __name__ == "__main__":
    main(sys.argv[1])
