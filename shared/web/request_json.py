"""A request's body as strict JSON: what is ambiguous, too deep or unstorable is refused before any schema sees it."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from shared.web.patterns import UNSTORABLE
from shared.web.problems import InvalidFields

DEEPEST = 32
INT64_DIGITS = 20
TEXTS = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def read_json() -> Any:
    """The body of this request. Raises UnsupportedMediaType (415), BadRequest (400), RequestEntityTooLarge (413) or
    InvalidFields (422).
    """
    if not request.is_json:
        raise UnsupportedMediaType("the body must be application/json")
    value = parse(_whole_body())
    refuse_unstorable(value)
    return value


def read_object() -> dict[str, Any]:
    """The body of this request, a JSON object. Raises as `read_json` does."""
    value = read_json()
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    return value


def parse(body: bytes) -> Any:
    """`body` as a JSON value. Raises BadRequest."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadRequest("the body is not UTF-8") from None
    if _depth(text) > DEEPEST:
        raise BadRequest(f"the body is nested deeper than {DEEPEST} levels")
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error.msg} at character {error.pos}") from None


def _whole_body() -> bytes:
    """The body as sent. Without a length ahead of it werkzeug cuts it at the limit, and a cut body is another one."""
    body = request.get_data(cache=True)
    most = request.max_content_length
    if request.content_length is None and most is not None and len(body) >= most:
        raise RequestEntityTooLarge
    return body


def refuse_unstorable(value: Any) -> None:
    """Raises InvalidFields for each place in `value` with a NUL or half a surrogate pair, in a name or in a text."""
    errors = {place: ["must not contain NUL or a lone surrogate"] for place in _unstorable(value, "")}
    if errors:
        raise InvalidFields(errors)


def _unstorable(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            yield place or "body"
    elif isinstance(value, dict):
        for name, item in value.items():
            inside = f"{place}.{name}" if place else name
            if UNSTORABLE.search(name):
                yield inside.encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
            else:
                yield from _unstorable(item, inside)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unstorable(item, f"{place}.{index}" if place else str(index))


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", TEXTS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadRequest("the body names a field twice")
    return value


def _integer(digits: str) -> int:
    if len(digits) > INT64_DIGITS or not -(2**63) <= (number := int(digits)) < 2**63:
        raise BadRequest("the body has a number outside 64 bits")
    return number


def _fraction(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise BadRequest("the body has a number outside 64 bits")
    return number


def _constant(name: str) -> NoReturn:
    raise BadRequest(f"the body is not JSON: {name} is no JSON number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
