"""Statistics as HTTP asks for them: of a school or the trust, frozen at a month's end; `known_at` is the auditor's."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from shared.errors import FieldRefused, NotAllowed
from shared.figures import CUT, end_of_cut
from shared.web.caller import current_caller
from shared.web.fields import Instant, Urn, Word
from shared.web.roles import Role
from shared.web.schemas import Query
from shared.web.scope import Reach, acting_role, visible_schools


class FrozenQuery(Query):
    """Of one school, or of the trust; frozen at a month's end."""

    school_urn = Urn()
    cut = Word(CUT, "must be a month, such as 2024-11")
    known_at = Instant(metadata={"description": "For the auditor alone: others read frozen figures."})


class Frozen(NamedTuple):
    """A cut, its last day, and the instant as at which its figures are known."""

    cut: str
    on: date
    known_at: datetime


def frozen(cut: str, query: Mapping[str, Any], now: datetime) -> Frozen:
    """A cut as a query asks for it; the auditor may ask for another instant. Raises FieldRefused, NotAllowed."""
    on, instant = end_of_cut(cut, now)
    return Frozen(cut, on, auditors_instant(query) or instant)


def auditors_instant(query: Mapping[str, Any]) -> datetime | None:
    """`known_at`, where it is given. Raises NotAllowed for who is no auditor."""
    known_at: datetime | None = query.get("known_at")
    if known_at is not None and current_caller().roles.isdisjoint({Role.AUDITOR}):
        raise NotAllowed("known_at is the auditor's alone: published figures are frozen at a month's end")
    return known_at


def school_within_reach(urn: str | None) -> str | None:
    """A school of the caller's, or the trust for those who reach all of it. Raises NotThere, FieldRefused."""
    if urn is not None:
        acting_role(Reach(None, urn))
    elif visible_schools() is not None:
        raise FieldRefused(school_urn="is required of who reaches some schools only")
    return urn
