"""Readers that follow the log while it is written miss nothing, see nothing twice and never go back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.order import READERS, Ours, Outcome, Reading, Serial, Unmarked, run
from tests.servers.postgres import PostgresServer

KILLS = int(os.environ.get("CPD_FAULT_KILLS", "30"))
KILLS_TO_MISS, TRIES = 8, 10


def test_nothing_is_missed_nothing_comes_twice_and_positions_rise(postgres_url: str, tmp_path: Path):
    outcome = run(Ours, postgres_url, tmp_path, KILLS)
    _tell(outcome)
    assert outcome.events > 10 * KILLS
    assert outcome.disordered_streams == 0
    assert outcome.readings == [Reading(outcome.events, 0, 0, 0, 0)] * READERS


@pytest.mark.parametrize("log", [Serial, Unmarked])
def test_the_harness_finds_what_a_log_without_the_mark_loses(
    log: type[Ours], postgres_server: PostgresServer, tmp_path: Path
):
    assert any(_missed(log, postgres_server, tmp_path))


def _missed(log: type[Ours], server: PostgresServer, folder: Path) -> Iterator[int]:
    """How many facts readers missed, in one run after the other: it takes chance, and more of it on a slow machine."""
    for number in range(TRIES):
        (place := folder / str(number)).mkdir()
        outcome = run(log, server.new_database(), place, KILLS_TO_MISS)
        _tell(outcome)
        yield sum(reading.missed for reading in outcome.readings)


def _tell(outcome: Outcome) -> None:
    print(f"{outcome.events} events; {outcome.readings}")
