"""What the service publishes and takes in keeps to its JSON Schema, and a published schema never breaks its promise."""

import copy
import json
from pathlib import Path
from typing import get_args

import jsonschema
import msgspec
import pytest
import yaml

from services.agreements import contract
from services.agreements.application import FACTS
from services.agreements.domain.repayment import MessageKind
from services.agreements.domain.repayment_facts import RepaymentSent
from services.agreements.inbound import INBOUND
from services.agreements.schemas import MESSAGES as OURS
from shared.clock import utc_now
from shared.messaging.bus import Received
from shared.messaging.cloudevents import decode
from shared.messaging.database import open_database
from shared.messaging.documents import as_json, as_yaml
from shared.messaging.failure import Failure
from shared.messaging.poison import Poison
from shared.messaging.public import ENVELOPE
from shared.messaging.published import IncompatibleChangeError, changes
from shared.words import REQUESTS_TOPIC, REVIEWS_TOPIC
from tests.unit.agreements.stories import staff_facts
from tests.unit.messaging.fakes import MemoryBus
from tests.unit.samples import mapper_of

DOCS = Path(__file__).parents[3] / "docs"
GENERATED = OURS.schemas()
COMMITTED = {
    path.relative_to(DOCS / "schemas").as_posix(): json.loads(path.read_bytes())
    for path in sorted((DOCS / "schemas").rglob("*.json"))
    if path.parent.name not in (REQUESTS_TOPIC, REVIEWS_TOPIC)
}
ASYNCAPI = yaml.safe_load((DOCS / "asyncapi.yaml").read_bytes())
STAFF = {"staff_id": "T1", "employment_id": "E1", "school_urn": "100001", "on": "2025-06-01"}
DEDUCTION = {
    "repayment_id": "1ea71ebe-6e2c-550d-ac56-21a183f68f7c-a1-r1",
    "staff_id": "T1",
    "deduction_id": "d1",
    "revision": 1,
    "pay_period": "2025-08",
    "taken_pence": 0,
}
DRAFTED = "cpd.agreements.v1/AgreementDrafted.v1.json"


def published():
    """Every message that the stories make, as the bus has it."""
    for position, fact in enumerate(staff_facts(), 1):
        for record in contract.publish(position, fact):
            yield record.topic, decode(record.value)


MESSAGES = list(published())


def schema_for(topic, event):
    return COMMITTED[f"{topic}/{event.type.partition('agreements.')[2]}.json"]


