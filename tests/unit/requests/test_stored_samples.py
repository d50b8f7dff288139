"""A row of every event class version, as it was stored once, can be read for good; and personal text is sealed.

`python -m tests.unit.requests.test_stored_samples` stores a sample of what has none yet. It never changes one.
"""

import json

import msgspec
import pytest

from services.requests.application import FACTS
from shared.eventstore.fact import Fact
from shared.eventstore.mapper import sealed_fields
from shared.eventstore.sealing import MARK
from tests.unit.requests.stories import every_fact
from tests.unit.samples import SAMPLES, mapper_of, plain_texts, sample_path, store_missing

VERSIONS = [(fact, version) for fact in FACTS for version in range(1, fact.VERSION + 1)]

UNSEALED = {
    # ids: they are not text
    "actor", "agreement_id", "causation_id", "correlation_id", "decided_by", "employment_id", "line_manager_id",
    "need_id", "other_urn", "participant_id", "participants", "priority_id", "priority_ids", "rating_id", "request_id",
    "school_urn", "service_agreement_id",
    "settings.delegations.to_staff_id", "settings.headteacher_id", "shares.employment_id", "shares.staff_id",
    "staff_id",
    # one of a list that is kept at the edge, or our own word
    "academic_year", "criteria_version", "document_sha256", "error_type", "other_year", "partition", "plan_year",
    "role", "scores", "sub_type",
    # of a school or another organisation, about nobody
    "because", "closed_because", "description", "provider", "reference", "school_evidence", "school_title",
    "settings.name", "title",
}  # fmt: skip
"""`title` and `reference` are a priority's and a service agreement's; a request's and a person's need's are sealed."""


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_a_stored_row_of_every_version_can_be_read(fact: type[Fact], version: int):
    sample = json.loads(sample_path("requests", fact, version).read_bytes())
    read = mapper_of(FACTS).decode(sample["topic"], json.dumps(sample["state"]).encode())
    assert type(read) is fact
    assert read.effective_on
    if version == fact.VERSION:
        assert msgspec.to_builtins(read) == sample["state"], "a stored field is no longer read, or is read otherwise"


def test_there_is_no_sample_of_what_no_class_reads():
    kept = {path.name for path in (SAMPLES / "requests").iterdir()}
    assert kept == {sample_path("requests", *each).name for each in VERSIONS}


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_the_personal_text_of_a_stored_row_is_sealed(fact: type[Fact], version: int):
    state = json.loads(sample_path("requests", fact, version).read_bytes())["state"]
    assert all(state[name].startswith(MARK) for name in sealed_fields(fact) if state.get(name))


@pytest.mark.parametrize("fact", FACTS)
def test_text_is_sealed_or_is_an_id_or_a_word_of_ours(fact: type[Fact]):
    assert sorted(set(plain_texts(fact)) - UNSEALED) == []


def test_everything_that_may_stand_unsealed_is_still_a_field():
    assert UNSEALED - {name for fact in FACTS for name in plain_texts(fact)} == set()


if __name__ == "__main__":
    store_missing("requests", FACTS, every_fact())
