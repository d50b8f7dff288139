"""What a service's views hold on a person: what is believed now, and since when."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, func, or_, select

from shared.projections.history import HistoryView, code
from shared.projections.view import View
from shared.subject_access.items import VIEW, Item, item_of
from shared.subject_access.telling import Subject

PAGE = 500


def in_views(service: str, engine: Engine, views: tuple[View, ...], subject: Subject) -> Iterator[Item]:
    """The rows of each view that concern the person."""
    for view in views:
        if isinstance(view, HistoryView):
            yield from _index(service, engine, view, subject)
        else:
            yield from _rows(service, engine, view, subject)


def _rows(service: str, engine: Engine, view: View, subject: Subject) -> Iterator[Item]:
    """Every row is looked at: a person may stand in one that is another's."""
    with engine.connect().execution_options(yield_per=PAGE) as connection:
        for row in connection.execute(select(view.table).order_by(*(view.table.c[name] for name in view.key))):
            if not any(subject.within(cell) for cell in map(_bytes, row)):
                continue
            record = view.told(row)
            if record is None:
                continue
            place = " ".join(str(row._mapping[name]) for name in view.key)
            where = {
                "service": service,
                "store": VIEW,
                "place": place,
                "what": view.name,
                "at": record.get("known_from"),
            }
            if (item := item_of(record, subject, **where)) is not None:
                yield item


def _bytes(cell: Any) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _index(service: str, engine: Engine, view: HistoryView, subject: Subject) -> Iterator[Item]:
    """A row a fact, which points at it: how many there are says all."""
    c = view.table.c
    by_them = c.actor.in_(map(code, sorted(subject.names)))
    query = select(func.count()).where(or_(c.staff_id == subject.staff_id, by_them))
    with engine.connect() as connection:
        count = connection.execute(query).scalar_one()
    if count:
        says = {"facts_of_the_log_found_by_your_ids": count, "each_by": [name for name, _ in view.columns]}
        place = "index of the log"
        yield Item(service=service, store=VIEW, place=place, what=view.name, at=None, relation="about", says=says)
