"""A need for development: registered with its source, taken up by requests, met when one of them is completed."""

from typing import ClassVar

import msgspec

from services.requests.domain.words import NeedSource
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact, Sealed


class Need(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A need of a person, or of the school where `staff_id` is empty. `rank` 1 is the most urgent."""

    id: str
    school_urn: str
    title: str
    source: NeedSource
    rank: int
    staff_id: str = ""
    priority_id: str | None = None
    estimated_pence: int | None = None
    evidence: str = ""
    request_ids: list[str] = []
    met: bool = False
    version: int = 0

    @property
    def status(self) -> str:
        """`open` needs are those not met that nobody has asked training for."""
        if self.met:
            return "met"
        return "requested" if self.request_ids else "open"


class NeedFact(Fact, frozen=True, kw_only=True):
    """A fact about one need."""

    need_id: str


class NeedIdentified(NeedFact, frozen=True, kw_only=True):
    """What a person needs is sealed; what the school needs is about nobody, and stands in `school_title`."""

    TOPIC: ClassVar[str] = "requests.NeedIdentified"
    source: NeedSource
    rank: int
    title: Sealed = ""
    evidence: Sealed = ""
    school_title: str = ""
    school_evidence: str = ""
    priority_id: str | None = None
    estimated_pence: int | None = None


class NeedTakenUp(NeedFact, frozen=True, kw_only=True):
    """A request asks for what is needed."""

    TOPIC: ClassVar[str] = "requests.NeedTakenUp"
    request_id: str


class NeedLeft(NeedFact, frozen=True, kw_only=True):
    """The request was declined or withdrawn, so the need is as it was."""

    TOPIC: ClassVar[str] = "requests.NeedLeft"
    request_id: str


class NeedMet(NeedFact, frozen=True, kw_only=True):
    """The request that took it up was completed."""

    TOPIC: ClassVar[str] = "requests.NeedMet"
    request_id: str


class NeedStream(Aggregate):
    """One need's stream."""

    state: Need | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, NeedFact):
            self.state = fold_need(self.state, fact)

    def identify(
        self, *, school_urn: str, staff_id: str = "", title: str, evidence: str = "", **fields: object
    ) -> Need:
        """Register the need."""
        texts = (
            {"title": title, "evidence": evidence}
            if staff_id
            else {"school_title": title, "school_evidence": evidence, "reason": ""}
        )
        self.record(NeedIdentified, need_id=str(self.id), school_urn=school_urn, staff_id=staff_id, **texts, **fields)
        assert self.state is not None  # noqa: S101  it is registered by now
        return self.state

    def take_up(self, request_id: str) -> None:
        """A request asks for it."""
        if self.state is not None and request_id not in self.state.request_ids:
            self._note(NeedTakenUp, request_id)

    def leave(self, request_id: str) -> None:
        """The request came to nothing."""
        if self.state is not None and request_id in self.state.request_ids and not self.state.met:
            self._note(NeedLeft, request_id)

    def meet(self, request_id: str) -> None:
        """The request was completed."""
        if self.state is not None and not self.state.met:
            self._note(NeedMet, request_id)

    def _note(self, fact: type[NeedFact], request_id: str) -> None:
        assert self.state is not None  # noqa: S101  asked by each caller
        known = self.state
        whose = {"school_urn": known.school_urn, "staff_id": known.staff_id, "reason": ""}
        self.record(fact, need_id=known.id, request_id=request_id, **whose)


def fold_need(state: Need | None, fact: NeedFact) -> Need | None:
    """The state with `fact`; None where nothing was registered. Changes `state` in place."""
    if isinstance(fact, NeedIdentified):
        state = Need(
            id=fact.need_id,
            school_urn=fact.school_urn,
            staff_id=fact.staff_id,
            title=fact.title or fact.school_title,
            evidence=fact.evidence or fact.school_evidence,
            source=fact.source,
            rank=fact.rank,
            priority_id=fact.priority_id,
            estimated_pence=fact.estimated_pence,
        )
    if state is None:
        return None
    if isinstance(fact, NeedTakenUp):
        state.request_ids = [*state.request_ids, fact.request_id]
    elif isinstance(fact, NeedLeft):
        state.request_ids = [each for each in state.request_ids if each != fact.request_id]
    elif isinstance(fact, NeedMet):
        state.met = True
    state.version += 1
    return state


NEED_FACTS: tuple[type[NeedFact], ...] = (NeedIdentified, NeedTakenUp, NeedLeft, NeedMet)
