"""The fields of a service's calls and messages that take free text, found in what it says of itself."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from shared.messaging.inbox import Schemas

FREE = "A word, or zwölf"
"""What a field that takes only ids or words of ours refuses."""


def of_calls(document: dict[str, Any]) -> set[str]:
    """`POST /v1/agreements title`, of every POST, PUT and PATCH in an OpenAPI document."""
    return {
        f"{method.upper()} {path} {place}"
        for path, calls in document["paths"].items()
        for method, call in calls.items()
        if "requestBody" in call
        for content in call["requestBody"]["content"].values()
        for place in _in_schema(content["schema"], document["components"]["schemas"], "")
    }


def of_messages(schemas: Schemas) -> set[str]:
    """`hr.StaffJoined.v1 name`, of every message that an inbox takes."""
    return {
        f"{type_} {field.encode_name}"
        for type_, struct in schemas.items()
        for field in msgspec.inspect.type_info(struct).fields  # type: ignore[attr-defined]
        if _takes_text(field.type)
    }


def _in_schema(schema: dict[str, Any], known: dict[str, Any], place: str) -> Iterator[str]:
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    for name in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(name, []):
            yield from _in_schema(each, known, place)
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    for name, each in _properties(schema, place).items():
        yield from _in_schema(each, known, f"{place}.{name}" if place else name)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _in_schema(schema["additionalProperties"], known, f"{place}.*")
    if "array" in kinds:
        yield from _in_schema(schema["items"], known, place)
    if "string" in kinds and _is_free(schema):
        yield place


def _properties(schema: dict[str, Any], place: str) -> dict[str, Any]:
    """Those of an object; where they are words that stand for the same kind of value each, any of them will do."""
    found: dict[str, Any] = schema.get("properties", {})
    alike = [each for at, each in enumerate(found.values()) if each not in list(found.values())[:at]]
    return {"*": alike[0]} if place and len(found) > 1 and len(alike) == 1 else found


def _is_free(schema: dict[str, Any]) -> bool:
    return not ({"enum", "const", "format"} & set(schema)) and re.search(schema.get("pattern", ""), FREE) is not None


def _takes_text(kind: Any) -> bool:
    inspect = msgspec.inspect
    if isinstance(kind, inspect.Metadata):
        return _takes_text(kind.type)
    if isinstance(kind, inspect.UnionType):
        return any(_takes_text(each) for each in kind.types)
    return isinstance(kind, inspect.StrType) and (kind.pattern is None or re.search(kind.pattern, FREE) is not None)
