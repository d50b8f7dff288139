"""Stored rows of every event class, kept for good: read, written where there is none, and looked at for plain text."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from shared.eventstore.fact import Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.mapper import FactMapper
from shared.eventstore.sealing import Sealer

SAMPLES = Path(__file__).parents[1] / "samples"


def sample_path(service: str, fact: type[Fact], version: int) -> Path:
    return SAMPLES / service / f"{fact.event_name()}.v{version}.json"


@cache
def mapper_of(facts: tuple[type[Fact], ...]) -> FactMapper:
    """A mapper with keys of its own."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    keys = KeyStore(engine)
    keys.create_tables()
    return FactMapper(facts, Sealer(keys))


def store_missing(service: str, facts: tuple[type[Fact], ...], stated: Iterable[Fact]) -> None:
    """Keep the fullest row of each class that has no sample of its version yet."""
    (SAMPLES / service).mkdir(parents=True, exist_ok=True)
    fullest: dict[type[Fact], StoredEvent] = {}
    for fact in stated:
        stored = mapper_of(facts).to_stored_event(fact)
        if type(fact) not in fullest or len(stored.state) > len(fullest[type(fact)].state):
            fullest[type(fact)] = stored
    for kind, stored in fullest.items():
        path = sample_path(service, kind, kind.VERSION)
        if not path.exists():
            assert isinstance(stored.originator_id, UUID)
            row = {"topic": stored.topic, "state": json.loads(stored.state)}
            path.write_text(json.dumps(row, indent=2) + "\n")


def plain_texts(struct: Any) -> list[str]:
    """The dotted names of a struct's fields, and of those within, that hold free text not marked as sealed."""
    return [
        name for field in msgspec.inspect.type_info(struct).fields for name in _texts_in(field.type, field.encode_name)
    ]


def _texts_in(kind: Any, name: str) -> list[str]:  # noqa: PLR0911  one for each kind of type
    inspect = msgspec.inspect
    if isinstance(kind, inspect.Metadata):
        return [] if (kind.extra or {}).keys() & {"sealed", "sealed_apart"} else _texts_in(kind.type, name)
    if isinstance(kind, inspect.StrType):
        return [name]
    if isinstance(kind, inspect.UnionType):
        return [text for each in kind.types for text in _texts_in(each, name)]
    if isinstance(kind, inspect.ListType):
        return _texts_in(kind.item_type, name)
    if isinstance(kind, inspect.DictType):
        return [*_texts_in(kind.key_type, name), *_texts_in(kind.value_type, name)]
    if isinstance(kind, inspect.StructType):
        return [f"{name}.{text}" for text in plain_texts(kind.cls)]
    known = (inspect.LiteralType, inspect.IntType, inspect.FloatType, inspect.BoolType, inspect.NoneType)
    dates = (inspect.DateType, inspect.DateTimeType, inspect.UUIDType)
    assert isinstance(kind, (*known, *dates)), f"{name} may hold text of any kind"
    return []
