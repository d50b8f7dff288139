"""JSON Schemas of messages, made from the structs that make the messages; and what must never change in one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from shared.eventstore.mapper import sealed_fields

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HERE = "#/$defs/"
SEALED = "Personal text: it stands only under the person's key, as `~sealed~…`."

Schema = dict[str, Any]


class IncompatibleChangeError(Exception):
    """A published version would change for those who rely on it: give the event a new version instead."""


def schema_of(title: str, struct: type[msgspec.Struct], *, without: Iterable[str] = (), sealed: str = SEALED) -> Schema:
    """The schema of `struct` on its own, by its field names, the structs in it under `$defs`.

    `sealed` is what is said of fields that hold personal text.
    """
    (_,), structs = msgspec.json.schema_components([struct], ref_template=HERE + "{name}")
    own = structs.pop(struct.__name__)
    hidden = frozenset(without)
    properties = {name: known for name, known in own["properties"].items() if name not in hidden}
    for name in sealed_fields(struct):
        if name in properties:
            properties[name]["description"] = sealed
    document = {
        "$schema": DIALECT,
        **own,
        "title": title,
        "properties": properties,
        "required": [name for name in own["required"] if name not in hidden],
    }
    used = _used(properties, structs)
    return document | ({"$defs": {name: structs[name] for name in sorted(used)}} if used else {})


def changes(published: Schema, now: Schema) -> list[str]:
    """What in `now` breaks the promise of `published`, in words; none where every message of either fits its readers.

    No field is taken away, none becomes required or stops being so, no type changes, no value of an enum goes.
    """
    return list(_changes(published, now, published.get("$defs", {}), now.get("$defs", {}), ""))


def _used(within: Any, structs: Mapping[str, Schema]) -> set[str]:
    found: set[str] = set()
    waiting = list(_references(within))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references(structs[name]))
    return found


def _references(within: Any) -> Iterator[str]:
    if isinstance(within, dict):
        if "$ref" in within:
            yield within["$ref"].removeprefix(HERE)
        for inner in within.values():
            yield from _references(inner)
    elif isinstance(within, list):
        for inner in within:
            yield from _references(inner)


def _changes(old: Schema, new: Schema, olds: Schema, news: Schema, place: str) -> Iterator[str]:
    old, new = _resolved(old, olds), _resolved(new, news)
    where = place or "the message"
    if old.get("type") != new.get("type") or old.get("format") != new.get("format"):
        yield f"{where} was {_kind(old)} and would be {_kind(new)}"
        return
    if gone := [value for value in old.get("enum", []) if value not in new.get("enum", [value])]:
        yield f"{where} would no longer be {', '.join(map(str, gone))}"
    if new.get("additionalProperties", True) is False is not old.get("additionalProperties", True):
        yield f"{where} would refuse fields it does not know"
    before, after = set(old.get("required", [])), set(new.get("required", []))
    yield from (f"{_inside(place, name)} would no longer be required" for name in sorted(before - after))
    yield from (f"{_inside(place, name)} would be required" for name in sorted(after - before))
    for name, known in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _changes(known, new["properties"][name], olds, news, _inside(place, name))
        else:
            yield f"{_inside(place, name)} would be gone"
    if "items" in old:
        yield from _changes(old["items"], new.get("items", {}), olds, news, f"{place}[]")
    yield from _changed_choices(old.get("anyOf", []), new.get("anyOf", []), olds, news, place)


def _changed_choices(old: list[Schema], new: list[Schema], olds: Schema, news: Schema, place: str) -> Iterator[str]:
    """A choice that was there has to be there still; which one it is shows by what it changes least."""
    for choice in old:
        attempts = [list(_changes(choice, candidate, olds, news, place)) for candidate in new]
        yield from min(attempts, key=len, default=[f"{place or 'the message'} would no longer be {_kind(choice)}"])


def _resolved(schema: Schema, structs: Mapping[str, Schema]) -> Schema:
    return structs[schema["$ref"].removeprefix(HERE)] if "$ref" in schema else schema


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(HERE)
    kind = schema.get("type") or ("one of several" if "anyOf" in schema else "an enum" if "enum" in schema else "any")
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
