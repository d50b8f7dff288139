"""Personal keys on either database: one a person, whoever writes first, and none once they are erased."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared.eventstore.fact import ERASED
from shared.eventstore.keystore import KeyStore
from shared.eventstore.sealing import Sealer
from shared.messaging.database import open_database

THREADS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_database(tmp_path / "keys.sqlite")
    else:
        engine = open_database(str(request.getfixturevalue("postgres_url")), pool=THREADS)
    yield engine
    engine.dispose()


def together(deed: Callable[[int], object]) -> list[object]:
    """What `deed` gives, or raises, in each of several threads at the same moment."""
    barrier, results = threading.Barrier(THREADS), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            results.append(deed(number))
        except Exception as error:  # noqa: BLE001  whatever it is, the test names it
            results.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_stores_may_be_made_at_the_same_time(engine: Engine):
    assert together(lambda _: KeyStore(engine).create_tables()) == [None] * THREADS


def test_all_first_writers_seal_under_one_key(engine: Engine):
    KeyStore(engine).create_tables()
    tokens = together(lambda number: Sealer(KeyStore(engine)).seal("s1", f"text {number}"))
    sealer = Sealer(KeyStore(engine))
    assert sorted(sealer.open(str(token)) for token in tokens) == [f"text {number}" for number in range(THREADS)]


def test_keys_of_many_are_made_at_once_and_those_there_are_stay(engine: Engine):
    keys = KeyStore(engine)
    keys.create_tables()
    token = Sealer(keys).seal("s1", "before")
    keys.destroy("s2")
    assert together(lambda _: KeyStore(engine).make(["s1", "s2", "s3", "s4"])) == [None] * THREADS
    keys.make(["s3", "s4", "s5"])
    assert [keys.stands(name) for name in ("s1", "s2", "s3", "s4", "s5")] == ["kept", "destroyed", *["kept"] * 3]
    assert (Sealer(keys).open(token), Sealer(keys).seal("s2", "text")) == ("before", ERASED)
    assert Sealer(keys).open(Sealer(KeyStore(engine)).seal("s5", "after")) == "after"


def test_a_person_erased_while_the_first_text_is_written_stays_erased(engine: Engine):
    KeyStore(engine).create_tables()
    for number in range(10):
        subject = f"s{number}"

        def deed(place: int, subject: str = subject) -> object:
            keys = KeyStore(engine)
            return keys.destroy(subject) if place == 0 else Sealer(keys).seal(subject, "text")

        outcomes = together(deed)
        assert not [each for each in outcomes if isinstance(each, Exception)]
        assert Sealer(KeyStore(engine)).seal(subject, "later") == ERASED
