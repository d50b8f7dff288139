"""`/v1/staff/{staff_id}/portfolio`: what a person did and learned, for themselves; and for who manages them, what they
share.
"""

from typing import Any

import msgspec
from flask import Response

from services.reviews.api import schemas
from services.reviews.api.shapes import EntryShape, PortfolioShape, entry_shape, portfolio_shape
from services.reviews.api.support import as_shared, is_own, manager_on, reach, runtime, today
from services.reviews.domain import keeping
from services.reviews.domain.entry import Entry
from services.reviews.domain.streams import stream_in, stream_of_person
from services.reviews.papers.portfolio import portfolio as as_document
from services.reviews.reports.keeping import Kept, portfolio
from services.reviews.reports.portfolio import Portfolio
from services.reviews.reports.portfolio_table import portfolio_table
from shared.errors import NotThere
from shared.projections.query import Versions, Which
from shared.tables import as_csv
from shared.web import reads
from shared.web.commands import command
from shared.web.documents import FOR_PRINT, formats, printed
from shared.web.endpoints import Endpoints
from shared.web.resources import opened
from shared.web.roles import Role
from shared.web.schemas import given
from shared.web.scope import Reach, acting_role
from shared.web.wiring import wiring

endpoints = Endpoints("portfolios", __name__, description="Portfolios")

READERS = (Role.STAFF, Role.LINE_MANAGER)
PORTFOLIO = "/staff/<identifier:staff_id>/portfolio"
ONE = f"{PORTFOLIO}/<identifier:entry_id>"


@endpoints.get(PORTFOLIO, *READERS, query=schemas.PortfolioQuery, answer=PortfolioShape)
@endpoints.doc(responses=formats(PortfolioShape, "text/csv"))
def get_portfolio(query: dict[str, Any], staff_id: str) -> Response:
    """The portfolio, the newest first: whole for its owner, for others what the owner shares."""
    position = reads.settled(query)
    made = made_for_reader(staff_id, query)
    if query["format"] == "csv":
        headers = {"Cpd-Position": str(position), "Content-Disposition": 'attachment; filename="portfolio.csv"'}
        return Response(as_csv(portfolio_table(made)), 200, headers, content_type="text/csv; charset=utf-8")
    if query["format"] in FOR_PRINT:
        return printed(as_document(made), query["format"], position)
    return reads.figures(query, lambda: portfolio_shape(made))


@endpoints.post(PORTFOLIO, Role.STAFF, body=schemas.EntryBody, answer=EntryShape, status=201)
def add(body: dict[str, Any], staff_id: str) -> Response:
    """Add an entry."""
    acting_role(Reach(staff_id, None))
    return command(
        lambda call: runtime().commands.of_person(call, staff_id, keeping.add, **given(body)),
        render=_told,
        reach=Reach(staff_id, None),
        status=201,
    )


@endpoints.put(ONE, Role.STAFF, body=schemas.EntryBody, answer=EntryShape)
def change(body: dict[str, Any], staff_id: str, entry_id: str) -> Response:
    """Say an entry otherwise, whole."""
    return _act(staff_id, entry_id, keeping.change, **given(body))


@endpoints.post(f"{ONE}/sharing", Role.STAFF, body=schemas.SharingBody, answer=EntryShape)
def share(body: dict[str, Any], staff_id: str, entry_id: str) -> Response:
    """Let your line manager read an entry, or do so no more."""
    return _act(staff_id, entry_id, keeping.share, shared=body["shared"])


@endpoints.post(f"{ONE}/withdrawal", Role.STAFF, body=schemas.WithReasonBody, answer=EntryShape)
def take_out(body: dict[str, Any], staff_id: str, entry_id: str) -> Response:  # noqa: ARG001  read where it is kept
    """Take an entry out."""
    return _act(staff_id, entry_id, keeping.take_out)


def made_for_reader(staff_id: str, query: dict[str, Any]) -> Portfolio:
    """A person's portfolio on the day asked for, as far as the caller may read it. Raises NotThere.

    Whoever left reads it for good; who managed them does not.
    """
    on, known_at = query.get("on") or today(), query.get("known_at")
    acting_role(_reach_now(staff_id))
    person = runtime().people.one(staff_id, known_at)
    if person is None:
        raise NotThere(f"there is no member of staff {staff_id}")

    def of(versions: Versions[Any]) -> list[Any]:
        return [each.state for each in versions.as_known(known_at, Which(staff_id=staff_id))]

    kept = Kept(
        staff_id=staff_id,
        person=person.state,
        activities=[as_shared(each, query) for each in of(runtime().activities)],
        entries=[each for each in of(runtime().entries) if _still_open(each, query)],
        disseminations=of(runtime().disseminations),
    )
    readable = msgspec.convert(wiring().sealer.open_all(msgspec.to_builtins(kept)), Kept)
    return portfolio(readable, on, complete=is_own(staff_id))


def _reach_now(staff_id: str) -> Reach:
    """Where a portfolio lies, whatever instant it is asked for: the manager is who manages the person today."""
    row = runtime().people.one(staff_id)
    if row is None:
        return Reach(staff_id, None)
    return Reach(staff_id, row.state.school_urn, manager_on(today(), row.state))


def _still_open(entry: Entry, query: dict[str, Any]) -> bool:
    """Whether its owner asks, or lets others read the entry now too."""
    if "known_at" not in query or is_own(entry.staff_id):
        return True
    row = runtime().entries.one(entry.id)
    return row is not None and row.state.shared and not row.state.withdrawn


def _act(staff_id: str, entry_id: str, execute: Any, **fields: Any) -> Response:
    if stream_in(entry_id) != stream_of_person(staff_id):
        raise NotThere(f"there is no entry {entry_id} of {staff_id}")
    return command(
        lambda call: runtime().commands.on_entry(call, entry_id, execute, **fields), render=_told, reach=reach
    )


def _told(entry: Any) -> Any:
    return opened(entry_shape(entry))
