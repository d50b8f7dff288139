"""A row of every event class version, as it was stored once, can be read for good; and personal text is sealed.

`python -m tests.unit.agreements.test_stored_samples` stores a sample of what has none yet. It never changes one.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.agreements.application import FACTS
from shared.eventstore.fact import Fact
from shared.eventstore.mapper import FactMapper, sealed_fields
from shared.eventstore.sealing import ERASED, MARK, KeyStore, Sealer
from tests.unit.agreements.stories import letter_facts, school_facts, staff_facts

SAMPLES = Path(__file__).parents[2] / "samples" / "agreements"
VERSIONS = [(fact, version) for fact in FACTS for version in range(1, fact.VERSION + 1)]

UNSEALED = {
    # ids: they are not text
    "actor", "agreement_id", "causation_id", "consent_reference", "correlation_id", "deduction_id", "employment_id",
    "ending_id", "line_manager_id", "payroll_number", "repayment_id", "request_id", "school_urn", "staff_id",
    # one of a list that is kept at the edge, or our own word
    "activity_type", "computation.not_deductible_because", "computation.policy_version", "computation.rule",
    "error_type", "partition", "pay_element_code", "pay_period", "role", "terms.policy_version",
    # of a school, about nobody
    "settings.default_terms.policy_version", "settings.name", "settings.pay_calendar.pay_period",
    "settings.pay_element_code",
}  # fmt: skip


def sample_path(fact: type[Fact], version: int) -> Path:
    return SAMPLES / f"{fact.event_name()}.v{version}.json"


@pytest.fixture
def mapper() -> FactMapper:
    return _mapper()


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_a_stored_row_of_every_version_can_be_read(fact: type[Fact], version: int, mapper: FactMapper):
    sample = json.loads(sample_path(fact, version).read_bytes())
    read = mapper.decode(sample["topic"], json.dumps(sample["state"]).encode())
    assert type(read) is fact
    assert read.effective_on
    if version == fact.VERSION:
        assert msgspec.to_builtins(read) == sample["state"], "a stored field is no longer read, or is read otherwise"


def test_there_is_no_sample_of_what_no_class_reads():
    assert {path.name for path in SAMPLES.iterdir()} == {sample_path(*each).name for each in VERSIONS}


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_the_personal_text_of_a_stored_row_is_sealed(fact: type[Fact], version: int):
    state = json.loads(sample_path(fact, version).read_bytes())["state"]
    sealed = [state[name] for name in sealed_fields(fact) if name in state]
    assert all(text.startswith(MARK) for text in sealed)


def test_a_sealed_row_without_its_key_says_that_it_was_erased(mapper: FactMapper):
    sample = json.loads((SAMPLES / "AgreementDrafted.v1.json").read_bytes())
    read = mapper.decode(sample["topic"], json.dumps(sample["state"]).encode())
    assert mapper.opened(read).title == ERASED


@pytest.mark.parametrize("fact", FACTS)
def test_text_is_sealed_or_is_an_id_or_a_word_of_ours(fact: type[Fact]):
    assert sorted(set(_plain_texts(fact)) - UNSEALED) == []


def test_everything_that_may_stand_unsealed_is_still_a_field():
    assert UNSEALED - {name for fact in FACTS for name in _plain_texts(fact)} == set()


def _plain_texts(struct: Any) -> list[str]:
    """The dotted names of a struct's fields, and of those within, that hold free text not marked as sealed."""
    return [
        name for field in msgspec.inspect.type_info(struct).fields for name in _texts_in(field.type, field.encode_name)
    ]


def _texts_in(kind: Any, name: str) -> list[str]:
    inspect = msgspec.inspect
    if isinstance(kind, inspect.Metadata):
        return [] if (kind.extra or {}).get("sealed") else _texts_in(kind.type, name)
    if isinstance(kind, inspect.StrType):
        return [name]
    if isinstance(kind, inspect.UnionType):
        return [text for each in kind.types for text in _texts_in(each, name)]
    if isinstance(kind, inspect.ListType):
        return _texts_in(kind.item_type, name)
    if isinstance(kind, inspect.StructType):
        return [f"{name}.{text}" for text in _plain_texts(kind.cls)]
    known = (inspect.LiteralType, inspect.IntType, inspect.BoolType, inspect.NoneType, inspect.DateType)
    assert isinstance(kind, (*known, inspect.DateTimeType, inspect.UUIDType)), f"{name} may hold text of any kind"
    return []


@cache
def _mapper() -> FactMapper:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    keys = KeyStore(engine)
    keys.create_tables()
    return FactMapper(FACTS, Sealer(keys))


def store_missing_samples() -> None:
    """Keep the fullest row of each class that has no sample of its version yet."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    fullest: dict[type[Fact], StoredEvent] = {}
    for fact in (*staff_facts(), *school_facts(), *letter_facts()):
        stored = _mapper().to_stored_event(fact)
        if type(fact) not in fullest or len(stored.state) > len(fullest[type(fact)].state):
            fullest[type(fact)] = stored
    for kind, stored in fullest.items():
        path = sample_path(kind, kind.VERSION)
        if not path.exists():
            assert isinstance(stored.originator_id, UUID)
            row = {"topic": stored.topic, "state": json.loads(stored.state)}
            path.write_text(json.dumps(row, indent=2) + "\n")


if __name__ == "__main__":
    store_missing_samples()
