"""Views made anew while commands come in and readers read: nobody notices, and one that is killed is gone on with."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.agreements.contract import PAYROLL_TOPIC, TOPIC
from shared.dates import london_day
from shared.projections.positions import served
from shared.projections.rebuild import rebuild
from shared.projections.under_way import PARTS
from tests.faults.house import House, running, settings_in
from tests.faults.load import Load
from tests.faults.reader import Reader, Watcher
from tests.faults.rebuilder import BROKEN_OFF_AFTER, ROWS_A_PART
from tests.processes import eventually, until_gone
from tests.servers.postgres import PostgresServer

SEED = 20250301
PEOPLE = 60
MOST_SECONDS = 240
PATHS = ("/v1/agreements?limit=20", "/v1/trust/liability", "/v1/repayments?limit=20", "/v1/events?limit=20")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(params=["files", "PostgreSQL"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    settings = settings_in(tmp_path)
    if request.param == "PostgreSQL":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        settings = replace(settings, database_url=server.new_database(), keys_url=server.new_database())
    with running(settings) as house:
        yield house


def generations(house: House) -> dict[str, int]:
    with house.runtime.stores.engine.connect() as connection:
        return {name: found.generation for name, found in served(connection).items()}


def message_ids(house: House, topic: str) -> list[str]:
    return [json.loads(message.value)["id"] for message in house.messages(topic)]


def broken_off_in_the_middle(house: House, view: str) -> int:
    """A rebuild is killed, and not its helpers. Returns how many parts were done when all of it was gone."""
    command = [sys.executable, "-m", "tests.faults.rebuilder", view]
    with subprocess.Popen(command, env=house.env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        parts, *helpers = map(int, process.stdout.readline().split())
    assert process.returncode == -signal.SIGKILL
    assert helpers
    until_gone(helpers)
    with house.runtime.stores.engine.connect() as connection:
        done = connection.scalars(select(func.count()).where(PARTS.c.view == view)).one()
    assert BROKEN_OFF_AFTER <= done < parts
    return int(done)


def test_rebuilt_under_load_nobody_notices(house: House) -> None:
    stores = house.runtime.stores
    before = generations(house)
    load = Load(house, PEOPLE, london_day(datetime.now(UTC)), SEED, MOST_SECONDS)
    readers, watcher = [Reader(house, path) for path in PATHS], Watcher(stores.engine)
    load.start()
    made = Counter[str]()
    try:
        while load.running or made.total() < len(stores.views):
            view = stores.views[made.total() % len(stores.views)]
            rebuild(stores.ledger, stores.engine, view)
            made[view.name] += 1
            time.sleep(0.05)
        eventually(house.is_drained)
        sent = {topic: message_ids(house, topic) for topic in (TOPIC, PAYROLL_TOPIC)}
        done = broken_off_in_the_middle(house, "history")
        again = rebuild(stores.ledger, stores.engine, next(view for view in stores.views if view.name == "history"))
        eventually(house.is_drained)
    finally:
        for reader in (*readers, watcher):
            reader.stop()
    print(f"rebuilt {dict(made)} during {len(load.answers)} commands, {sum(reader.reads for reader in readers)} reads")
    assert load.problems == [failure for caller in load.callers for failure in caller.failures] == []
    assert [trouble for reader in (*readers, watcher) for trouble in reader.troubles] == []
    assert all(reader.reads > 20 for reader in readers)
    assert watcher.looks > 200
    made["history"] += 1
    assert generations(house) == {name: before[name] + made[name] for name in before}
    assert again.parts == stores.ledger.recorder.estimated_rows() // ROWS_A_PART + 1
    assert again.folded == again.parts - done
    assert {topic: message_ids(house, topic) for topic in sent} == sent
    assert max(Counter(sent[PAYROLL_TOPIC]).values()) == 1
    ran = house.cpd("views", "verify", "--service", "agreements")
    assert ran.returncode == 0, ran.stdout + ran.stderr
