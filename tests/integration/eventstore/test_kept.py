"""A kind whose streams are long is kept as last folded: as true as the log, and only what was added is read."""

from typing import Any

import pytest

from shared.errors import StateForbids
from shared.eventstore.ledger import Call, Ledger
from tests.integration.eventstore.toy import Counter, act, count, open_ledger, stream

NAME = "a"


class LongCounter(Counter):
    KEPT = True


def total(ledger: Ledger) -> tuple[int, int]:
    counter = ledger.load(LongCounter, stream(NAME))
    return counter.total, counter.version


def test_what_another_process_added_is_seen(ledger: Ledger, database: str) -> None:
    count(ledger, NAME, by=2)
    assert total(ledger) == (2, 1)
    with open_ledger(database, create_tables=False) as other:
        count(other, NAME, by=3)
        assert total(other) == (5, 2)
    assert total(ledger) == (5, 2)


def test_only_what_was_added_is_read(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    count(ledger, NAME, times=3)
    total(ledger)
    count(ledger, NAME, times=2)
    read, select_events = [], ledger.recorder.select_events

    def counted(*args: Any, **kwargs: Any) -> Any:
        found = select_events(*args, **kwargs)
        read.append(len(found))
        return found

    monkeypatch.setattr(ledger.recorder, "select_events", counted)
    assert total(ledger) == (5, 5)
    assert total(ledger) == (5, 5)
    assert read == [2, 0]


def test_what_a_refused_command_stated_is_kept_by_nobody(ledger: Ledger) -> None:
    def refuse(counter: LongCounter) -> None:
        counter.count(by=7)
        raise StateForbids("no")

    count(ledger, NAME)
    for _ in range(2):
        with pytest.raises(StateForbids):
            ledger.execute(LongCounter, stream(NAME), Call(act=act()), refuse)
        assert total(ledger) == (1, 1)


def test_a_stream_without_facts_is_blank(ledger: Ledger) -> None:
    assert total(ledger) == (0, 0)
    count(ledger, NAME)
    assert total(ledger) == (1, 1)


def test_an_earlier_version_is_folded_anew(ledger: Ledger) -> None:
    count(ledger, NAME, times=3)
    total(ledger)
    assert ledger.load(LongCounter, stream(NAME), version=2).total == 2
    assert total(ledger) == (3, 3)
