"""Readers that follow the log while it is written miss nothing, see nothing twice and never go back."""

import os
from pathlib import Path

import pytest

from tests.faults.order import READERS, Ours, Outcome, Reading, Serial, Unmarked, run

SECONDS = float(os.environ.get("CPD_FAULT_SECONDS", "15"))
SECONDS_TO_MISS = 5.0


def test_nothing_is_missed_nothing_comes_twice_and_positions_rise(postgres_url: str, tmp_path: Path):
    outcome = run(Ours, postgres_url, tmp_path, SECONDS)
    _tell(outcome)
    assert outcome.events > 20 * SECONDS
    assert outcome.kills > SECONDS
    assert outcome.disordered_streams == 0
    assert outcome.readings == [Reading(outcome.events, 0, 0, 0, 0)] * READERS


@pytest.mark.parametrize("log", [Serial, Unmarked])
def test_the_harness_finds_what_a_log_without_the_mark_loses(log: type[Ours], postgres_url: str, tmp_path: Path):
    outcome = run(log, postgres_url, tmp_path, SECONDS_TO_MISS)
    _tell(outcome)
    assert sum(reading.missed for reading in outcome.readings) > 0


def _tell(outcome: Outcome) -> None:
    print(f"{outcome.events} events, {outcome.kills} kills; {outcome.readings}")
