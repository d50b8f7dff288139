"""Commands on the annual programme: plan, adopt, revise, close."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid5

import msgspec

from services.requests.domain.desk import Desk
from services.requests.domain.programme import (
    Item,
    Programme,
    ProgrammeAdopted,
    ProgrammeClosed,
    ProgrammePlanned,
    ProgrammeRevised,
    ProgrammeStream,
)
from shared.checks import in_order
from shared.dates import academic_year
from shared.errors import FieldRefused, NotThere, StateForbids


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """An item as it is given: one that has no `id` is the one of that title, or a new one."""

    title: str
    starts_on: date
    ends_on: date
    estimated_pence: int = 0
    id: str | None = None
    need_id: str | None = None
    priority_id: str | None = None


class ProgrammeIsClosed(StateForbids):
    """The year's programme is closed."""


class NothingPlanned(StateForbids):
    """There is nothing to adopt."""


class ItemIsTakenUp(StateForbids):
    """An item that a request takes up stays in the programme."""


def plan(desk: Desk, school_urn: str, year: str, *, items: Sequence[Planned], because: str = "") -> Programme:
    """Say what is planned, whole; once adopted with a reason. The same again changes nothing.

    Raises FieldRefused, ProgrammeIsClosed, ItemIsTakenUp.
    """
    stream = desk.programme(school_urn, year)
    known = stream.state
    if known is not None and known.status == "closed":
        raise ProgrammeIsClosed("the programme is closed")
    found = [_item(stream, desk, each) for each in items]
    _each_once(found)
    if known is not None and (dropped := [each.title for each in known.items if _would_be_lost(known, each, found)]):
        raise ItemIsTakenUp(f"requests take up: {', '.join(dropped)}")
    if known is None or found != known.items:
        adopted = known is not None and known.status == "adopted"
        if adopted and not because:
            raise FieldRefused(reason="is needed to revise a programme that is adopted")
        if adopted:
            stream.state_that(ProgrammeRevised, items=found, because=because)
        else:
            stream.state_that(ProgrammePlanned, items=found)
    return _there(stream)


def adopt(desk: Desk, school_urn: str, year: str) -> Programme:
    """Take the programme as the school's; again changes nothing. Raises NotThere, NothingPlanned, ProgrammeIsClosed."""
    stream = desk.programme(school_urn, year)
    programme = _there(stream)
    if programme.status == "closed":
        raise ProgrammeIsClosed("the programme is closed")
    if not programme.items:
        raise NothingPlanned("nothing is planned")
    if programme.status == "drafted":
        stream.state_that(ProgrammeAdopted)
    return programme


def close(desk: Desk, school_urn: str, year: str, *, because: str = "") -> Programme:
    """End the year, stating what was not done; again changes nothing. Raises NotThere, StateForbids."""
    stream = desk.programme(school_urn, year)
    programme = _there(stream)
    if programme.status == "drafted":
        raise StateForbids("the programme was never adopted")
    if programme.status == "adopted":
        not_done = [item.id for item in programme.items if item.id not in programme.done]
        stream.state_that(ProgrammeClosed, not_done=not_done, because=because)
    return programme


def _item(stream: ProgrammeStream, desk: Desk, given: Planned) -> Item:
    """The item, every rule kept. Raises FieldRefused."""
    in_order(starts_on=given.starts_on, ends_on=given.ends_on)
    if academic_year(given.starts_on) != stream.academic_year:
        raise FieldRefused(items=f"{given.title} must begin in {stream.academic_year}")
    if given.need_id is not None and desk.need_of(stream.school_urn, given.need_id) is None:
        raise FieldRefused(items=f"{given.need_id} is not a need of this school")
    if given.priority_id is not None and desk.priority_of(stream.school_urn, given.priority_id) is None:
        raise FieldRefused(items=f"{given.priority_id} is not a priority of this school")
    known = [] if stream.state is None else stream.state.items
    if given.id is not None and given.id not in {each.id for each in known}:
        raise FieldRefused(items=f"{given.id} is not an item of this programme")
    same = next((each.id for each in known if each.title == given.title), None)
    item_id = given.id or same or str(uuid5(stream.id, given.title))
    fields: dict[str, Any] = msgspec.structs.asdict(given) | {"id": item_id}
    return Item(**fields)


def _each_once(items: Sequence[Item]) -> None:
    """Raises FieldRefused."""
    if len({item.title for item in items}) < len(items) or len({item.id for item in items}) < len(items):
        raise FieldRefused(items="must not name anything twice")
    needs = [item.need_id for item in items if item.need_id is not None]
    if len(set(needs)) < len(needs):
        raise FieldRefused(items="must not plan for one need twice")


def _would_be_lost(known: Programme, item: Item, kept: Sequence[Item]) -> bool:
    return bool(known.requests.get(item.id)) and item.id not in {each.id for each in kept}


def _there(stream: ProgrammeStream) -> Programme:
    if stream.state is None:
        raise NotThere(f"school {stream.school_urn} has no programme for {stream.academic_year}")
    return stream.state
