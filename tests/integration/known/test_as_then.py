"""What was known at an instant: every answer then, the same answer now, and the answer of a log that ends there."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from shared.projections.rebuild import rebuild
from tests.integration.known.deeds import DEEDS, OPENING
from tests.integration.known.history import History
from tests.integration.known.reads import Read, every_read, world_of
from tests.integration.reviews.world import Trust

SEEDS = range(int(os.environ.get("CPD_KNOWN_HISTORIES", "2")))
EACH, LOOKS = 2, 4
FROZEN = ("/v1/statistics/access", "/v1/statistics/providers", "/v1/reports/access")
"""Without `known_at` as at a month's end, and so not as at now."""


class Look(NamedTuple):
    """What was answered at an instant, and where the logs ended."""

    at: datetime
    answers: dict[Read, Any]
    ends: list[int]

    @property
    def known_at(self) -> str:
        return quote(self.at.isoformat())


def answered(trust: Trust, read: Read, known_at: str = "") -> Any:
    """What does not tell of the time of asking."""
    answer = world_of(trust, read.service).get(read.at(known_at), read.by)
    assert answer.status_code in (200, 403, 404, 422), (read, answer.text)
    return answer.status_code, answer.headers.get("ETag"), answer.text if answer.status_code == HTTPStatus.OK else ""


def looked(history: History) -> Look:
    trust = history.trust
    now = trust.clock.now
    answers = {
        read: answered(trust, read, quote(now.isoformat()) if read.template in FROZEN else "")
        for read in every_read(trust, history.chance)
    }
    return Look(now, answers, [world.position() for world in trust.every])


def ends_at(trust: Trust, look: Look, home: Path) -> Trust:
    """The three services on logs that end where they ended then, their views folded anew."""
    for world, end in zip(trust.every, look.ends, strict=True):
        there = home / world.assembly.name
        there.mkdir(parents=True)
        with closing(sqlite3.connect(there / "log.sqlite")) as copy:
            with closing(sqlite3.connect(world.home / world.assembly.name / "log.sqlite")) as log:
                log.backup(copy)
            copy.execute("DELETE FROM stored_events WHERE rowid > ?", (end,))
            copy.commit()
    copytree(trust.requests.home / "keys", home / "keys")
    again = Trust(home)
    again.clock.now = look.at
    for world in again.every:
        world.worker_runs = False
        for view in world.runtime.stores.views:
            rebuild(world.runtime.stores.ledger, world.runtime.stores.engine, view)
    return again


@pytest.fixture(params=SEEDS)
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    trust = Trust(tmp_path / "home")
    for world in trust.every:
        world.worker_runs = False
    yield History(trust, request.param)
    trust.close()


def test_every_read_answers_as_it_did_then(history: History, tmp_path: Path) -> None:
    history.goes_on(OPENING)
    deeds, looks = history.chance.sample(DEEDS * EACH, k=len(DEEDS) * EACH), []
    for part in range(LOOKS):
        history.goes_on(deeds[part::LOOKS])
        looks.append(looked(history))
    assert len(history.effective) > len(DEEDS) * 2 / 3, "a history in which little happens shows little"
    for look in looks:
        for read, answer in look.answers.items():
            assert answered(history.trust, read, look.known_at) == answer, (read, look.known_at)
    look = looks[1]
    for read, items in listed(look):
        assert list(paged(history.trust, read, look.known_at)) == items, read
    again = ends_at(history.trust, look, tmp_path / "again")
    for read, answer in look.answers.items():
        assert answered(again, read, look.known_at if read.template in FROZEN else "") == answer, read
    again.close()


def listed(look: Look) -> Iterator[tuple[Read, list[Any]]]:
    for read, (status, _, text) in look.answers.items():
        if "limit=200" in read.path and status == HTTPStatus.OK:
            yield read, json.loads(text)["items"]


def paged(trust: Trust, read: Read, known_at: str) -> Iterator[Any]:
    """The items of a list, two at a time."""
    path = read.at(known_at).replace("limit=200", "limit=2")
    page = world_of(trust, read.service).read(path, read.by)
    yield from page["items"]
    while page["next"]:
        page = world_of(trust, read.service).read(f"{path}&cursor={page['next']}", read.by)
        yield from page["items"]
