"""A made-up trust is one story: each service has heard what the others say, and what is kept of it holds together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from services.agreements.application import FACTS as AGREEMENTS
from services.agreements.application import Agreements
from services.agreements.contract import PAYROLL_TOPIC
from services.agreements.reactions import Reactions as OfAgreements
from services.reviews.application import FACTS as REVIEWS
from services.reviews.application import Reviews
from services.reviews.reactions import Reactions as OfReviews
from shared.audit.chronicle import REQUEST, Chronicle, told_of
from shared.audit.live import verify
from shared.audit.wiring import sealed, sealing
from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger, Once
from shared.hr import HR_TOPIC
from shared.messaging.cloudevents import CloudEvent, decode
from shared.messaging.consumer import React
from shared.projections.commands import replay_command
from shared.sample.drawing import schools
from shared.sample.hr import messages
from shared.sample.plan import Scale
from shared.words import AGREEMENTS_TOPIC, REQUESTS_TOPIC
from tests.integration.agreements.world import Clock, World
from tests.integration.requests.world import RequestsWorld
from tests.integration.reviews.world import ReviewsWorld, Trust
from tests.sample import a_trust, tell
from tests.servers.postgres import PostgresServer

TRUST = a_trust(ends_on=date(2025, 7, 31), seed=6)
IN_THE_EVENING = datetime(2025, 7, 31, 20, tzinfo=UTC)
YEAR = "2024-25"
HEARD_OF = ("hr_platform", "requests", "agreements")
"""The roles in which a service states what others told it."""
FOLLOWED = ("AgreementDrafted", "GrantFollowed", "GrantTakenBack")


@pytest.fixture(scope="module")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trust]:
    """A trust whose year ends today. No worker has run."""
    trust = Trust(Path(tmp_path_factory.mktemp("sample")))
    trust.clock.now = IN_THE_EVENING
    tell([world.runtime.stores.ledger for world in trust.every], TRUST)
    yield trust
    trust.close()


@pytest.fixture(scope="module")
def positions(untold: Trust) -> list[int]:
    return [world.position() for world in untold.every]


@pytest.fixture(scope="module")
def trust(untold: Trust, positions: list[int]) -> Trust:
    """The same once all workers have done all there is to do."""
    untold.catch_up()
    return untold


def test_what_the_others_say_over_the_bus_leads_to_nothing_more(trust: Trust, positions: list[int]):
    assert [world.position() for world in trust.every] == positions
    assert min(positions) > 100
    for world in trust.every:
        assert world.runtime.stores.poison.letters() == []


def test_on_postgresql_it_is_so_too(postgres_server: PostgresServer, tmp_path: Path):
    keys, clock = postgres_server.new_database(), Clock(IN_THE_EVENING)
    worlds = [
        kind(tmp_path, clock, servers={"database_url": postgres_server.new_database(), "keys_url": keys})
        for kind in (RequestsWorld, World, ReviewsWorld)
    ]
    one_school = Scale(schools=1, staff=20, activities=30)
    told = tell([log_of(world) for world in worlds], a_trust(one_school, ends_on=TRUST.ends_on))
    while sum(world.catch_up() for world in worlds):
        pass
    assert [world.position() for world in worlds] == list(told.values())
    for world in worlds:
        assert world.runtime.stores.poison.letters() == []
        assert world.runtime.stores.runner.position() == world.position()
        assert all(bus_of(world).end(topic) > 0 for topic in world.assembly.follows)
        world.close()


def test_each_service_has_read_all_that_the_others_say(trust: Trust):
    for world in trust.every:
        bus, recorder = bus_of(world), log_of(world).recorder
        ends = {each: bus.end(each) for topic in world.assembly.follows for each in bus.partitions(topic)}
        assert min(ends.values()) > 0
        assert {each: recorder.max_tracking_id(each) for each in ends} == ends


def test_the_agreements_service_drafted_what_it_would_have_drafted_over_the_bus(trust: Trust, tmp_path: Path):
    ledger, clock = heard_anew(trust.agreements, AGREEMENTS, tmp_path / "log.sqlite")
    reactions = OfAgreements(Agreements(ledger), ledger.sealer, clock)
    deliver({HR_TOPIC: reactions.to_hr, REQUESTS_TOPIC: reactions.to_requests}, trust, clock)
    drafted = [fact for fact in facts_of(ledger) if fact.event_name() in FOLLOWED]
    assert said(drafted) == said([f for f in facts_of(log_of(trust.agreements)) if f.event_name() in FOLLOWED])
    assert len(drafted) > 10
    ledger.close()


def test_the_reviews_service_heard_what_it_would_have_heard_over_the_bus(trust: Trust, tmp_path: Path):
    ledger, clock = heard_anew(trust.reviews, REVIEWS, tmp_path / "log.sqlite")
    of = OfReviews(Reviews(ledger), ledger.sealer, clock)
    by_topic = {HR_TOPIC: of.to_hr, REQUESTS_TOPIC: of.to_requests, AGREEMENTS_TOPIC: of.to_agreements}
    deliver(by_topic, trust, clock)
    heard = [fact for fact in facts_of(ledger) if fact.role in HEARD_OF]
    assert said(heard) == said([fact for fact in facts_of(log_of(trust.reviews)) if fact.role in HEARD_OF])
    assert len(heard) > 500
    ledger.close()


def test_the_requests_service_was_told_of_every_agreement_and_its_cost(trust: Trust):
    agreements, requests = (facts_of(log_of(world)) for world in (trust.agreements, trust.requests))
    for theirs, ours in (("AgreementDrafted", "AgreementTied"), ("StaffResigned", "LeavingNoted")):
        assert count(agreements, theirs) == count(requests, ours) > 0
    paid: list[Any] = [fact for fact in requests if fact.event_name() == "RequestCostRecorded"]
    under: list[Any] = [fact for fact in agreements if fact.event_name() == "CostRecorded"]
    assert sorted((each.agreement_id, each.amount_pence) for each in paid if each.agreement_id is not None) == sorted(
        (each.agreement_id, each.amount_pence) for each in under
    )


def test_money_is_owed_asked_back_and_told_to_payroll(trust: Trust):
    assert trust.agreements.read("/v1/trust/liability?on=2025-07-31")["contingent_pence"] > 0
    owed = trust.agreements.read("/v1/repayments")["items"]
    assert {each["status"] for each in owed} >= {"settled", "invoiced"}
    bus = bus_of(trust.agreements)
    sent = [decode(each.value) for name in bus.partitions(PAYROLL_TOPIC) for each in bus.read(name, 0, 1000)]
    taken = next(each for each in owed if each["taken_total_pence"] > 0)
    asked = next(each for each in sent if each.data["repayment_id"] == taken["id"])
    assert asked.type == "cpd.agreements.RepaymentRequired.v1"
    assert asked.data["outstanding_pence"] > 0


def test_each_budget_is_spent_in_part_and_the_reviews_service_has_the_same_figures(trust: Trust):
    for school in schools(TRUST):
        budget = trust.requests.read(f"/v1/budgets/{school.urn}/{YEAR}")
        assert budget["actual_pence"] > 0
        assert budget["available_pence"] > 0
        report = trust.reviews.read(f"/v1/reports/governing-body?school_urn={school.urn}&on=2025-07-31")
        assert report["budget"]["actual_pence"] == budget["actual_pence"]


def test_views_are_as_the_logs_say_and_the_logs_are_sealed(trust: Trust):
    for world in trust.every:
        stores = world.runtime.stores
        views = replay_command(lambda world=world: [world.assembly.views(world.runtime)])
        checked = CliRunner().invoke(views, ["--check"])
        assert (checked.exit_code, checked.output.count("as the log says")) == (0, 1), checked.output
        seal = sealing(world.settings, stores, world.clock)
        while seal.step():
            pass
        report = verify(sealed(world.settings, stores, world.assembly.accesses))
        assert report.findings == []
        assert f"{world.position()} events sealed" in " ".join(report.lines)


def test_the_history_of_a_request_runs_through_all_services(trust: Trust):
    tied: Any = next(fact for fact in facts_of(log_of(trust.requests)) if fact.event_name() == "AgreementTied")
    chronicles = [Chronicle(each.runtime.stores, each.assembly.streams) for each in trust.every]
    told = told_of(chronicles, REQUEST, tied.request_id)
    assert {each.service for each in told} == {"requests", "agreements", "reviews"}
    names = [each.fact.event_name() for each in told]
    assert names[0] in ("RequestSubmitted", "NeedTakenUp")
    assert {"RequestApproved", "FundsCommitted", "AgreementDrafted", "AgreementTied", "HolderNoted"} <= set(names)


def heard_anew(world: World, facts: Sequence[type[Fact]], path: Path) -> tuple[Ledger, Clock]:
    """An empty log of the service, under the same keys."""
    return Ledger(str(path), facts, world.runtime.stores.sealer), Clock()


def deliver(reactions: Mapping[str, React], trust: Trust, clock: Clock) -> None:
    """React to HR and to what the logs of the other services publish, each message when it was sent."""
    said = [(HR_TOPIC, each.event) for school in schools(TRUST) for each in messages(school)]
    for world in (trust.requests, trust.agreements):
        said += [each for each in published(world) if each[0] in reactions and world.assembly.name in each[1].source]
    for topic, event in sorted(said, key=lambda each: (each[1].time, each[0] != HR_TOPIC)):
        assert event.time is not None
        clock.now = event.time
        reactions[topic](event, Once())


def published(world: World) -> Iterator[tuple[str, CloudEvent]]:
    log = log_of(world)
    for row in log.recorder.select_notifications(1, 100_000):
        for record in world.assembly.publish(row.id, log.mapper.decode(row.topic, row.state)):
            yield record.topic, decode(record.value)


def said(facts: Sequence[Fact]) -> list[str]:
    """What facts say, whenever and in whatever order they were recorded."""
    context = {"originator_version": 0, "recorded_at": IN_THE_EVENING, "correlation_id": "", "causation_id": ""}
    return sorted(msgspec.json.encode(msgspec.structs.replace(fact, **context)).decode() for fact in facts)


def facts_of(log: Ledger) -> list[Fact]:
    """All facts, their text readable."""
    rows = log.recorder.select_notifications(1, 100_000)
    return [log.mapper.opened(log.mapper.decode(row.topic, row.state)) for row in rows]


def count(facts: Sequence[Fact], name: str) -> int:
    return sum(fact.event_name() == name for fact in facts)


def log_of(world: World) -> Ledger:
    ledger: Ledger = world.runtime.stores.ledger
    return ledger


def bus_of(world: World) -> Any:
    return world.runtime.stores.bus
