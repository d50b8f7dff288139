"""Writers that abort, sleep, collide and are killed, and readers that tail the log, each in a process of its own."""

import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg import Connection, Rollback
from psycopg.rows import TupleRow

from shared.eventstore.postgres import PostgresLedgerRecorder
from shared.eventstore.postgres_append import Append
from shared.eventstore.postgres_pool import Connections
from shared.eventstore.recorder import Row
from tests.faults.processes import begun
from tests.processes import eventually

WRITERS = 8
READERS = 3
KILL_EVERY_SECONDS = 0.25
SHARED_STREAMS = [UUID(int=number) for number in range(1, 6)]
LONGEST_SLEEP = 0.05
TRUTH = "SELECT notification_id, state FROM stored_events ORDER BY notification_id"


class Ours:
    """The log as it is."""

    def __init__(self, url: str) -> None:
        self.connections = Connections(url, size=1)
        self.recorder = PostgresLedgerRecorder(self.connections)

    def create(self) -> None:
        self.recorder.create_table()

    def insert(self, connection: Connection[TupleRow], events: Sequence[StoredEvent]) -> None:
        """Append within whatever transaction the connection is in."""
        Append(events).run(connection)

    def after(self, position: int, limit: int) -> Sequence[Row]:
        return self.recorder.rows_after(position, limit)


class Unmarked(Ours):
    """The same positions, read without regard to who is still writing."""

    READ = "SELECT notification_id, topic, state FROM stored_events WHERE notification_id > %s ORDER BY 1 LIMIT %s"

    def after(self, position: int, limit: int) -> Sequence[Row]:
        with self.connections.connection() as connection:
            return connection.execute(self.READ, (position, limit)).fetchall()


class Serial(Unmarked):
    """A naive log: a serial number for a position, no lock."""

    TABLE = """CREATE TABLE stored_events (
        originator_id uuid, originator_version bigint, topic text, state bytea, notification_id bigserial UNIQUE,
        PRIMARY KEY (originator_id, originator_version))"""
    INSERT = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)"

    def create(self) -> None:
        with self.connections.connection() as connection:
            connection.execute(self.TABLE)

    def insert(self, connection: Connection[TupleRow], events: Sequence[StoredEvent]) -> None:
        with connection.transaction():
            for event in sorted(events, key=lambda each: (each.originator_id, each.originator_version)):
                its = (event.originator_id, event.originator_version, event.topic, event.state)
                connection.execute(self.INSERT, its)


class Reading(NamedTuple):
    """What one reader saw, against what is in the log at the end."""

    seen: int
    missed: int
    invented: int
    repeated: int
    not_increasing: int


class Outcome(NamedTuple):
    """How a run came out."""

    events: int
    disordered_streams: int
    readings: list[Reading]


class Writer:
    """Appends to a stream of its own and to those that all writers share, in every way that may go wrong."""

    def __init__(self, log: Ours, seed: int) -> None:
        self.log = log
        self.random = random.Random(seed)  # noqa: S311
        self.stream = uuid4()
        self.version = 0
        self.ways: list[tuple[Callable[[], None], int]] = [
            (self.plainly, 9),
            (self.in_competition, 4),
            (self.twice, 3),
            (self.slowly, 3),
            (self.after_a_savepoint, 1),
        ]

    def write(self) -> None:
        """Append once, in one of the ways. Conflicts are part of it."""
        way = self.random.choices(*map(list, zip(*self.ways, strict=True)))[0]
        with suppress(IntegrityError):
            way()

    def plainly(self) -> None:
        with self.log.connections.connection() as connection:
            self.log.insert(connection, self._own(self.random.randint(1, 12)))

    def in_competition(self) -> None:
        """Two of the shared streams in one append, as far as they have come by now."""
        with self.log.connections.connection() as connection:
            events = []
            for stream in self.random.sample(SHARED_STREAMS, 2):
                last = "SELECT coalesce(max(originator_version), 0) FROM stored_events WHERE originator_id = %s"
                version = (connection.execute(last, (stream,)).fetchone() or (0,))[0]
                events += [_event(stream, version + ahead) for ahead in range(1, self.random.randint(2, 3))]
            self.log.insert(connection, events)

    def twice(self) -> None:
        """An append that ends in an event which is there already: nothing of it may stay."""
        with self.log.connections.connection() as connection:
            self.log.insert(connection, [*self._own(self.random.randint(1, 4)), _event(self.stream, 1)])

    def slowly(self) -> None:
        """Time passes between the append and its commit, which does not always come."""
        with self.log.connections.transaction() as connection:
            self.log.insert(connection, self._own(self.random.randint(1, 3)))
            time.sleep(self.random.uniform(0, LONGEST_SLEEP))
            if self.random.random() < 0.2:
                raise Rollback

    def after_a_savepoint(self) -> None:
        """An append that is taken back, and another one in the same transaction."""
        with self.log.connections.transaction() as connection:
            with connection.transaction(force_rollback=True):
                self.log.insert(connection, self._own(2))
                time.sleep(self.random.uniform(0, LONGEST_SLEEP))
            self.log.insert(connection, self._own(2))

    def _own(self, number: int) -> list[StoredEvent]:
        """The next events of this writer's stream. Versions that an abort leaves out stay out."""
        self.version += number
        return [_event(self.stream, self.version - number + ahead) for ahead in range(1, number + 1)]


