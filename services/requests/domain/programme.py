"""The annual programme of a school: what it plans for an academic year, adopted, revised, closed, and what was done."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Literal

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

ProgrammeStatus = Literal["drafted", "adopted", "closed"]
ItemStatus = Literal["planned", "requested", "done", "not_done"]


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something planned, from a registered need or of its own. Its title says nothing about a person."""

    id: str
    title: str
    starts_on: date
    ends_on: date
    estimated_pence: int
    need_id: str | None = None
    priority_id: str | None = None


class Programme(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One school's programme of one year. `requests` holds by item the requests that take it up."""

    id: str
    school_urn: str
    academic_year: str
    items: list[Item] = []
    status: ProgrammeStatus = "drafted"
    requests: dict[str, list[str]] = {}
    done: list[str] = []
    not_done: list[str] = []
    because: str = ""
    version: int = 0
    staff_id: str = ""

    @property
    def planned_pence(self) -> int:
        """What everything planned is expected to cost."""
        return sum(item.estimated_pence for item in self.items)

    def item_status(self, item: Item) -> ItemStatus:
        """What became of one item."""
        if item.id in self.done:
            return "done"
        if self.status == "closed":
            return "not_done"
        return "requested" if self.requests.get(item.id) else "planned"


class ProgrammeFact(Fact, frozen=True, kw_only=True):
    """A fact about one programme. Why it was changed stands in `because`: it is about nobody."""

    academic_year: str

    def change(self, programme: Programme) -> None:
        raise NotImplementedError


class ProgrammePlanned(ProgrammeFact, frozen=True, kw_only=True):
    """What is planned, whole, before it is adopted."""

    TOPIC: ClassVar[str] = "requests.ProgrammePlanned"
    items: list[Item]

    def change(self, programme: Programme) -> None:
        programme.items = self.items


class ProgrammeAdopted(ProgrammeFact, frozen=True, kw_only=True):
    """From now on requests take up its items, or are marked as emergent."""

    TOPIC: ClassVar[str] = "requests.ProgrammeAdopted"

    def change(self, programme: Programme) -> None:
        programme.status = "adopted"


class ProgrammeRevised(ProgrammeFact, frozen=True, kw_only=True):
    """What is planned now, whole, after it was adopted."""

    TOPIC: ClassVar[str] = "requests.ProgrammeRevised"
    items: list[Item]
    because: str

    def change(self, programme: Programme) -> None:
        programme.items, programme.because = self.items, self.because


class ProgrammeClosed(ProgrammeFact, frozen=True, kw_only=True):
    """The year is over: what was planned and not done is stated."""

    TOPIC: ClassVar[str] = "requests.ProgrammeClosed"
    not_done: list[str]
    because: str = ""

    def change(self, programme: Programme) -> None:
        programme.status, programme.not_done, programme.because = "closed", self.not_done, self.because


class ItemFact(ProgrammeFact, frozen=True, kw_only=True):
    """What a request means to one item."""

    item_id: str
    request_id: str


class ProgrammeItemTakenUp(ItemFact, frozen=True, kw_only=True):
    TOPIC: ClassVar[str] = "requests.ProgrammeItemTakenUp"

    def change(self, programme: Programme) -> None:
        those = [*programme.requests.get(self.item_id, []), self.request_id]
        programme.requests = programme.requests | {self.item_id: those}


class ProgrammeItemLeft(ItemFact, frozen=True, kw_only=True):
    """The request was declined, withdrawn or changed, so the item is as it was."""

    TOPIC: ClassVar[str] = "requests.ProgrammeItemLeft"

    def change(self, programme: Programme) -> None:
        those = [each for each in programme.requests.get(self.item_id, []) if each != self.request_id]
        programme.requests = programme.requests | {self.item_id: those}


class ProgrammeItemDone(ItemFact, frozen=True, kw_only=True):
    """A request that took it up is completed."""

    TOPIC: ClassVar[str] = "requests.ProgrammeItemDone"

    def change(self, programme: Programme) -> None:
        programme.done = [*programme.done, self.item_id]


class ProgrammeStream(Aggregate):
    """The stream of one school's programme of one year."""

    school_urn = ""
    academic_year = ""
    state: Programme | None = None

    def of(self, school_urn: str, year: str) -> "ProgrammeStream":
        """The same, knowing whose it is while it has no facts yet."""
        self.school_urn, self.academic_year = school_urn, year
        return self

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, ProgrammeFact):
            self.school_urn, self.academic_year = fact.school_urn, fact.academic_year
            self.state = fold_programme(self.state, fact)

    def take_up(self, item_id: str, request_id: str) -> None:
        """A request asks for what is planned."""
        if request_id not in self._requests(item_id):
            self.state_that(ProgrammeItemTakenUp, item_id=item_id, request_id=request_id)

    def leave(self, item_id: str, request_id: str) -> None:
        """The request came to nothing; what was done stays done."""
        if request_id in self._requests(item_id) and not self._is_done(item_id):
            self.state_that(ProgrammeItemLeft, item_id=item_id, request_id=request_id)

    def do(self, item_id: str, request_id: str) -> None:
        """The request was completed."""
        if not self._is_done(item_id):
            self.state_that(ProgrammeItemDone, item_id=item_id, request_id=request_id)

    def state_that(self, fact: type[ProgrammeFact], **fields: object) -> None:
        """State a fact about it."""
        self.record(fact, school_urn=self.school_urn, academic_year=self.academic_year, reason="", **fields)

    def _requests(self, item_id: str) -> Sequence[str]:
        return [] if self.state is None else self.state.requests.get(item_id, [])

    def _is_done(self, item_id: str) -> bool:
        return self.state is not None and item_id in self.state.done


def programme_id(school_urn: str, academic_year: str) -> str:
    """The id of a school's programme of one year."""
    return f"{school_urn}-{academic_year}"


def fold_programme(state: Programme | None, fact: ProgrammeFact) -> Programme:
    """The state with `fact`. Changes `state` in place."""
    programme = state or Programme(
        id=programme_id(fact.school_urn, fact.academic_year),
        school_urn=fact.school_urn,
        academic_year=fact.academic_year,
    )
    fact.change(programme)
    programme.version += 1
    return programme


PROGRAMME_FACTS: tuple[type[ProgrammeFact], ...] = (
    ProgrammePlanned,
    ProgrammeAdopted,
    ProgrammeRevised,
    ProgrammeClosed,
    ProgrammeItemTakenUp,
    ProgrammeItemLeft,
    ProgrammeItemDone,
)
