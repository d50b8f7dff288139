"""One thing that is held on a person: where it lies, since when, and what of it the person is told."""

from typing import Any

import msgspec

from shared.subject_access.telling import Relation, Subject, Withheld, relation_of, told

LOG, VIEW, RECEIPT, LETTER, MESSAGE, KEY = "log", "view", "receipt", "dead letter", "message", "key"
ACCESS = "access"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """`place` finds it in its `store`; `at` is when it came there, None where that is not kept."""

    service: str
    store: str
    place: str
    what: str
    at: str | None
    relation: Relation
    says: Any
    withheld: list[Withheld] = []


def item_of(record: dict[str, Any], subject: Subject, **where: Any) -> Item | None:
    """What a record is to the person; None where it does not concern them."""
    relation = relation_of(record, subject)
    if relation is None:
        return None
    says, withheld = told(record, relation, subject)
    return Item(relation=relation, says=says, withheld=withheld, **where)