def check(instance, schema):
    jsonschema.validate(instance, schema, jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", GENERATED)
def test_a_schema_is_committed_as_it_is_generated(name: str):
    assert (DOCS / "schemas" / name).read_bytes() == as_json(GENERATED[name]), "run make schemas"


def test_the_asyncapi_document_is_committed_as_it_is_generated():
    assert (DOCS / "asyncapi.yaml").read_bytes() == as_yaml(OURS.asyncapi()), "run make schemas"


@pytest.mark.parametrize("name", COMMITTED)
def test_a_published_version_keeps_its_promise(name: str):
    newest = [known for known in GENERATED if known.rpartition(".v")[0] == name.rpartition(".v")[0]]
    assert newest, f"{name} is published and no longer made"
    if name in GENERATED:
        assert changes(COMMITTED[name], GENERATED[name]) == []


@pytest.mark.parametrize("name", COMMITTED)
def test_every_schema_is_a_schema(name: str):
    jsonschema.Draft202012Validator.check_schema(COMMITTED[name])


def test_the_stories_make_every_message():
    told = {(topic, event.type) for topic, event in MESSAGES}
    public = {(contract.TOPIC, f"cpd.agreements.{fact.event_name()}.v{fact.VERSION}") for fact in contract.PUBLIC}
    to_payroll = {(contract.PAYROLL_TOPIC, f"cpd.agreements.{kind}.v1") for kind in get_args(MessageKind)}
    assert told == public | to_payroll


def test_a_dataschema_names_one_schema():
    named = {(event.dataschema, topic, event.type) for topic, event in MESSAGES}
    assert len({name for name, _, _ in named}) == len(named)


def test_payrolls_messages_name_schemas_of_their_own():
    named = {event.dataschema for topic, event in MESSAGES if topic == contract.PAYROLL_TOPIC}
    assert named == {f"urn:cpd:agreements:payroll:{kind}:v1" for kind in get_args(MessageKind)}


def test_what_is_published_goes_to_the_topics_that_the_contract_names_and_to_each_of_them():
    assert {topic for topic, _ in MESSAGES} == set(contract.TOPICS)


def test_what_is_published_fits_its_schema():
    for topic, event in MESSAGES:
        check(event.data, schema_for(topic, event))


def test_what_is_published_shows_no_field_that_its_schema_does_not_know():
    for topic, event in MESSAGES:
        assert set(event.data) <= set(schema_for(topic, event)["properties"])


def test_a_message_without_a_required_field_does_not_fit():
    topic, event = next((topic, event) for topic, event in MESSAGES if topic == contract.PAYROLL_TOPIC)
    data = {name: value for name, value in event.data.items() if name != "outstanding_pence"}
    with pytest.raises(jsonschema.ValidationError, match="outstanding_pence"):
        check(data, schema_for(topic, event))


@pytest.mark.parametrize("field", sorted(contract.WITHHELD | ENVELOPE))
def test_what_is_withheld_is_in_no_public_schema(field: str):
    public = {name: schema for name, schema in COMMITTED.items() if name.startswith(contract.TOPIC)}
    assert [name for name, schema in public.items() if field in schema["properties"]] == []


@pytest.mark.parametrize("type_", [type_ for types in INBOUND.values() for type_ in types])
def test_what_is_taken_in_fits_its_schema_and_its_struct(type_: str):
    topic = next(topic for topic, types in INBOUND.items() if type_ in types)
    schema = COMMITTED[f"{topic}/{type_.partition('.')[2]}.json"]
    outcomes = schema["properties"].get("outcome", {}).get("enum", [])
    data = DEDUCTION | {"outcome": outcomes[0]} if outcomes else STAFF | {"reason": "retirement", "name": None}
    check(data, schema)
    msgspec.convert(data, INBOUND[topic][type_])
    with pytest.raises(jsonschema.ValidationError):
        check(data | {"surprise": 1}, schema)


def test_a_dead_letter_fits_its_schema(tmp_path: Path):
    bus = MemoryBus()
    engine = open_database(tmp_path / "inbox.sqlite")
    poison = Poison(engine, bus, "agreements", utc_now, mapper_of(FACTS).sealer)
    poison.create_tables()
    for value in (b"text", b"\xff"):
        poison.park(Received("hr.staff.v1", len(value), "T1", value), Failure("Oops", "text"), 1)
    engine.dispose()
    letters = [decode(received.value) for received in bus.topics["hr.staff.v1.dlq"]]
    for letter in letters:
        check(letter.data, COMMITTED["dead-letters/DeadLetter.v1.json"])
    assert {letter.type for letter in letters} == {_types_of("hr.staff.v1.dlq")[0]}


def test_the_asyncapi_document_refers_to_what_is_there():
    references = list(_references(ASYNCAPI))
    assert references
    for reference in references:
        if reference.startswith("#/"):
            _at(ASYNCAPI, reference)
        else:
            assert (DOCS / reference).resolve() in {(DOCS / "schemas" / name).resolve() for name in COMMITTED}


def test_the_asyncapi_document_names_every_message_of_every_topic():
    for topic, event in MESSAGES:
        assert event.type in _types_of(topic)
    for topic, types in INBOUND.items():
        assert sorted(_types_of(topic)) == sorted(types)
    used = [reference for reference in _references(ASYNCAPI) if not reference.startswith("#/")]
    assert {Path(reference).as_posix() for reference in used} == {f"schemas/{name}" for name in COMMITTED}


def test_every_message_fits_its_payload_in_the_asyncapi_document():
    envelope = ASYNCAPI["components"]["schemas"]["CloudEvent"]
    for _, event in MESSAGES:
        check(msgspec.to_builtins(event), envelope)


INCOMPATIBLE = {
    "a field is gone": lambda s: s["properties"].pop("title"),
    "a field is no longer required": lambda s: s["required"].remove("title"),
    "a field becomes required": lambda s: s["required"].append("request_id"),
    "a type changes": lambda s: s["properties"]["funded_percent"].update(type="string"),
    "a format changes": lambda s: s["properties"]["planned_start"].pop("format"),
    "a value of an enum is gone": lambda s: s["$defs"]["CostLine"]["properties"]["category"]["enum"].remove("fee"),
    "a choice is gone": lambda s: s["properties"]["terms"]["anyOf"].pop(),
    "a field within is gone": lambda s: s["$defs"]["RepaymentTerms"]["properties"].pop("trigger"),
    "a choice within changes": lambda s: s["$defs"]["Linear"]["properties"]["months"].update(type="string"),
    "unknown fields are refused": lambda s: s.update(additionalProperties=False),
}
COMPATIBLE = {
    "nothing": lambda _: None,
    "a field more": lambda s: s["properties"].update(note={"type": "string"}),
    "an enum takes one more": lambda s: s["$defs"]["CostLine"]["properties"]["category"]["enum"].append("childcare"),
    "other words": lambda s: s.update(description="in other words"),
}


@pytest.mark.parametrize("change", INCOMPATIBLE.values(), ids=list(INCOMPATIBLE))
def test_a_change_that_breaks_readers_is_found(change):
    assert len(changes(COMMITTED[DRAFTED], _changed(change))) == 1


@pytest.mark.parametrize("change", COMPATIBLE.values(), ids=list(COMPATIBLE))
def test_a_change_that_breaks_nobody_is_allowed(change):
    assert changes(COMMITTED[DRAFTED], _changed(change)) == []


def test_a_published_schema_is_not_overwritten_with_one_that_breaks_readers(tmp_path: Path):
    published = tmp_path / "schemas" / DRAFTED
    published.parent.mkdir(parents=True)
    before = as_json(_changed(COMPATIBLE["a field more"]))
    published.write_bytes(before)
    with pytest.raises(IncompatibleChangeError, match="note would be gone"):
        OURS.write(tmp_path)
    assert published.read_bytes() == before
    assert not (tmp_path / "asyncapi.yaml").exists()


def test_a_message_to_payroll_says_what_the_log_says_of_it():
    assert set(contract.PAYROLL_FIELDS) <= set(RepaymentSent.__struct_fields__)


def _changed(change):
    schema = copy.deepcopy(COMMITTED[DRAFTED])
    change(schema)
    return schema


def _types_of(topic):
    named = ASYNCAPI["channels"][topic]["messages"].values()
    return [_at(ASYNCAPI, message["$ref"])["name"] for message in named]


def _references(within):
    if isinstance(within, dict):
        if isinstance(within.get("$ref"), str):
            yield within["$ref"]
        within = list(within.values())
    if isinstance(within, list):
        for inner in within:
            yield from _references(inner)


def _at(document, reference):
    for part in reference.removeprefix("#/").split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document
