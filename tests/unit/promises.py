"""What every service promises of its events: stored rows are read for good, text is sealed, schemas are kept to.

A service's test modules make classes of these, and say whose facts and messages they are about.
"""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import jsonschema
import msgspec
import pytest
import yaml

from shared.eventstore.fact import Fact
from shared.eventstore.mapper import sealed_fields
from shared.eventstore.sealing import MARK
from shared.messaging.cloudevents import CloudEvent, decode
from shared.messaging.documents import Messages, as_json, as_yaml
from shared.messaging.published import changes
from tests.unit.samples import SAMPLES, mapper_of, plain_texts, sample_path

DOCS = Path(__file__).parents[2] / "docs"


def _named(each: object) -> str:
    return str(getattr(each, "__name__", each))


class StoredSamples:
    """A row of every event class version, as it was stored once, can be read for good; and personal text is sealed."""

    service: ClassVar[str]
    facts: ClassVar[tuple[type[Fact], ...]]
    unsealed: ClassVar[Collection[str]]
    """The fields that may hold text unsealed: ids, words of ours, and what is about nobody."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "version" in metafunc.fixturenames:
            metafunc.parametrize(("fact", "version"), self.versions(), ids=_named)
        elif "fact" in metafunc.fixturenames:
            metafunc.parametrize("fact", self.facts, ids=_named)

    def versions(self) -> list[tuple[type[Fact], int]]:
        return [(fact, version) for fact in self.facts for version in range(1, fact.VERSION + 1)]

    def stored(self, fact: type[Fact], version: int) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(sample_path(self.service, fact, version).read_bytes())
        return row

    def test_a_stored_row_of_every_version_can_be_read(self, fact: type[Fact], version: int) -> None:
        sample = self.stored(fact, version)
        read = mapper_of(self.facts).decode(sample["topic"], json.dumps(sample["state"]).encode())
        assert type(read) is fact
        assert read.effective_on
        if version == fact.VERSION:
            assert msgspec.to_builtins(read) == sample["state"], "a stored field is no longer read, or read otherwise"

    def test_there_is_no_sample_of_what_no_class_reads(self) -> None:
        kept = {path.name for path in (SAMPLES / self.service).iterdir()}
        assert kept == {sample_path(self.service, *each).name for each in self.versions()}

    def test_the_personal_text_of_a_stored_row_is_sealed(self, fact: type[Fact], version: int) -> None:
        state = self.stored(fact, version)["state"]
        assert all(state[name].startswith(MARK) for name in sealed_fields(fact) if state.get(name))

    def test_text_is_sealed_or_is_an_id_or_a_word_of_ours(self, fact: type[Fact]) -> None:
        assert sorted(set(plain_texts(fact)) - set(self.unsealed)) == []

    def test_everything_that_may_stand_unsealed_is_still_a_field(self) -> None:
        assert set(self.unsealed) - {name for fact in self.facts for name in plain_texts(fact)} == set()


class EventSchemas:
    """What a service publishes keeps to its JSON Schema, and a published schema never breaks its promise."""

    facts: ClassVar[tuple[type[Fact], ...]]
    contract: ClassVar[ModuleType]
    messages: ClassVar[Messages]
    every_fact: ClassVar[Callable[[], Sequence[Fact]]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "generated" in metafunc.fixturenames:
            metafunc.parametrize("generated", self.messages.schemas())
        elif "committed" in metafunc.fixturenames:
            metafunc.parametrize("committed", self.committed())

    def committed(self) -> dict[str, Any]:
        return {
            path.relative_to(DOCS / "schemas").as_posix(): json.loads(path.read_bytes())
            for path in sorted((DOCS / "schemas" / self.contract.TOPIC).glob("*.json"))
        }

    def sent(self) -> list[CloudEvent]:
        """Every message that the stories make."""
        facts = enumerate(type(self).every_fact(), 1)
        return [decode(record.value) for position, fact in facts for record in self.contract.publish(position, fact)]

    def test_a_schema_is_committed_as_it_is_generated(self, generated: str) -> None:
        made = as_json(self.messages.schemas()[generated])
        assert (DOCS / "schemas" / generated).read_bytes() == made, "run make schemas"

    def test_the_asyncapi_document_is_committed_as_it_is_generated(self) -> None:
        made = as_yaml(self.messages.asyncapi())
        assert (DOCS / self.messages.file).read_bytes() == made, "run make schemas"

    def test_a_published_version_keeps_its_promise(self, committed: str) -> None:
        schema, made = self.committed()[committed], self.messages.schemas()
        jsonschema.Draft202012Validator.check_schema(schema)
        newest = [known for known in made if known.rpartition(".v")[0] == committed.rpartition(".v")[0]]
        assert newest, f"{committed} is published and no longer made"
        if committed in made:
            assert changes(schema, made[committed]) == []

    def test_the_stories_state_every_fact_and_make_every_message(self) -> None:
        assert {type(fact) for fact in type(self).every_fact()} == set(self.facts)
        assert {event.type for event in self.sent()} == {
            f"cpd.{self.contract.SERVICE}.{fact.event_name()}.v{fact.VERSION}" for fact in self.contract.PUBLIC
        }

    def test_what_is_published_fits_its_schema_and_shows_nothing_else(self) -> None:
        committed = self.committed()
        for event in self.sent():
            name = event.type.partition(f"{self.contract.SERVICE}.")[2]
            schema = committed[f"{self.contract.TOPIC}/{name}.json"]
            jsonschema.validate(
                event.data, schema, jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker()
            )
            assert set(event.data) <= set(schema["properties"])

    def test_every_reference_of_the_document_is_a_file(self) -> None:
        document = yaml.safe_load((DOCS / self.messages.file).read_bytes())
        references = [
            part["properties"]["data"]["$ref"]
            for message in document["components"]["messages"].values()
            for part in message["payload"]["allOf"]
            if "properties" in part
        ]
        assert references
        assert all((DOCS / reference).is_file() for reference in references)
