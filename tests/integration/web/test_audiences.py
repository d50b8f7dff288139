"""What an event says is read by who reads the resource that it is about: every type of event, every role."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

import msgspec
import pytest

from services.agreements.application import FACTS as AGREEMENTS_FACTS
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS
from services.agreements.domain.repayment_facts import REPAYMENT_FACTS
from services.agreements.domain.staff_facts import EMPLOYMENT_FACTS, ENDING_FACTS
from services.requests.application import FACTS as REQUESTS_FACTS
from services.requests.domain.budget_facts import BUDGET_FACTS
from services.requests.domain.desk import AgreementTied
from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.minute import MINUTE_FACTS
from services.requests.domain.need import NEED_FACTS
from services.requests.domain.person import PERSON_FACTS
from services.requests.domain.priority import PRIORITY_FACTS
from services.requests.domain.programme import PROGRAMME_FACTS
from services.requests.domain.rating import RATING_FACTS
from services.requests.domain.request_facts import REQUEST_FACTS, RequestDrafted
from services.requests.domain.service_agreement import SERVICE_AGREEMENT_FACTS
from services.requests.domain.workforce import WORKFORCE_FACTS
from services.reviews.application import FACTS as REVIEWS_FACTS
from services.reviews.domain.activity_facts import ACTIVITY_FACTS, EVALUATION_FACTS
from services.reviews.domain.annual_review import ANNUAL_REVIEW_FACTS
from services.reviews.domain.dissemination import DISSEMINATION_FACTS
from services.reviews.domain.entry import ENTRY_FACTS
from services.reviews.domain.person_facts import PERSON_FACTS as REVIEWS_PERSON_FACTS
from shared.eventstore.fact import Fact
from shared.eventstore.mapper import sealed_fields
from shared.projections.runner import ViewRunner
from shared.web.roles import Role
from tests.integration.agreements.world import SCHOOL, Who, World, person, who
from tests.integration.matrix import served
from tests.integration.requests.world import RequestsWorld
from tests.integration.reviews.world import ReviewsWorld
from tests.unit.samples import sample_path

Kinds = tuple[type[Fact], ...]
OWN = "t1"
HR_TOLD = {Role.HR_PLATFORM, Role.STAFF}
"""Readers of what HR told of a person, which no endpoint answers."""
WRITTEN_FOR_ONESELF: Mapping[Kinds, set[str]] = {
    EVALUATION_FACTS: {"reflection"},
    ENTRY_FACTS: {"title", "reflection", "evidence"},
}


class Service(NamedTuple):
    """A service, the endpoints of the resources that its events are about, and what HR told it."""

    world: type[World]
    facts: Kinds
    resources: Mapping[str, Kinds]
    from_hr: Kinds


SERVICES = (
    Service(
        RequestsWorld,
        REQUESTS_FACTS,
        {
            "PUT /v1/requests/{}": (RequestDrafted,),
            "GET /v1/requests/{}": (*REQUEST_FACTS, *HISTORY_FACTS, AgreementTied),
            "GET /v1/budgets/{}/{}": BUDGET_FACTS,
            "GET /v1/priorities/{}": PRIORITY_FACTS,
            "GET /v1/needs/{}": NEED_FACTS,
            "GET /v1/programmes/{}/{}": PROGRAMME_FACTS,
            "GET /v1/minutes/{}": MINUTE_FACTS,
            "GET /v1/service-agreements/{}": SERVICE_AGREEMENT_FACTS,
            "GET /v1/ratings": RATING_FACTS,
            "GET /v1/schools/{}/workforce/{}": WORKFORCE_FACTS,
        },
        PERSON_FACTS,
    ),
    Service(
        World,
        AGREEMENTS_FACTS,
        {
            "GET /v1/agreements/{}": AGREEMENT_FACTS,
            "GET /v1/repayments/{}": REPAYMENT_FACTS,
            "GET /v1/staff/{}/resignations/{}": ENDING_FACTS,
        },
        EMPLOYMENT_FACTS,
    ),
    Service(
        ReviewsWorld,
        REVIEWS_FACTS,
        {
            "GET /v1/activities/{}": ACTIVITY_FACTS,
            "GET /v1/staff/{}/portfolio": ENTRY_FACTS,
            "GET /v1/disseminations/{}": DISSEMINATION_FACTS,
            "GET /v1/annual-reviews/{}": ANNUAL_REVIEW_FACTS,
        },
        REVIEWS_PERSON_FACTS,
    ),
)


class House(NamedTuple):
    """A service in whose log is one event of every type, at one school, about one person where it is about any."""

    service: Service
    world: World
    facts: Mapping[str, Fact]

    def readers(self, fact: Fact) -> set[str]:
        """The roles that read the resource of an event, or may change a draft. What is no resource is the auditor's."""
        if isinstance(fact, self.service.from_hr):
            return HR_TOLD | {Role.AUDITOR}
        found = [path for path, kinds in self.service.resources.items() if isinstance(fact, kinds)]
        method, _, path = (found or ["GET "])[0].partition(" ")
        return served(self.world).get((method, path), set()) | {Role.AUDITOR}

    def history(self, caller: Who) -> Iterator[dict[str, Any]]:
        cursor = ""
        while cursor is not None:
            page = self.world.read(f"/v1/events?limit=200{cursor and f'&cursor={cursor}'}", caller)
            yield from page["items"]
            cursor = page["next"]


