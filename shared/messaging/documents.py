"""A service's messages for those who build on them: a JSON Schema of each, and the AsyncAPI document that names them.

Made from the code and kept in `docs/`; writing them anew refuses to change what was published.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from shared.audit import message
from shared.eventstore.fact import Fact
from shared.messaging.inbox import Schemas
from shared.messaging.public import ENVELOPE
from shared.messaging.published import DIALECT, IncompatibleChangeError, Schema, changes, schema_of
from shared.messaging.topics import CHECKPOINTS

AS_SENT = "Personal: sent readable; the inbox seals it under the person's key before the bus has it."
DEAD_LETTER = "DeadLetter"
OF_CHECKPOINTS = {"CheckpointSigned.v1": schema_of("CheckpointSigned", message.CheckpointSigned)}
CLOUD_EVENTS = "application/cloudevents+json"


def as_it_is(_: str, schema: Schema) -> Schema:
    """The schema of an inbound message of a type, as its struct makes it."""
    return schema


@dataclass(frozen=True)
class Messages:
    """All messages of one service: `topics` with what each is about, `public` facts with the fields `withheld`.

    `always` are fields that every public fact says though the log leaves out what is empty; those `of_schools`, which
    are about nobody, all of them but the staff id. `other` are topics that the
    service writes beside its own and that of checkpoints, with the schema of each message. `inbound` are read and have
    schemas of their own;
    `followed` are other services' topics. `of_ids`, `of_subject` and `of_schemas` explain the envelope's attributes.
    """

    service: str
    about: str
    topic: str
    topics: Mapping[str, str]
    public: Sequence[type[Fact]]
    inbound: Mapping[str, Schemas]
    file: str
    always: Sequence[str] = ("effective_on",)
    of_schools: Sequence[type[Fact]] = ()
    withheld: frozenset[str] = frozenset()
    other: Mapping[str, Mapping[str, Schema]] = field(default_factory=dict)
    followed: Sequence[str] = ()
    inbound_schema: Callable[[str, Schema], Schema] = as_it_is
    of_ids: str = ""
    of_subject: str = "Ours: the staff id."
    of_schemas: str = ""

    @property
    def _topics(self) -> dict[str, str]:
        return {**self.topics, CHECKPOINTS: message.ABOUT}

    def schemas(self) -> dict[str, Schema]:
        """The schema of each message's `data`, by its file under `docs/schemas`: `<topic>/<Event>.v<version>.json`."""
        return {f"{topic}/{name}.json": schema for topic, name, schema in self._schemas()}

    def asyncapi(self) -> dict[str, Any]:
        """The AsyncAPI 3 document: channels, who sends and who receives, each message by envelope and schema."""
        channels: dict[str, Any] = {}
        operations: dict[str, Any] = {}
        messages: dict[str, Any] = {}
        for topic, description in self._channels():
            known = topic in self._topics
            names = [name for of, name, _ in self._schemas() if of == topic] if known else [f"{DEAD_LETTER}.v1"]
            keys = {name: f"{topic}.{name}" for name in names}
            for name, key in keys.items():
                messages[key] = self._message(topic, name)
            channels[topic] = {
                "address": topic,
                "description": description,
                "messages": {name: {"$ref": f"#/components/messages/{key}"} for name, key in keys.items()},
            }
            action = "receive" if topic in self.inbound else "send"
            operations[f"{action}.{topic}"] = {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}
        return {
            "asyncapi": "3.0.0",
            "info": {"title": f"CPD {self.service}", "version": "1", "description": self.about},
            "defaultContentType": CLOUD_EVENTS,
            "channels": channels,
            "operations": operations,
            "components": {"messages": messages, "schemas": {"CloudEvent": self._envelope()}},
        }

    def write(self, folder: Path) -> None:
        """Write schemas and document in `folder`. Raises IncompatibleChangeError; then nothing is written."""
        now = self.schemas()
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
        (folder / self.file).write_bytes(as_yaml(self.asyncapi()))

    def _schemas(self) -> Iterator[tuple[str, str, Schema]]:
        for fact in self.public:
            yield self.topic, f"{fact.event_name()}.v{fact.VERSION}", self._of_fact(fact)
        for topic, named in {**self.other, CHECKPOINTS: OF_CHECKPOINTS}.items():
            yield from ((topic, name, schema) for name, schema in named.items())
        for topic, types in self.inbound.items():
            for type_, struct in types.items():
                name = type_.partition(".")[2]
                schema = schema_of(name.partition(".")[0], struct, sealed=AS_SENT)
                yield topic, name, self.inbound_schema(type_, schema)
        yield "dead-letters", f"{DEAD_LETTER}.v1", _of_dead_letter()

    def _of_fact(self, fact: type[Fact]) -> Schema:
        schema = schema_of(fact.event_name(), fact, without=self.withheld | ENVELOPE)
        schema["properties"]["recorded_at"]["format"] = "date-time"
        schema["properties"]["effective_on"] = {"type": "string", "format": "date"}
        always = [name for name in self.always if name != "staff_id" or fact not in self.of_schools]
        return requiring(schema, [*schema["required"], *always])

    def _channels(self) -> Iterator[tuple[str, str]]:
        yield from self._topics.items()
        for topic in (*self.inbound, *self.followed):
            yield f"{topic}.dlq", f"Messages of {topic} that could not be reacted to."

    def _message(self, topic: str, name: str) -> dict[str, Any]:
        folder = topic if topic in self._topics else "dead-letters"
        data = {"$ref": f"./schemas/{folder}/{name}.json"}
        of_this_type = {"type": "object", "properties": {"type": {"const": self._type(topic, name)}, "data": data}}
        return {
            "name": self._type(topic, name),
            "contentType": CLOUD_EVENTS,
            "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, of_this_type | {"required": ["data"]}]},
        }

    def _type(self, topic: str, name: str) -> str:
        if topic in self.inbound:
            return f"{topic.partition('.')[0]}.{name}"
        return f"cpd.{name}" if topic.endswith(".dlq") else f"cpd.{self.service}.{name}"

    def _envelope(self) -> Schema:
        text = {"type": "string", "minLength": 1}
        return {
            "type": "object",
            "properties": {
                "specversion": {"const": "1.0"},
                "id": {**text, "description": self.of_ids},
                "source": {**text, "description": f"Ours: `/cpd/{self.service}`."},
                "type": text,
                "subject": {"type": "string", "description": self.of_subject},
                "time": {"type": "string", "format": "date-time"},
                "datacontenttype": {"type": "string"},
                "dataschema": {"type": "string", "description": self.of_schemas},
                "partitionkey": {"type": "string", "description": f"One key, one order. {self.of_subject}"},
                "data": {"type": "object"},
            },
            "required": ["specversion", "id", "source", "type"],
        }


def requiring(schema: Schema, names: Sequence[str]) -> Schema:
    """The schema with these fields always there: what has a default in the log is always said here."""
    for name in names:
        schema["properties"][name].pop("default", None)
    return schema | {"required": list(names)}


def as_json(document: Mapping[str, Any]) -> bytes:
    """The text of a schema's file."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def as_yaml(document: Mapping[str, Any]) -> bytes:
    """The text of an AsyncAPI file."""
    import yaml  # noqa: PLC0415  only developers write these files

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return text.encode()


def _of_dead_letter() -> Schema:
    texts = ("topic", "offset", "error_type", "error_text", "value", "value_base64")
    return {
        "$schema": DIALECT,
        "title": DEAD_LETTER,
        "description": "A message that could not be reacted to, sealed whole: `value`, or `value_base64` of its bytes.",
        "type": "object",
        "properties": {**{name: {"type": "string"} for name in texts}, "attempts": {"type": "integer"}},
        "required": ["topic", "offset", "error_type", "error_text", "attempts"],
    }
