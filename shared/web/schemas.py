"""Schemas of bodies and query strings, which refuse what they do not know; and those that every service has."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from shared.errors import NotAllowed
from shared.instants import not_ahead
from shared.web import patterns
from shared.web.caller import current_caller
from shared.web.fields import Day, Digits, Identifier, Instant, Line, Pence, Text, Urn, Word
from shared.web.roles import Role
from shared.web.wiring import wiring
from shared.words import CostCategory

PAGE = 50
LARGEST_PAGE = 200
BEFORE_ALL = datetime(2001, 1, 1, tzinfo=UTC)
"""Nothing was recorded before."""


class Body(Schema):
    """A request's JSON object."""

    class Meta:
        unknown = RAISE


class Query(Schema):
    """A read's query string. Every read takes `min_position`."""

    class Meta:
        unknown = RAISE

    min_position = Digits(metadata={"description": "Answer once the view has reached this position of the log."})


class ListQuery(Query):
    """The query string of a list."""

    cursor = Text(2048, metadata={"description": "`next` of the page before."})
    limit = Digits(1, LARGEST_PAGE, load_default=PAGE)


class AsKnown(Query):
    """A read that can be asked for as known at a past instant. Nobody knows yet what will be known: the last is now."""

    known_at = Instant()

    @post_load
    def within_time(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "known_at" in data:
            data["known_at"] = max(BEFORE_ALL, not_ahead(data["known_at"], wiring().clock()))
        return data


class AsAuditorsKnow(AsKnown):
    """Likewise of published figures, which for everybody else are those of their day."""

    known_at = Instant(metadata={"description": "For the auditor alone."})

    @post_load
    def of_the_auditor(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "known_at" in data and Role.AUDITOR not in current_caller().roles:
            raise NotAllowed("known_at is the auditor's alone: others read figures as they were published")
        return data


def choice(values: Sequence[str], **kwargs: Any) -> fields.String:
    """One of a fixed set of words."""
    return fields.String(validate=validate.OneOf(tuple(values)), **kwargs)


def distinct(words: Sequence[str], at_least: int = 0, **kwargs: Any) -> fields.List[str]:
    """Some of a fixed set of words, each at most once."""

    def check(values: list[str]) -> None:
        if len(set(values)) != len(values):
            raise ValidationError("Must not name anything twice.")

    length = validate.Length(min=at_least, max=len(words))
    return fields.List(choice(words), validate=[length, check], metadata={"uniqueItems": True}, **kwargs)


class ReasonBody(Body):
    reason = Text(2000, required=True)


class CostBody(Body):
    category = choice(get_args(CostCategory), required=True)
    amount_pence = Pence(1, required=True)
    on = Day(required=True)
    reference = Text(200, required=True)


class EventsQuery(ListQuery):
    stream = fields.UUID()
    staff_id = Identifier()
    school_urn = Urn()
    type = Word("[A-Za-z]{1,64}", "must be the name of an event, such as AgreementSigned")
    actor = Line(255)
    correlation_id = Identifier()
    recorded_from = Instant()
    recorded_to = Instant()


class FeedQuery(Query):
    after = Word(
        patterns.FEED_CURSOR,
        "is not a cursor of this feed",
        metadata={"description": "`next`, or an item's `cursor`, as this feed gave it."},
    )
    limit = Digits(1, 200, load_default=50)


def given(data: dict[str, Any], *, keep_null: Sequence[str] = (), without: Sequence[str] = ()) -> dict[str, Any]:
    """What was said: null says as little as nothing, but for the fields of `keep_null`."""
    said = {name: value for name, value in data.items() if value is not None or name in keep_null}
    return {name: value for name, value in said.items() if name not in without}
