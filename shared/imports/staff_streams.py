"""`cpd import staff` into a service that knows people as HR's messages tell of them."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from shared.eventstore.ledger import Call, Done, Ledger
from shared.hr import StaffMessage
from shared.imports.kind import Values
from shared.imports.staff import StaffImport
from shared.staff import StaffStream


class Commands(Protocol):
    """A service's commands, as far as they are about people."""

    ledger: Ledger

    def know_school(self, call: Call, urn: str) -> None: ...

    def on_person(self, call: Call, staff_id: str, command: Callable[[Any], bool]) -> Done[bool]: ...


def staff_import(commands: Commands) -> StaffImport:
    """Each row as if HR told of someone who joined."""

    def join(call: Call, row: Values) -> bool:
        said = msgspec.convert(row, StaffMessage)
        commands.know_school(call, said.school_urn)
        return commands.on_person(call, said.staff_id, lambda member: _described(member, said)).result

    return StaffImport(commands.ledger, join)


def _described(member: StaffStream, said: StaffMessage) -> bool:
    """Whether the row said anything new."""
    before = member.version
    member.describe(said)
    return member.version > before
