"""What the requests service publishes keeps to its JSON Schema, and a published schema never breaks its promise."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from services.requests import contract
from services.requests.application import FACTS
from services.requests.schemas import MESSAGES
from shared.messaging.cloudevents import decode
from shared.messaging.documents import as_json, as_yaml
from shared.messaging.published import changes
from tests.unit.requests.stories import every_fact

DOCS = Path(__file__).parents[3] / "docs"
GENERATED = MESSAGES.schemas()
COMMITTED = {
    path.relative_to(DOCS / "schemas").as_posix(): json.loads(path.read_bytes())
    for path in sorted((DOCS / "schemas" / contract.TOPIC).glob("*.json"))
}
SENT = [
    decode(record.value) for position, fact in enumerate(every_fact(), 1) for record in contract.publish(position, fact)
]


def schema_of(event):
    return COMMITTED[f"{contract.TOPIC}/{event.type.partition('requests.')[2]}.json"]


@pytest.mark.parametrize("name", GENERATED)
def test_a_schema_is_committed_as_it_is_generated(name: str):
    assert (DOCS / "schemas" / name).read_bytes() == as_json(GENERATED[name]), "run make schemas"


def test_the_asyncapi_document_is_committed_as_it_is_generated():
    assert (DOCS / MESSAGES.file).read_bytes() == as_yaml(MESSAGES.asyncapi()), "run make schemas"


@pytest.mark.parametrize("name", COMMITTED)
def test_a_published_version_keeps_its_promise(name: str):
    jsonschema.Draft202012Validator.check_schema(COMMITTED[name])
    newest = [known for known in GENERATED if known.rpartition(".v")[0] == name.rpartition(".v")[0]]
    assert newest, f"{name} is published and no longer made"
    if name in GENERATED:
        assert changes(COMMITTED[name], GENERATED[name]) == []


def test_the_stories_state_every_fact_and_make_every_message():
    assert {type(fact) for fact in every_fact()} == set(FACTS)
    assert {event.type for event in SENT} == {
        f"cpd.requests.{fact.event_name()}.v{fact.VERSION}" for fact in contract.PUBLIC
    }


def test_what_is_published_fits_its_schema_and_shows_nothing_else():
    for event in SENT:
        schema = schema_of(event)
        jsonschema.validate(
            event.data, schema, jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker()
        )
        assert set(event.data) <= set(schema["properties"])


def test_every_reference_of_the_document_is_a_file():
    document = yaml.safe_load((DOCS / MESSAGES.file).read_bytes())
    references = [
        part["properties"]["data"]["$ref"]
        for message in document["components"]["messages"].values()
        for part in message["payload"]["allOf"]
        if "properties" in part
    ]
    assert references
    assert all((DOCS / reference).is_file() for reference in references)
