"""Commands on the schools of a service's log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.errors import FieldRefused
from shared.eventstore.ledger import Call, Done, Ledger
from shared.school import SchoolStream

A = TypeVar("A", bound=SchoolStream[Any])


class Schools(Generic[A]):
    """A service's commands on its schools: `kind` is their aggregate, `stream_of` says where each is."""

    def __init__(self, ledger: Ledger, kind: type[A], stream_of: Callable[[str], UUID]) -> None:
        self.ledger = ledger
        self._kind = kind
        self._stream_of = stream_of
        self._known_schools: set[str] = set()

    def school(self, urn: str, known_at: datetime | None = None) -> A:
        """A school as known at an instant, or now."""
        return self.ledger.as_known(self._kind, self._stream_of(urn), known_at)

    def change_settings(self, call: Call, urn: str, settings: Any) -> Done[A]:
        """Put a school's settings."""

        def run(school: A) -> A:
            call.guard(school)
            school.change_settings(urn, settings)
            return school

        return self.ledger.execute(self._kind, self._stream_of(urn), call, run)

    def know_school(self, call: Call, urn: str) -> None:
        """State that a school is one of the trust's, once: a member of staff works there."""
        if urn not in self._known_schools:
            if not self.school(urn).known:
                self.ledger.execute(
                    self._kind, self._stream_of(urn), Call(act=call.act), lambda school: school.name_as_known(urn)
                )
            self._known_schools.add(urn)

    def require_known_school(self, urn: str) -> None:
        """Raises FieldRefused for a school that is not of this trust."""
        if urn not in self._known_schools and not self.school(urn).known:
            raise FieldRefused(school_urn="is not a school of this trust")
