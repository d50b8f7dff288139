"""A school as a service knows it: whether it is of this trust, and what it set."""

from typing import ClassVar, Generic, NamedTuple, TypeVar

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact

S = TypeVar("S", bound=msgspec.Struct)


class SchoolFacts(NamedTuple):
    """A service's own classes of the two facts: a school of the trust is known, and its `settings`, whole."""

    named: type[Fact]
    changed: type[Fact]


class SchoolStream(Aggregate, Generic[S]):
    """One school's stream. A service says by which facts, and gives `settings` the ones that hold by default."""

    SCHOOL_FACTS: ClassVar[SchoolFacts]
    settings: S

    @property
    def known(self) -> bool:
        return self.version > 0

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, self.SCHOOL_FACTS.changed):
            self.settings = fact.settings  # type: ignore[attr-defined]

    def name_as_known(self, urn: str) -> None:
        """State once that this is a school of the trust."""
        if not self.known:
            self.record(self.SCHOOL_FACTS.named, school_urn=urn, reason="")

    def change_settings(self, urn: str, settings: S) -> None:
        """Set the settings; the same ones again change nothing."""
        if not self.known or settings != self.settings:
            self.record(self.SCHOOL_FACTS.changed, school_urn=urn, settings=settings, reason="")
