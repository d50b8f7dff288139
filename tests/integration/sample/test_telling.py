"""What a made-up trust is: the same for a seed on every database, each stream in the order of its days."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from services.agreements.application import FACTS as AGREEMENTS
from services.requests.application import FACTS as REQUESTS
from services.reviews.application import FACTS as REVIEWS
from shared.dates import london_day
from shared.eventstore.fact import Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.sample.plan import Scale
from tests.sample import a_trust, tell
from tests.servers.postgres import PostgresServer

ALL = (REQUESTS, AGREEMENTS, REVIEWS)
ENDS_ON = date(2025, 3, 31)
SCALE = Scale(schools=2, staff=20, activities=30)
Placed = tuple[int, Fact]


def told(databases: Sequence[str], folder: Path, seed: int = 1) -> list[list[Placed]]:
    """The trust told to empty logs: what each then holds, its text readable."""
    keys = KeyStore(create_engine(f"sqlite:///{folder / f'keys {seed}.sqlite'}"))
    keys.create_tables()
    ledgers = [Ledger(database, facts, Sealer(keys)) for database, facts in zip(databases, ALL, strict=True)]
    counts = tell(ledgers, a_trust(SCALE, ends_on=ENDS_ON, seed=seed))
    found = [list(placed(ledger)) for ledger in ledgers]
    assert list(counts.values()) == [len(each) for each in found]
    for ledger in ledgers:
        ledger.close()
    keys.engine.dispose()
    return found


def placed(ledger: Ledger) -> Iterator[Placed]:
    for row in ledger.recorder.select_notifications(1, 100_000):
        yield row.id, ledger.mapper.opened(ledger.mapper.decode(row.topic, row.state))


@pytest.fixture(scope="module")
def in_files(tmp_path_factory: pytest.TempPathFactory) -> list[list[Placed]]:
    folder = tmp_path_factory.mktemp("files")
    return told([str(folder / f"{number}.sqlite") for number in range(3)], folder)


def test_the_same_seed_is_the_same_trust_position_by_position_on_postgresql(
    in_files: list[list[Placed]], postgres_server: PostgresServer, tmp_path: Path
):
    assert told([postgres_server.new_database() for _ in range(3)], tmp_path) == in_files


def test_another_seed_is_another_trust(in_files: list[list[Placed]], tmp_path: Path):
    another = told([str(tmp_path / f"{number}.sqlite") for number in range(3)], tmp_path, seed=2)
    assert all(other != first for other, first in zip(another, in_files, strict=True))


def test_positions_count_from_one(in_files: list[list[Placed]]):
    for log in in_files:
        assert [position for position, _ in log] == list(range(1, len(log) + 1))


def test_each_stream_is_in_the_order_of_its_days_and_none_lies_after_the_last(in_files: list[list[Placed]]):
    for log in in_files:
        streams: dict[object, list[Fact]] = {}
        for _, fact in log:
            streams.setdefault(fact.originator_id, []).append(fact)
        for facts in streams.values():
            assert [fact.originator_version for fact in facts] == list(range(1, len(facts) + 1))
            assert all(one.recorded_at <= next_.recorded_at for one, next_ in pairwise(facts))
        assert max(london_day(fact.recorded_at) for _, fact in log) <= ENDS_ON


def test_no_text_about_a_person_lies_in_a_file_as_it_is(in_files: list[list[Placed]], tmp_path: Path):
    files = [tmp_path / f"{number}.sqlite" for number in range(3)]
    told([str(file) for file in files], tmp_path)
    for text in (b"It serves the plan", b"What we learn is passed on", b"by ourselves"):
        assert all(text not in part.read_bytes() for part in tmp_path.iterdir())
