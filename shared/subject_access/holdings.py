"""Everything that one service keeps, looked through for a person: its log, views, receipts and dead letters."""

from collections.abc import Iterator
from typing import Any

import msgspec

from shared.access_log.store import Wanted
from shared.eventstore.recorder import Receipt
from shared.eventstore.sealing import subject_of
from shared.projections.log import AT_ONCE, rows_after
from shared.stores import Stores
from shared.subject_access.items import ACCESS, LOG, RECEIPT, Item, item_of
from shared.subject_access.messages import dead_letters
from shared.subject_access.record import AccessAnswered
from shared.subject_access.served import in_views
from shared.subject_access.telling import Subject


class Holdings:
    """One service's. `answered` is its own class of the fact that someone was told of them."""

    def __init__(self, stores: Stores, answered: type[AccessAnswered]) -> None:
        self.service = stores.name
        self.stores = stores
        self.answered = answered

    def items(self, subject: Subject) -> Iterator[Item]:
        """All that concerns the person, store by store."""
        yield from self._facts(subject)
        yield from in_views(self.service, self.stores.engine, self.stores.views, subject)
        yield from self._receipts(subject)
        yield from dead_letters(self.service, self.stores.poison, subject)
        yield from self._accesses(subject)

    def _facts(self, subject: Subject) -> Iterator[Item]:
        """Read from the log itself: a view may lag behind, and has no row for who is merely named."""
        ledger, reached = self.stores.ledger, 0
        end = ledger.readable_position()
        while rows := rows_after(ledger, reached, AT_ONCE, end):
            reached = rows[-1][0]
            for position, topic, state in rows:
                if not subject.within(state):
                    continue
                fact = ledger.mapper.decode(topic, state)
                where = {"service": self.service, "store": LOG, "place": f"position {position}"}
                record = msgspec.to_builtins(fact)
                item = item_of(record, subject, **where, what=fact.event_name(), at=record["recorded_at"])
                if item is not None:
                    yield item

    def _accesses(self, subject: Subject) -> Iterator[Item]:
        """Who read the person's records, and whose the person read."""
        wanted = [Wanted(staff_id=subject.staff_id), *(Wanted(by=name) for name in sorted(subject.names))]
        seen: set[int] = set()
        for which in wanted:
            after = 0
            while page := self.stores.accesses.find(which, after=after):
                after = page[-1][0]
                for number, access in page:
                    record = msgspec.to_builtins(access)
                    record = {"actor": record.pop("by")} | record
                    where = {"service": self.service, "store": ACCESS, "place": f"number {number}", "at": record["at"]}
                    item = item_of(record, subject, **where, what="a read")
                    if item is not None and number not in seen:
                        yield item
                    seen.add(number)

    def _receipts(self, subject: Subject) -> Iterator[Item]:
        """Answers that are kept for calls that come again: to the person, or about them."""
        for receipt in self.stores.ledger.recorder.receipts_with(sorted(subject.names), subject.staff_id):
            where = {"service": self.service, "store": RECEIPT, "place": f"{receipt.caller} {receipt.key}"}
            item = item_of(_answer(receipt, subject), subject, **where, what="answer to a call", at=None)
            if item is not None:
                yield item


def _answer(receipt: Receipt, subject: Subject) -> dict[str, Any]:
    whose = subject_of(receipt.answer)
    if whose not in (None, subject.staff_id):
        return {"caller": receipt.caller, "staff_id": whose}
    text = subject.open(receipt.answer)
    try:
        answer = msgspec.json.decode(text)
        body = msgspec.json.decode(answer["body"])
    except msgspec.DecodeError:  # erased: there is nothing to read
        answer, body = {}, text
    owner = {} if whose is None else {"staff_id": whose}
    return {"caller": receipt.caller, **owner, "status": answer.get("status"), "answer": body}
