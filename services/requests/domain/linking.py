"""What a request is linked to: priorities of the plan, a need, an item of the year's programme, what is bought."""

from typing import Any

from services.requests.domain.buying import sound_draw
from services.requests.domain.desk import Desk
from services.requests.domain.programme import ProgrammeStream
from services.requests.domain.request import Request
from shared.dates import academic_year
from shared.errors import FieldRefused


def sound_links(desk: Desk, school_urn: str, stated: dict[str, Any], *, past: bool = False) -> None:
    """Each link is to something of the school's. Completes `stated` with what follows from them. Raises FieldRefused.

    A `past` request may name priorities that are retired by now, and is of no programme.
    """
    _sound_priorities(desk, school_urn, stated, retired_too=past)
    if stated["service_agreement_id"] is not None:
        stated["provider"] = sound_draw(desk, stated, school_urn)
    if not past:
        _link_to_programme(desk.programme(school_urn, academic_year(stated["starts_on"])), stated)
    if stated["need_id"] is not None and desk.need_of(school_urn, stated["need_id"]) is None:
        raise FieldRefused(need_id="is not a need of this school")


def take_up(desk: Desk, request: Request) -> None:
    """The request asks for what was needed, and for what was planned."""
    if request.need_id is not None:
        desk.need(request.need_id).take_up(request.id)
    if request.programme_item_id is not None:
        _programme(desk, request).take_up(request.programme_item_id, request.id)


def leave(desk: Desk, request: Request) -> None:
    """The request came to nothing: need and item are as they were."""
    if request.need_id is not None:
        desk.need(request.need_id).leave(request.id)
    if request.programme_item_id is not None:
        _programme(desk, request).leave(request.programme_item_id, request.id)


def meet(desk: Desk, request: Request) -> None:
    """The request is completed, and so is what it was linked to."""
    if request.need_id is not None:
        desk.need(request.need_id).meet(request.id)
    if request.programme_item_id is not None:
        _programme(desk, request).do(request.programme_item_id, request.id)


def _programme(desk: Desk, request: Request) -> ProgrammeStream:
    return desk.programme(request.school_urn, academic_year(request.starts_on))


def _sound_priorities(desk: Desk, school_urn: str, stated: dict[str, Any], *, retired_too: bool) -> None:
    """A live priority of the school is named, or why there is none."""
    for priority_id in stated["priority_ids"]:
        priority = desk.priority_of(school_urn, priority_id)
        if priority is None:
            raise FieldRefused(priority_ids=f"{priority_id} is not a priority of this school")
        if priority.retired and not retired_too:
            raise FieldRefused(priority_ids=f"{priority_id} is no longer in the plan")
    if not stated["priority_ids"] and not stated["priority_exception"]:
        raise FieldRefused(priority_ids="must name a live priority of the school, or priority_exception says why not")


def _link_to_programme(programme: ProgrammeStream, stated: dict[str, Any]) -> None:
    """The item that is named, or else the one planned for the need that is named; and its need where none is named."""
    standing = programme.state if programme.state is not None and programme.state.status == "adopted" else None
    stated["programme_adopted"] = standing is not None
    items = standing.items if standing is not None else []
    item_id, need_id = stated["programme_item_id"], stated["need_id"]
    if item_id is None:
        item = next((each for each in items if need_id is not None and each.need_id == need_id), None)
    else:
        item = next((each for each in items if each.id == item_id), None)
        if item is None:
            raise FieldRefused(programme_item_id="is not an item of the programme that the school has adopted")
    if item is not None:
        stated["programme_item_id"], stated["need_id"] = item.id, need_id or item.need_id