def run(log: type[Ours], url: str, folder: Path, kills: int) -> Outcome:
    """Write, and kill so many writers; let the readers come to the end, and compare what they saw with the log."""
    ours = log(url)
    ours.create()
    stopped, done = folder / "stopped", folder / "done"
    saw = [folder / f"reader-{number}.json" for number in range(READERS)]
    readers = [begun(_read, log, url, number, done, saw[number]) for number in range(READERS)]
    try:
        _write_and_kill(log, url, stopped, kills)
        eventually(lambda: not PostgresLedgerRecorder(ours.connections).oldest_writer_seconds())
    finally:
        done.touch()
        for process in readers:
            process.join()
    with psycopg.connect(url) as connection:
        truth = [(position, state.decode()) for position, state in connection.execute(TRUTH)]
    ours.connections.close()
    return Outcome(len(truth), _disordered(truth), [_compared(truth, json.loads(file.read_text())) for file in saw])


def _write_and_kill(log: type[Ours], url: str, stopped: Path, kills: int) -> None:
    chance, seeds = random.Random(7), iter(range(1_000_000))  # noqa: S311
    writers = [begun(_write, log, url, next(seeds), stopped) for _ in range(WRITERS)]
    try:
        for _ in range(kills):
            time.sleep(KILL_EVERY_SECONDS)
            place = chance.randrange(WRITERS)
            writers[place].kill()
            writers[place].join()
            writers[place] = begun(_write, log, url, next(seeds), stopped)
    finally:
        stopped.touch()
        for process in writers:
            process.join()
    assert [process.exitcode for process in writers] == [0] * WRITERS


def _write(log: type[Ours], url: str, seed: int, stopped: Path) -> None:
    writer = Writer(log(url), seed)
    writer.plainly()
    while not stopped.exists():
        writer.write()


def _read(log: type[Ours], url: str, seed: int, done: Path, saw: Path) -> None:
    ours, chance = log(url), random.Random(seed)  # noqa: S311
    position, seen = 0, []
    while True:
        finishing = done.exists()
        rows = ours.after(position, chance.randint(1, 500))
        seen += [(row[0], row[2].decode()) for row in rows]
        if rows:
            position = rows[-1][0]
        elif finishing:
            break
        else:
            time.sleep(chance.uniform(0, 0.005))
    saw.write_text(json.dumps(seen))


def _event(stream: UUID, version: int) -> StoredEvent:
    return StoredEvent(stream, version, "faults.Written", f"{stream}/{version}".encode())


def _compared(truth: list[tuple[int, str]], seen: list[Any]) -> Reading:
    rows = [(position, state) for position, state in seen]
    return Reading(
        seen=len(rows),
        missed=len(set(truth) - set(rows)),
        invented=len(set(rows) - set(truth)),
        repeated=len(rows) - len(set(rows)),
        not_increasing=sum(one[0] >= next_one[0] for one, next_one in pairwise(rows)),
    )


def _disordered(truth: list[tuple[int, str]]) -> int:
    """How many streams stand in the log in another order than that of their versions."""
    versions: dict[str, list[int]] = {}
    for _, state in truth:
        stream, version = state.split("/")
        versions.setdefault(stream, []).append(int(version))
    return sum(its != sorted(its) for its in versions.values())
