"""The library's subscription, woken by the clock: a NOTIFY in every append would halve what the log can take."""

import time
from collections.abc import Sequence
from threading import Thread
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription

POLL_SECONDS = 0.01


class PollingSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Gives the facts of a log as they become readable, and waits for more."""

    def __init__(self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._waking = Thread(target=self._wake)
        self._waking.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._waking.join()

    def _wake(self) -> None:
        while not self._has_been_stopped:
            time.sleep(POLL_SECONDS)
            self._has_been_notified.set()
