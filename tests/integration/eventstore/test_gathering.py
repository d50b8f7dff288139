"""A history stated in memory and written at once: positions from the beginning, the messages seen, no other writer."""

from collections.abc import Iterator

import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError

from shared.eventstore import postgres_sql
from shared.eventstore.gathering import Gathering
from shared.eventstore.ledger import Ledger
from shared.eventstore.recorder import MessageId
from tests.integration.eventstore.toy import Counter, count, stream

SEEN = MessageId("/source", "1")


@pytest.fixture
def gathering(ledger: Ledger) -> Iterator[Gathering]:
    gathering = Gathering(ledger)
    yield gathering
    gathering.close()


def test_commands_see_what_was_stated_before_it_is_written(ledger: Ledger, gathering: Gathering):
    assert [count(gathering, "one").result for _ in range(3)] == [1, 2, 3]
    assert (gathering.position(), ledger.position()) == (3, 0)
    gathering.write()
    assert (ledger.position(), ledger.load(Counter, stream("one")).total) == (3, 3)


def test_facts_have_their_positions_when_they_are_stated(ledger: Ledger, gathering: Gathering):
    count(gathering, "one", times=2)
    gathering.write()
    assert [position for position, _ in gathering.told()] == []
    done = count(gathering, "two", by=7)
    ((position, fact),) = gathering.told()
    assert (position, fact.originator_id, list(gathering.told())) == (3, stream("two"), [])
    assert done.position == 3
    gathering.write()
    assert [row[0] for row in ledger.recorder.rows_after(0, 10)] == [1, 2, 3]
    assert [row[0] for row in ledger.recorder.rows_at([position])] == [3]


def test_what_is_appended_afterwards_lies_behind(ledger: Ledger, gathering: Gathering):
    count(gathering, "one", times=2)
    gathering.write()
    assert count(ledger, "one").position > 2
    assert ledger.load(Counter, stream("one")).total == 3


def test_messages_that_were_seen_are_known_once_it_is_written(ledger: Ledger, gathering: Gathering):
    gathering.see(SEEN)
    assert not ledger.recorder.has_seen(SEEN)
    gathering.write()
    assert ledger.recorder.has_seen(SEEN)


def test_where_somebody_else_wrote_nothing_of_it_is_written(ledger: Ledger, gathering: Gathering):
    count(gathering, "one")
    gathering.see(SEEN)
    before = count(ledger, "two").position
    with pytest.raises(IntegrityError, match="somebody else writes to it"):
        gathering.write()
    assert (ledger.position(), ledger.recorder.has_seen(SEEN)) == (before, False)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_no_more_is_written_than_lies_below_what_appends_give(gathering: Gathering, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres_sql, "MOST_AT_ONCE", 3)
    count(gathering, "one", times=3)
    gathering.write()
    count(gathering, "one")
    with pytest.raises(ProgrammingError):
        gathering.write()
