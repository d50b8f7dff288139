"""The figures that an audit asks of a service, as it is served and as an archive has it, and where the two differ."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from shared.eventstore.fact import ERASED
from shared.progress import Tell, tell_nobody

Read = Callable[[str], Any]
"""Gives what a GET of a path answers, as JSON; None where nothing is there. Raises UnansweredError."""


AT_ONCE = 4
"""Questions that a service is asked at once: half as many as one of its processes answers at once."""


class UnansweredError(Exception):
    """A service did not answer, or refused to."""


class Figures(NamedTuple):
    """A GET that shows figures. In `path`, `{on}` stands for a day and `{id}` for each id of the list at `of`."""

    path: str
    of: str = ""


class AsAt(NamedTuple):
    """What is asked for: what was true on a day, as known at an instant."""

    on: date
    known_at: datetime

    def path(self, path: str, **ids: str) -> str:
        """A path with its day, ids and instant."""
        filled = path.format(on=self.on.isoformat(), **ids)
        return f"{filled}{'&' if '?' in filled else '?'}known_at={quote(self.known_at.isoformat())}"


class Compared(NamedTuple):
    """How many answers were held against each other, and how those differ that do."""

    answers: int
    differences: list[str]


def compare(anew: Read, served: Read, figures: Sequence[Figures], as_at: AsAt, tell: Tell = tell_nobody) -> Compared:
    """Ask both sides the same: who serves is asked a few at a time, and thinks while what was made anew is asked.

    `tell` is told how many answers were compared, of how many. Raises UnansweredError.
    """
    paths, found = list(_paths(anew, figures, as_at)), []
    with ThreadPoolExecutor(AT_ONCE) as asking:
        answers = _ahead(asking, lambda path: _whole(served, path), paths)
        for number, (path, answer) in enumerate(zip(paths, answers, strict=True), 1):
            found += [f"{path}: {each}" for each in differences(_whole(anew, path), answer)]
            tell(number, len(paths))
    return Compared(len(paths), found)


def differences(anew: Any, served: Any, place: str = "") -> Iterator[str]:
    """Where what an archive has and what is served differ, in words. Texts whose key no archive has say nothing."""
    match anew, served:
        case dict(), dict():
            for name in {**anew, **served}:
                yield from differences(anew.get(name), served.get(name), f"{place}.{name}".lstrip("."))
        case list(), list() if len(anew) == len(served):
            for number, (one, other) in enumerate(zip(anew, served, strict=True)):
                yield from differences(one, other, f"{place}[{number}]")
        case list(), list():
            yield f"{place}: {len(anew)} by the archive, {len(served)} served"
        case str(), str() if ERASED in anew:
            return
        case _ if anew != served:
            yield f"{place or 'all'}: {json.dumps(anew)[:200]} by the archive, {json.dumps(served)[:200]} served"


def _paths(anew: Read, figures: Sequence[Figures], as_at: AsAt) -> Iterator[str]:
    for each in figures:
        if not each.of:
            yield as_at.path(each.path)
            continue
        for item in _whole(anew, as_at.path(each.of))["items"]:
            yield as_at.path(each.path, id=item["id"])


def _ahead(asking: Executor, ask: Callable[[str], Any], paths: Sequence[str]) -> Iterator[Any]:
    """The answers in order, no more than `AT_ONCE` of them under way or waiting."""
    under_way: deque[Future[Any]] = deque()
    for path in paths:
        under_way.append(asking.submit(ask, path))
        if len(under_way) == AT_ONCE:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _whole(read: Read, path: str) -> Any:
    """An answer; of a list all its pages."""
    found = read(path)
    if not isinstance(found, dict) or "next" not in found:
        return found
    items, after = list(found["items"]), found["next"]
    while after is not None:
        page = read(f"{path}&cursor={quote(after)}")
        items, after = items + page["items"], page["next"]
    return {"items": items}
