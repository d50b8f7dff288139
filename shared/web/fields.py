"""marshmallow fields whose JSON Schema says as much as they check, so that what fits the schema is accepted."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shared.eventstore.sealing import MARK
from shared.web import patterns

LARGEST_SUM_PENCE = 100_000_000
INT64 = 2**63 - 1


class _Form(validate.Validator):
    """The whole text has the form of a pattern."""

    def __init__(self, pattern: str, message: str) -> None:
        self.pattern = re.compile(pattern)
        self.message = message

    def __call__(self, value: str) -> str:
        if self.pattern.fullmatch(value) is None:
            raise ValidationError(self.message)
        return value


def _schema(kwargs: dict[str, Any], **schema: Any) -> dict[str, Any]:
    return {**schema, **kwargs.pop("metadata", {})}


def _validators(kwargs: dict[str, Any], *own: validate.Validator) -> list[Any]:
    given = kwargs.pop("validate", None)
    if given is None:
        return list(own)
    return [*own, given] if callable(given) else [*own, *given]


class Text(fields.String):
    """Text of one to `max_length` characters, not blank, with no control characters but line feed and tab."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        self.max_length = max_length
        schema = _schema(kwargs, minLength=1, maxLength=max_length, pattern=patterns.anchored(patterns.TEXT))
        super().__init__(metadata=schema, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.max_length:
            raise ValidationError(f"must be at most {self.max_length} characters")
        if not text.strip():
            raise ValidationError("must not be blank")
        if re.fullmatch(patterns.TEXT, text) is None or patterns.UNSTORABLE.search(text):
            raise ValidationError("must be text without control characters")
        if text.startswith(MARK):
            raise ValidationError(f"must not begin with {MARK}")
        return text


class Word(fields.String):
    """Text that fits a pattern as a whole; `rule` says the pattern in words."""

    def __init__(self, pattern: str, rule: str, **kwargs: Any) -> None:
        schema = _schema(kwargs, pattern=patterns.anchored(pattern))
        super().__init__(validate=_validators(kwargs, _Form(pattern, rule)), metadata=schema, **kwargs)


class Line(Word):
    """Text on one line, of one to `max_length` characters: what a query string may hold."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        pattern = f"{patterns.ON_ONE_LINE}{{1,{max_length}}}"
        super().__init__(pattern, f"must be 1 to {max_length} characters without control characters", **kwargs)


class Identifier(Word):
    """An id: a letter or digit, then up to 63 letters, digits and `. _ : @ -`."""

    def __init__(self, **kwargs: Any) -> None:
        rule = "must be 1 to 64 letters, digits and . _ : @ - and begin with the former"
        super().__init__(patterns.IDENTIFIER, rule, metadata=_schema(kwargs, maxLength=64), **kwargs)


class Urn(Word):
    """A school's unique reference number: six digits, as text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            patterns.URN, "must be six digits, as text", metadata=_schema(kwargs, examples=["136419"]), **kwargs
        )


class AcademicYear(Word):
    """An academic or plan year, as `2024-25`."""

    def __init__(self, **kwargs: Any) -> None:
        rule = "must be a year from September to August, such as 2024-25"
        super().__init__(patterns.ACADEMIC_YEAR, rule, metadata=_schema(kwargs, examples=["2024-25"]), **kwargs)


class Hours(fields.Float):
    """A number of hours, whole or with a fraction, up to 10,000."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = validate.Range(0, 10_000, error="must be from 0 to 10000")
        super().__init__(validate=bounds, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return float(value)


class StrictInteger(fields.Integer):
    """A JSON integer from `low` to `high`: no boolean, no fraction, no text."""

    def __init__(self, low: int = -INT64, high: int = INT64, **kwargs: Any) -> None:
        bounds = validate.Range(low, high, error=f"must be from {low} to {high}")
        super().__init__(strict=True, validate=_validators(kwargs, bounds), **kwargs)


class Pence(StrictInteger):
    """An amount in pence, from nothing (or `low`) to £1,000,000."""

    def __init__(self, low: int = 0, **kwargs: Any) -> None:
        super().__init__(low, LARGEST_SUM_PENCE, **kwargs)


class Percent(StrictInteger):
    """A whole percentage from 0 to 100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, 100, **kwargs)


class StrictBoolean(fields.Boolean):
    """`true` or `false` and nothing that resembles them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return bool(value)


class OneOf(fields.Field[dict[str, Any]]):
    """A JSON object of one of several schemas: `variants` by the word that the field `told_by` has in each."""

    def __init__(self, told_by: str, variants: Mapping[str, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.told_by = told_by
        self.variants = variants

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG002
        if not isinstance(value, dict):
            raise ValidationError("must be an object")
        word = value.get(self.told_by)
        if not isinstance(word, str) or word not in self.variants:
            raise ValidationError({self.told_by: [f"must be one of {', '.join(self.variants)}"]})
        loaded: dict[str, Any] = self.variants[word]().load(value)
        return loaded


class Keyed(fields.Dict):
    """A JSON object whose keys are some of `words`, each with a value of one kind."""

    def __init__(self, words: Sequence[str], values: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(keys=fields.String(validate=validate.OneOf(tuple(words))), values=values, **kwargs)
        self.words = tuple(words)


class Digits(fields.Integer):
    """A number in a query string, from `low` to `high`, in plain digits."""

    def __init__(self, low: int = 0, high: int = 10**18 - 1, **kwargs: Any) -> None:
        bounds = validate.Range(low, high, error=f"must be from {low} to {high}")
        super().__init__(validate=_validators(kwargs, bounds), **kwargs)

    def _validated(self, value: Any) -> int:
        if not isinstance(value, str) or re.fullmatch(patterns.POSITION, value) is None:
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(fields.Boolean):
    """`true` or `false` in a query string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **kwargs)


class Day(fields.Date):
    """A day of the calendar from 1990 to 2100, as `YYYY-MM-DD` and in no other way."""

    def __init__(self, **kwargs: Any) -> None:
        schema = _schema(kwargs, pattern=patterns.anchored(patterns.DAY), examples=["2026-09-01"])
        super().__init__(metadata=schema, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:  # noqa: ARG002
        if not isinstance(value, str) or re.fullmatch(patterns.DAY, value) is None:
            raise ValidationError("must be a day from 1990-01-01 to 2100-12-31, as YYYY-MM-DD")
        return date.fromisoformat(value)


class Instant(fields.AwareDateTime):
    """An RFC 3339 instant with its offset, given as UTC. A `+` that came through a query string as a space is read."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002
        if not isinstance(value, str) or re.fullmatch(patterns.INSTANT, value) is None:
            raise ValidationError("must be an RFC 3339 instant with an offset, such as 2026-09-01T12:00:00+01:00")
        try:
            return datetime.fromisoformat(value.upper().replace(" ", "+")).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("is not an instant of the calendar") from None
