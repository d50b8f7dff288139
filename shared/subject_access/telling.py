"""What of a record one person may be told: their own data whole, other people's left out with the reason. Pure."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from shared.eventstore.sealing import MARK

Relation = Literal["about", "takes_part", "named", "acted"]
"""How a record concerns the person: it is about them, or what they take part in; it names them; they did it."""

OWNER, PARTICIPANT = "staff_id", "participant_id"
OWNERS = (OWNER, PARTICIPANT)
"""Whose a record is, or a record within one."""
PARTIES = ("participants", "drafted_for", "learners", *OWNERS)
"""Fields that name who takes part in what a record is about."""
PEOPLE = (*PARTIES, "completed", "line_manager_id", "headteacher_id", "colleague_id", "actor", "caller")
"""Fields that hold people's ids, as text, in a list, or as a mapping's keys. So does any that ends as `ENDINGS`."""
ENDINGS = ("_staff_id", "_by")
SOURCES = ("actor", "caller", "line_manager_id", "colleague_id")
"""Who did something about a person, who manages them, and from whom they learned, is told to that person: it is where
what is held on them comes from. So is any field that ends `_by`.
"""
BY = "_by"
SHARED_TEXT = ("title",)
"""What all who take part in something are told of it, under whosever key it is sealed."""
OWN_ROLE = "staff"
"""The role in which people act on records of their own."""

ANOTHER = "[another person]"
MANY = 2
ANOTHERS_RECORD = "[another person's record]"
ANOTHERS_TEXT = "[text about another person]"


class Withheld(msgspec.Struct, frozen=True):
    """What was left out of an item, and why."""

    field: str
    why: str


class Subject(msgspec.Struct, frozen=True):
    """The person who asks: their staff id, the other names under which they act, and what opens their own text."""

    staff_id: str
    names: frozenset[str]
    open: Callable[[str], str]

    @property
    def mark(self) -> str:
        """How text begins that is sealed under this person's key."""
        return f"{MARK}{self.staff_id}~"

    def within(self, content: bytes) -> bool:
        """Whether `content` may be about the person: whether one of their names stands anywhere in it."""
        return any(msgspec.json.encode(name)[1:-1] in content or name.encode() in content for name in self.names)


def holds_people(field: str) -> bool:
    """Whether a field of this name holds people's ids."""
    return field in PEOPLE or field.endswith(ENDINGS)


def relation_of(record: dict[str, Any], subject: Subject) -> Relation | None:
    """How a record concerns the person; None where it does not."""
    if record.get(OWNER) == subject.staff_id:
        return "about"
    named = set(_places(record, subject))
    if any(place.rpartition(".")[2] in PARTIES for place in named):
        return "takes_part"
    if named - {"actor"}:
        return "named"
    return "acted" if named else None


def told(record: dict[str, Any], relation: Relation, subject: Subject) -> tuple[dict[str, Any], list[Withheld]]:
    """What of a record the person may be told, and what was left out.

    Of another person's record that only names them, or on which they acted, it is where they stand in it.
    """
    whose = record.get(PARTICIPANT) or record.get(OWNER)
    if relation == "takes_part" or whose in ("", None, subject.staff_id):
        teller = _Teller(subject, relation)
        return teller.record(record), teller.withheld
    places = sorted(set(_places(record, subject)))
    return {"you_are_named_in": places}, [Withheld("all else", "it is about another person")]


def _places(value: Any, subject: Subject, field: str = "", place: str = "") -> Iterator[str]:
    """The dotted names of the fields that name the person, or hold text under the person's key."""
    if isinstance(value, str):
        if (value in subject.names and holds_people(field)) or value.startswith(subject.mark):
            yield place
    elif isinstance(value, dict):
        for name, each in value.items():
            if holds_people(field) and name in subject.names:
                yield place
            yield from _places(each, subject, name, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for each in value:
            yield from _places(each, subject, field, place)


def _together(told: list[Any]) -> list[Any]:
    """A list with the other people in it told of once, at its end."""
    others = told.count(ANOTHER)
    if others < MANY:
        return told
    return [*(each for each in told if each != ANOTHER), f"[{others} other people]"]


class _Teller:
    """Goes through one record and notes what it leaves out."""

    def __init__(self, subject: Subject, relation: Relation) -> None:
        self.withheld: list[Withheld] = []
        self._subject = subject
        self._own = relation == "about"
        self._takes_part = relation == "takes_part"

    def record(self, record: dict[str, Any]) -> dict[str, Any]:
        """The whole record."""
        self_served = record.get("role") == OWN_ROLE
        return {name: self._value(each, name, name, self_served=self_served) for name, each in record.items()}

    def _value(self, value: Any, field: str, place: str, *, self_served: bool = False) -> Any:
        if isinstance(value, str):
            return self._text(value, field, place, self_served=self_served)
        if isinstance(value, dict):
            return self._mapping(value, field, place)
        if isinstance(value, list):
            return _together([self._value(each, field, place) for each in value])
        return value

    def _mapping(self, value: dict[str, Any], field: str, place: str) -> Any:
        if any(self._is_another(value.get(owner)) for owner in OWNERS):
            return self._leave_out(place, ANOTHERS_RECORD, "it is about another person")
        if holds_people(field):
            own = {name: each for name, each in value.items() if name in self._subject.names}
            if len(own) < len(value):
                self._leave_out(place, ANOTHER, "it is about another person")
            return own
        self_served = value.get("role") == OWN_ROLE
        return {
            name: self._value(each, name, f"{place}.{name}", self_served=self_served) for name, each in value.items()
        }

    def _text(self, text: str, field: str, place: str, *, self_served: bool) -> str:
        if text.startswith(MARK):
            if text.startswith(self._subject.mark) or (self._takes_part and place in SHARED_TEXT):
                return self._subject.open(text)
            return self._leave_out(place, ANOTHERS_TEXT, "it was written about another person, under whose key it lies")
        if not (holds_people(field) and self._is_another(text)) or self._is_source(field, self_served=self_served):
            return text
        return self._leave_out(place, ANOTHER, "it names another person")

    def _is_source(self, field: str, *, self_served: bool) -> bool:
        if field == "actor" and not self._own:
            return not self_served
        return self._own and (field in SOURCES or field.endswith(BY))

    def _is_another(self, value: Any) -> bool:
        return isinstance(value, str) and bool(value) and value not in self._subject.names

    def _leave_out(self, place: str, instead: str, why: str) -> str:
        found = Withheld(place, why)
        if found not in self.withheld:
            self.withheld.append(found)
        return instead
