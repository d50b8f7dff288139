"""The JSON Schema of every message, and the AsyncAPI document that names them: made from the code, kept in `docs/`.

`python -m services.agreements.schemas docs` writes them anew, and refuses to change what was published.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from services.agreements import contract
from services.agreements.domain.repayment import MessageKind
from services.agreements.domain.repayment_facts import RepaymentSent
from services.agreements.inbound import INBOUND
from services.agreements.reactions import OUTCOMES
from shared.eventstore.fact import Fact
from shared.messaging.public import ENVELOPE
from shared.messaging.published import DIALECT, IncompatibleChangeError, Schema, changes, schema_of

EVERY_PUBLIC_FACT_HAS = ("staff_id", "school_urn", "effective_on")
PAYROLL_MESSAGE = "A message to payroll, complete in itself: it replaces every earlier one of its repayment."
DEDUCTED = "What payroll itself had reported as taken and not reversed when the message was made."
AS_SENT = "Personal: sent readable; the inbox seals it under the person's key before the bus has it."
DEAD_LETTER = "DeadLetter"
CLOUD_EVENTS = "application/cloudevents+json"

ABOUT = (
    "Messages of the agreements service, on the bus and by HTTP (`/v1/feed`, `/v1/inbox`). Each is a CloudEvent 1.0 in "
    "JSON, structured mode. They come at least once: tell them apart by `source` and `id`. The topic and the `type` "
    "say which schema `data` keeps to; so does the `dataschema` of what the service sends. `send` and `receive` are "
    "what the service does."
)

TOPICS = {
    contract.TOPIC: "What happened to agreements, resignations and repayments, as it is recorded. Key: the staff id.",
    contract.PAYROLL_TOPIC: "What payroll has to deduct or pay back. Key: the staff id; id: `<repayment>/<revision>`.",
    "hr.staff.v1": "What HR says of employments: joining, moving, leaving. Key: the staff id. In any order.",
    "payroll.deductions.v1": "What payroll did about a repayment. Key: the staff id. In any order.",
}


def schemas() -> dict[str, Schema]:
    """The schema of each message's `data`, by its file under `docs/schemas`: `<topic>/<Event>.v<version>.json`."""
    return {f"{topic}/{name}.json": schema for topic, name, schema in _schemas()}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: channels, who sends and who receives, each message by its envelope and its schema."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for topic, description in _channels():
        names = [name for of, name, _ in _schemas() if of == topic] if topic in TOPICS else [f"{DEAD_LETTER}.v1"]
        keys = {name: f"{topic}.{name}" for name in names}
        for name, key in keys.items():
            messages[key] = _message(topic, name)
        channels[topic] = {
            "address": topic,
            "description": description,
            "messages": {name: {"$ref": f"#/components/messages/{key}"} for name, key in keys.items()},
        }
        action = "receive" if topic in INBOUND else "send"
        operations[f"{action}.{topic}"] = {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CPD agreements",
            "version": "1",
            "description": ABOUT,
        },
        "defaultContentType": CLOUD_EVENTS,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"CloudEvent": _envelope()}},
    }


def write(folder: Path) -> None:
    """Write `schemas/` and `asyncapi.yaml` in `folder`. Raises IncompatibleChangeError; then nothing is written."""
    now = schemas()
    broken = [
        f"{name}: {change}"
        for name, schema in now.items()
        if (path := folder / "schemas" / name).exists()
        for change in changes(msgspec.json.decode(path.read_bytes()), schema)
    ]
    if broken:
        raise IncompatibleChangeError("; ".join(broken))
    for name, schema in now.items():
        path = folder / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_json(schema))
    (folder / "asyncapi.yaml").write_bytes(as_yaml(asyncapi()))


