"""Who was ever named to take part in which request: how a person finds what others ask for them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, String, Table, select

from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.request_facts import REQUEST_FACTS, RequestStated
from shared.projections.log import Entry
from shared.projections.view import IndexOn, Values, View


class ParticipantsView(View):
    """One row a person and request. Whether they still take part, the request says."""

    name = "participants"
    version = 2
    facts = tuple(fact for fact in (*REQUEST_FACTS, *HISTORY_FACTS) if issubclass(fact, RequestStated))
    columns = (("staff_id", String()), ("request_id", String()))
    key = ("staff_id", "request_id")
    indexes = (IndexOn("staff_id", "request_id", unique=True),)

    def rows(self, batch: Iterable[Entry]) -> Sequence[Values]:
        stated = [fact for _, fact in batch if isinstance(fact, RequestStated)]
        return list(dict.fromkeys((person, fact.request_id) for fact in stated for person in fact.participants))

    def apply(self, connection: Connection, table: Table, batch: Sequence[Entry]) -> None:
        rows = self.rows(batch)
        people = {staff_id for staff_id, _ in rows}
        found = connection.execute(select(table).where(table.c.staff_id.in_(people)))
        known = {tuple(row) for row in found}
        self.insert(connection, table, [row for row in rows if row not in known])


class Participants:
    """Questions to the view."""

    def __init__(self, engine: Engine, view: ParticipantsView) -> None:
        self.engine = engine
        self.view = view

    def requests_naming(self, staff_id: str) -> list[str]:
        """The ids of the requests that name a person, or once did."""
        c = self.view.table.c
        with self.engine.connect() as connection:
            return list(connection.scalars(select(c.request_id).where(c.staff_id == staff_id)))
