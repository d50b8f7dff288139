"""What was so at a past instant, computed once in a process: nothing recorded later changes it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")
SETTLED = timedelta(minutes=5)
"""By how much the clocks of writers may differ, and a command that began before an instant may end after it."""


class Frozen:
    """The last few results, by what was asked. `caught_up` says whether the views show the whole log."""

    def __init__(self, clock: Callable[[], datetime], caught_up: Callable[[], bool], most: int = 24) -> None:
        self._clock, self._caught_up, self._most = clock, caught_up, most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def at(self, instant: datetime, asked: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` says of the instant: kept where it is past for good, and nothing of it can be missing."""
        key = (instant, asked)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(T, self._kept[key])
        for_good = instant < self._clock() - SETTLED and self._caught_up()
        found = compute()
        if for_good:
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found
