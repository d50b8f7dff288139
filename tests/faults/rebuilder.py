"""`python -m tests.faults.rebuilder VIEW`: a rebuild in small parts, with a helper, that tells of each part."""

import sys

from services.agreements.runtime import open_runtime
from shared.projections import log
from shared.projections import rebuild as rebuilding
from shared.settings import read_settings

ROWS_A_PART = 20


def main(name: str) -> None:
    log.AT_ONCE = ROWS_A_PART
    rebuilding.WORTH_HELP = 1
    stores = open_runtime(read_settings()).stores
    view = next(view for view in stores.views if view.name == name)
    rebuilding.rebuild(stores.ledger, stores.engine, view, lambda done, parts: print(f"{done} of {parts}", flush=True))


if __name__ == "__main__":
    main(sys.argv[1])
