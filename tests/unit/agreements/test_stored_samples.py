"""A row of every event class version, as it was stored once, can be read for good; and personal text is sealed.

`python -m tests.unit.agreements.test_stored_samples` stores a sample of what has none yet. It never changes one.
"""

import json
from pathlib import Path

import msgspec
import pytest

from services.agreements.accesses import ACCESSES
from services.agreements.application import FACTS
from services.agreements.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from shared.eventstore.fact import ERASED, Fact
from shared.eventstore.mapper import FactMapper, sealed_fields
from shared.eventstore.sealing import MARK
from tests.unit.agreements.grants import grant_facts
from tests.unit.agreements.stories import school_facts, staff_facts
from tests.unit.letters import letter_facts
from tests.unit.samples import SAMPLES, mapper_of, plain_texts, sample_path, store_missing

VERSIONS = [(fact, version) for fact in FACTS for version in range(1, fact.VERSION + 1)]

UNSEALED = {
    # ids: they are not text
    "actor", "agreement_id", "causation_id", "consent_reference", "correlation_id", "deduction_id", "drafted_for",
    "employment_id", "ending_id", "line_manager_id", "payroll_number", "repayment_id", "request_id", "school_urn",
    "staff_id",
    # one of a list that is kept at the edge, or our own word
    "activity_type", "computation.not_deductible_because", "computation.policy_version", "computation.rule",
    "document_sha256", "error_type", "partition", "pay_element_code", "pay_period", "role", "root",
    "terms.policy_version",
    # of a school, about nobody
    "settings.default_terms.policy_version", "settings.name", "settings.pay_calendar.pay_period",
    "settings.pay_element_code",
}  # fmt: skip


def sample(fact: type[Fact], version: int) -> Path:
    return sample_path("agreements", fact, version)


@pytest.fixture
def mapper() -> FactMapper:
    return mapper_of(FACTS)


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_a_stored_row_of_every_version_can_be_read(fact: type[Fact], version: int, mapper: FactMapper):
    stored = json.loads(sample(fact, version).read_bytes())
    read = mapper.decode(stored["topic"], json.dumps(stored["state"]).encode())
    assert type(read) is fact
    assert read.effective_on
    if version == fact.VERSION:
        assert msgspec.to_builtins(read) == stored["state"], "a stored field is no longer read, or is read otherwise"


def test_there_is_no_sample_of_what_no_class_reads():
    assert {path.name for path in (SAMPLES / "agreements").iterdir()} == {sample(*each).name for each in VERSIONS}


@pytest.mark.parametrize(("fact", "version"), VERSIONS, ids=lambda each: getattr(each, "__name__", each))
def test_the_personal_text_of_a_stored_row_is_sealed(fact: type[Fact], version: int):
    state = json.loads(sample(fact, version).read_bytes())["state"]
    sealed = [state[name] for name in sealed_fields(fact) if name in state]
    assert all(text.startswith(MARK) for text in sealed)


def test_a_sealed_row_without_its_key_says_that_it_was_erased(mapper: FactMapper):
    sample = json.loads((SAMPLES / "agreements" / "AgreementDrafted.v1.json").read_bytes())
    read = mapper.decode(sample["topic"], json.dumps(sample["state"]).encode())
    assert mapper.opened(read).title == ERASED


@pytest.mark.parametrize("fact", FACTS)
def test_text_is_sealed_or_is_an_id_or_a_word_of_ours(fact: type[Fact]):
    assert sorted(set(plain_texts(fact)) - UNSEALED) == []


def test_everything_that_may_stand_unsealed_is_still_a_field():
    assert UNSEALED - {name for fact in FACTS for name in plain_texts(fact)} == set()


if __name__ == "__main__":
    letters = letter_facts(LETTERS, PositionRewound, SubjectAccessAnswered, ERASURE, ACCESSES)
    store_missing("agreements", FACTS, (*staff_facts(), *school_facts(), *letters, *grant_facts()))
