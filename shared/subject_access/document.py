"""The document that a person is given: what is held on them, item by item, with what they should know about it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from shared.documents.page import page
from shared.subject_access.items import ACCESS, KEY, LETTER, LOG, MESSAGE, RECEIPT, VIEW, Item

TEMPLATES = Path(__file__).parent / "templates"

STORES = {
    LOG: "Facts: what was recorded, when, by whom and why. All else is made from these, and none is ever changed.",
    VIEW: "What is shown to those who may see it: how things stand now, and since when. It is made from the facts.",
    RECEIPT: "Answers that are kept so that a call which is sent twice has one effect. Their date is not kept.",
    LETTER: "Messages that could not be dealt with and were put aside for an operator.",
    MESSAGE: "Messages between the services, and to and from the HR and payroll systems. Their text lies sealed there.",
    ACCESS: "Who read what is held on you, and what you read of others: ids and calls, kept for two years.",
    KEY: "The key under which your texts are sealed: that there is one. The key itself stays where it is.",
}
RELATIONS = {
    "about": "It is about you.",
    "takes_part": "It is about something that you take part in with others.",
    "named": "It is about another person, or a school, and names you.",
    "acted": "You did it.",
}
NOTES = (
    "What is about other people is left out; each item says what and why.",
    "Who did something in their office stays: it is the source of what is held on you.",
    "Text about you is given whole. It may mention further people: whoever hands this over reads it first.",
    "A text shown as [erased] can no longer be read by anyone.",
    "What a leaver owes is computed by the terms that they signed; each such figure can be explained.",
    "Not in here: other systems' records, backups of the same, and process logs, which hold ids and no text.",
)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Everything, with how to read it. `stores` and `relations` explain the words that items use."""

    title: str = "All data held on one person"
    staff_id: str
    names: list[str]
    made_at: str
    made_by: str
    reason: str
    services: list[str]
    notes: Sequence[str] = NOTES
    stores: dict[str, str] = msgspec.field(default_factory=STORES.copy)
    relations: dict[str, str] = msgspec.field(default_factory=RELATIONS.copy)
    counts: dict[str, dict[str, int]]
    items: list[Item]


def document(
    items: Iterable[Item],
    *,
    staff_id: str,
    names: Iterable[str],
    at: datetime,
    by: str,
    reason: str,
    services: list[str],
) -> Document:
    """The items in order: by service, by kind of store, as they were found."""
    places = list(STORES)
    found = sorted(items, key=lambda item: (item.service, places.index(item.store)))
    counts: dict[str, Counter[str]] = {}
    for item in found:
        counts.setdefault(item.service, Counter())[item.store] += 1
    return Document(
        staff_id=staff_id,
        names=sorted(names),
        made_at=at.isoformat(timespec="seconds"),
        made_by=by,
        reason=reason,
        services=services,
        counts={service: dict(of) for service, of in counts.items()},
        items=found,
    )


def as_json(made: Document) -> bytes:
    """For machines, and to be searched."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def as_page(made: Document) -> str:
    """To be read and printed."""
    return page(TEMPLATES, "subject_access.html", made=msgspec.to_builtins(made))
