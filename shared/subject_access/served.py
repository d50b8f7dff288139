"""What a service's views hold on a person: what is believed now, and since when."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Engine, func, or_, select

from shared.projections.history import HistoryView
from shared.projections.instants import instant
from shared.projections.past import unpacked
from shared.projections.versions import VersionsView
from shared.projections.view import View
from shared.subject_access.items import VIEW, Item, item_of
from shared.subject_access.telling import Subject

PAGE = 500


def in_views(service: str, engine: Engine, views: tuple[View, ...], subject: Subject) -> Iterator[Item]:
    """The rows of each view that concern the person."""
    for view in views:
        if isinstance(view, VersionsView):
            yield from _believed(service, engine, view, subject)
        elif isinstance(view, HistoryView):
            yield from _index(service, engine, view, subject)
        else:
            yield from _plain(service, engine, view, subject)


def _believed(service: str, engine: Engine, view: VersionsView[Any], subject: Subject) -> Iterator[Item]:
    c, after = view.table.c, ""
    while rows := _read(engine, select(view.table).where(c.id > after).order_by(c.id).limit(PAGE)):
        after = rows[-1].id
        for row in rows:
            if row.staff_id != subject.staff_id and not subject.within(row.state):
                continue
            record = {"staff_id": row.staff_id} | _named(view.stored_state(row.state))
            record |= {"status": row.status, "superseded": _superseded(row.past)}
            where = {"service": service, "store": VIEW, "place": row.id, "what": view.name}
            item = item_of(record, subject, **where, at=instant(row.known_from).isoformat())
            if item is not None:
                yield item


def _named(value: Any) -> Any:
    """As JSON has it, each value of a struct under its field's name, also of one that is stored without names."""
    if isinstance(value, msgspec.Struct):
        return {name: _named(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [_named(each) for each in value]
    if isinstance(value, dict):
        return {name: _named(each) for name, each in value.items()}
    return msgspec.to_builtins(value)


def _superseded(past: bytes) -> list[dict[str, str]]:
    """The versions before, which follow from the facts: since when each was believed, and how it stood."""
    return [{"known_from": version.known_from.isoformat(), "status": version.status} for version in unpacked(past)]


def _index(service: str, engine: Engine, view: HistoryView, subject: Subject) -> Iterator[Item]:
    c = view.table.c
    query = select(func.count()).where(or_(c.staff_id == subject.staff_id, c.actor.in_(sorted(subject.names))))
    if count := _read(engine, query)[0][0]:
        says = {"facts_of_the_log_found_by_your_ids": count, "each_by": [name for name, _ in view.columns]}
        place = "index of the log"
        yield Item(service=service, store=VIEW, place=place, what=view.name, at=None, relation="about", says=says)


def _plain(service: str, engine: Engine, view: View, subject: Subject) -> Iterator[Item]:
    """A view of another kind: its rows, where they have a person's id."""
    if "staff_id" not in view.table.c:
        return
    for row in _read(engine, select(view.table).where(view.table.c.staff_id == subject.staff_id)):
        record = {name: _legible(value) for name, value in row._mapping.items()}
        where = {"service": service, "store": VIEW, "what": view.name}
        item = item_of(record, subject, **where, place=" ".join(str(record[name]) for name in view.key), at=None)
        if item is not None:
            yield item


def _legible(value: Any) -> Any:
    return msgspec.msgpack.decode(value) if isinstance(value, bytes) else value


def _read(engine: Engine, query: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(query).all()