@pytest.fixture(scope="module", params=SERVICES, ids=lambda service: service.world.__name__)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    service: Service = request.param
    world = service.world(Path(tmp_path_factory.mktemp("house")), worker_runs=False)
    stores = world.runtime.stores
    facts = {kind.event_name(): _stated(stores.name, kind) for kind in service.facts}
    stores.ledger.recorder.insert_events([stores.ledger.mapper.to_stored_event(fact) for fact in facts.values()])
    while ViewRunner(stores.ledger, stores.engine, [stores.history.view]).step():
        pass
    yield House(service, world, facts)
    world.close()


def test_what_an_event_says_is_read_by_who_reads_its_resource_and_nobody_else(house: House) -> None:
    for role in served(house.world)["GET", "/v1/events"]:
        told = {event["type"]: event for event in house.history(person(OWN) if role == Role.STAFF else who(role))}
        assert set(told) == {name for name, fact in house.facts.items() if role != Role.STAFF or fact.staff_id}
        for name, event in told.items():
            fact = house.facts[name]
            reads = role in house.readers(fact)
            assert event["withheld"] is not reads, (role, name)
            assert reads or (event["data"], event["reason"]) == ({}, None), (role, name)
            read = {field for field, text in _texts(fact).items() if text in str(event)}
            assert read == (set(_texts(fact)) - _private(fact, role) if reads else set()), (role, name)


def _stated(service: str, kind: type[Fact]) -> Fact:
    """The stored sample of a type, its texts readable, in a stream of its own."""
    row = json.loads(sample_path(service, kind, kind.VERSION).read_text())
    fact = msgspec.convert(row["state"], kind)
    place = {"originator_id": uuid5(NAMESPACE_OID, kind.TOPIC), "originator_version": 1, "school_urn": SCHOOL}
    return msgspec.structs.replace(fact, **place, **_texts(fact), staff_id=OWN if fact.staff_id else "")


def _texts(fact: Fact) -> dict[str, str]:
    """What stands in each field of text about a person."""
    fields = sealed_fields(type(fact)) if fact.staff_id else ()
    return {field: f"the {field} of {fact.event_name()}" for field in fields}


def _private(fact: Fact, role: str) -> set[str]:
    """The fields that a person wrote for themselves, to everybody else."""
    found = [fields for kinds, fields in WRITTEN_FOR_ONESELF.items() if isinstance(fact, kinds)]
    return found[0] if found and role != Role.STAFF else set()