def as_json(document: Mapping[str, Any]) -> bytes:
    """The text of a schema's file."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def as_yaml(document: Mapping[str, Any]) -> bytes:
    """The text of the AsyncAPI file."""
    import yaml  # noqa: PLC0415  only developers write these files

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return text.encode()


def _schemas() -> Iterator[tuple[str, str, Schema]]:
    for fact in contract.PUBLIC:
        yield contract.TOPIC, f"{fact.event_name()}.v{fact.VERSION}", _of_fact(fact)
    for kind in get_args(MessageKind):
        yield contract.PAYROLL_TOPIC, f"{kind}.v{RepaymentSent.VERSION}", _of_payroll(kind)
    for topic, types in INBOUND.items():
        for type_, struct in types.items():
            name = type_.partition(".")[2]
            yield topic, name, _of_inbound(type_, name, struct)
    yield "dead-letters", f"{DEAD_LETTER}.v1", _of_dead_letter()


def _of_fact(fact: type[Fact]) -> Schema:
    schema = schema_of(fact.event_name(), fact, without=contract.WITHHELD | ENVELOPE)
    schema["properties"]["recorded_at"]["format"] = "date-time"
    schema["properties"]["effective_on"] = {"type": "string", "format": "date"}
    return _requiring(schema, [*schema["required"], *EVERY_PUBLIC_FACT_HAS])


def _of_payroll(kind: str) -> Schema:
    without = frozenset(RepaymentSent.__struct_fields__) - frozenset(contract.PAYROLL_FIELDS)
    schema = schema_of(kind, RepaymentSent, without=without)
    schema["properties"]["deducted_pence"]["description"] = DEDUCTED
    return _requiring(schema, list(contract.PAYROLL_FIELDS)) | {"description": PAYROLL_MESSAGE}


def _requiring(schema: Schema, names: list[str]) -> Schema:
    """The schema with these fields always there: what has a default in the log is always said here."""
    for name in names:
        schema["properties"][name].pop("default", None)
    return schema | {"required": names}


def _of_inbound(type_: str, name: str, struct: type[msgspec.Struct]) -> Schema:
    schema = schema_of(name.partition(".")[0], struct, sealed=AS_SENT)
    if type_ in OUTCOMES:
        schema["properties"]["outcome"] = {"enum": sorted(OUTCOMES[type_])}
    return schema


def _of_dead_letter() -> Schema:
    texts = ("topic", "offset", "error_type", "error_text", "value", "value_base64")
    return {
        "$schema": DIALECT,
        "title": DEAD_LETTER,
        "description": "A message that could not be reacted to, as it came: `value`, or `value_base64`.",
        "type": "object",
        "properties": {**{name: {"type": "string"} for name in texts}, "attempts": {"type": "integer"}},
        "required": ["topic", "offset", "error_type", "error_text", "attempts"],
    }


def _channels() -> Iterator[tuple[str, str]]:
    for topic, description in TOPICS.items():
        yield topic, description
    for topic in INBOUND:
        yield f"{topic}.dlq", f"Messages of {topic} that could not be reacted to."


def _message(topic: str, name: str) -> dict[str, Any]:
    folder = topic if topic in TOPICS else "dead-letters"
    data = {"$ref": f"./schemas/{folder}/{name}.json"}
    of_this_type = {"type": "object", "properties": {"type": {"const": _type(topic, name)}, "data": data}}
    return {
        "name": _type(topic, name),
        "contentType": CLOUD_EVENTS,
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, of_this_type | {"required": ["data"]}]},
    }


def _type(topic: str, name: str) -> str:
    if topic in INBOUND:
        return f"{topic.partition('.')[0]}.{name}"
    return f"cpd.{name}" if topic.endswith(".dlq") else f"cpd.agreements.{name}"


def _envelope() -> Schema:
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {
                **text,
                "description": "Ours: `agreements/<position>`; to payroll `<repayment>/<revision>`.",
            },
            "source": {**text, "description": "Ours: `/cpd/agreements`."},
            "type": text,
            "subject": {"type": "string", "description": "Ours: the staff id."},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"type": "string"},
            "dataschema": {
                "type": "string",
                "description": f"Ours: `{contract.SCHEMAS}:<Event>:v<version>`; to payroll "
                f"`{contract.PAYROLL_SCHEMAS}:<Event>:v<version>`.",
            },
            "partitionkey": {
                "type": "string",
                "description": "One key, one order. Ours: the staff id.",
            },
            "data": {"type": "object"},
        },
        "required": ["specversion", "id", "source", "type"],
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]))
