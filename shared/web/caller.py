"""Who calls, as their token says."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from flask import g

from shared.web.patterns import IDENTIFIER
from shared.web.roles import Role

EVERYWHERE = ["*"]


@dataclass(frozen=True)
class Caller:
    """A caller's identity, roles, schools (None: every school) and own staff id, where the caller is a person."""

    sub: str
    roles: frozenset[Role]
    schools: frozenset[str] | None
    staff_id: str | None


class Claims(msgspec.Struct):
    """The claims of a token that say who calls."""

    sub: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f\ud800-\udfff]{1,255}\Z")]
    roles: Annotated[list[Role], msgspec.Meta(min_length=1)]
    schools: list[Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|\*)\Z")]]
    staff_id: Annotated[str, msgspec.Meta(pattern=rf"^{IDENTIFIER}\Z")] | None = None


def caller_of(claims: dict[str, Any]) -> Caller:
    """The caller that `claims` describe; a person is `staff` too. Raises msgspec.ValidationError."""
    said = msgspec.convert(claims, Claims)
    if "*" in said.schools and said.schools != EVERYWHERE:
        raise msgspec.ValidationError('`schools` is either ["*"] or a list of URNs')
    own = {Role.STAFF} if said.staff_id is not None else set()
    return Caller(
        sub=said.sub,
        roles=frozenset(said.roles) | own,
        schools=None if said.schools == EVERYWHERE else frozenset(said.schools),
        staff_id=said.staff_id,
    )


def current_caller() -> Caller:
    """The caller of the request under way. An endpoint without `requires` has none."""
    caller: Caller = g.caller
    return caller
