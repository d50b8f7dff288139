"""What a service's log knows of a person: its index as far as it has come, and the log itself from there on."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy import select

from shared.eventstore.fact import Fact
from shared.projections.history import HistoryFilter
from shared.projections.log import AT_ONCE, Entry, entries, rows_after, rows_at
from shared.projections.positions import served
from shared.stores import Stores

F = TypeVar("F", bound=Fact)


def facts_about(stores: Stores, staff_id: str) -> Iterator[Fact]:
    """Every fact whose `staff_id` it is, in the log's order, sealed."""
    return _found(stores, HistoryFilter(staff_id=staff_id), lambda fact: fact.staff_id == staff_id)


def facts_of(stores: Stores, kind: type[F]) -> Iterator[F]:
    """Every fact of one kind, in the log's order, sealed."""
    found = _found(stores, HistoryFilter(types=[kind.event_name()]), lambda fact: isinstance(fact, kind))
    return (fact for fact in found if isinstance(fact, kind))


def _found(stores: Stores, wanted: HistoryFilter, is_wanted: Callable[[Fact], bool]) -> Iterator[Fact]:
    indexed, after = _indexed(stores), 0
    while found := stores.history.positions(wanted, after=after, limit=AT_ONCE):
        after = found[-1]
        upto = [position for position in found if position <= indexed]
        for _, fact in entries(stores.ledger, rows_at(stores.ledger, upto), stores.ledger.mapper.classes):
            yield fact
    for _, fact in _not_indexed(stores, indexed):
        if is_wanted(fact):
            yield fact


def people(stores: Stores) -> set[str]:
    """Everyone whose id a fact of the log has."""
    c = stores.history.view.table.c
    with stores.engine.connect() as connection:
        known = set(connection.scalars(select(c.staff_id).distinct()))
    return (known | {fact.staff_id for _, fact in _not_indexed(stores, _indexed(stores))}) - {""}


def _indexed(stores: Stores) -> int:
    with stores.engine.connect() as connection:
        return served(connection)[stores.history.view.name].position


def _not_indexed(stores: Stores, indexed: int) -> Iterator[Entry]:
    while rows := rows_after(stores.ledger, indexed, AT_ONCE):
        indexed = rows[-1][0]
        yield from entries(stores.ledger, rows, stores.ledger.mapper.classes)
