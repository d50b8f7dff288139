"""Statistics as HTTP asks for them: of a school or the trust, frozen at a month's end; `known_at` is the auditor's."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from shared.errors import FieldRefused
from shared.figures import CUT, end_of_cut, last_cut
from shared.web.fields import Urn, Word
from shared.web.schemas import AsAuditorsKnow
from shared.web.scope import Reach, acting_role, visible_schools


class FrozenQuery(AsAuditorsKnow):
    """Of one school, or of the trust; frozen at a month's end."""

    school_urn = Urn()
    cut = Word(CUT, "must be a month, such as 2024-11")


class Frozen(NamedTuple):
    """A cut, its last day, and the instant as at which its figures are known."""

    cut: str
    on: date
    known_at: datetime


def frozen(query: Mapping[str, Any], now: datetime) -> Frozen:
    """The cut that a query names, or the last one; the auditor may ask for another instant. Raises FieldRefused."""
    known_at: datetime | None = query.get("known_at")
    cut = query.get("cut") or last_cut(min(known_at or now, now))
    on, instant = end_of_cut(cut, now)
    return Frozen(cut, on, known_at or instant)


def school_within_reach(urn: str | None) -> str | None:
    """A school of the caller's, or the trust for those who reach all of it. Raises NotThere, FieldRefused."""
    if urn is not None:
        acting_role(Reach(None, urn))
    elif visible_schools() is not None:
        raise FieldRefused(school_urn="is required of who reaches some schools only")
    return urn
