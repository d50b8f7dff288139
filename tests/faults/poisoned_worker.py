"""The agreements worker with a fault in it, until the file `mended` is in its home: some people are bad for it.

A message about `raises` makes its reaction raise, one about `kills` makes it end its process.
"""

import os
import signal
from typing import Any

from services.agreements.reactions import Reactions
from services.agreements.service import SERVICE
from shared.settings import read_settings

RAISES, KILLS = "raises", "kills"


def main() -> None:
    settings = read_settings()
    react = Reactions.to_hr

    def faulty(self: Reactions, event: Any, marks: Any) -> None:
        if not (settings.home / "mended").exists():
            if event.data.get("staff_id") == RAISES:
                raise RuntimeError("a fault")
            if event.data.get("staff_id") == KILLS:
                os.kill(os.getpid(), signal.SIGKILL)
        react(self, event, marks)

    Reactions.to_hr = faulty  # type: ignore[method-assign]
    SERVICE.make_worker(settings).run()


if __name__ == "__main__":
    main()
