"""One history over the logs of all services: found by what a fact is about, in the order in which it was recorded."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from shared.audit.chronicle import AGREEMENT, REPAYMENT, REQUEST, STAFF, Chronicle, Told, of_stream, told_of
from shared.audit.history_command import history_command
from tests.integration.agreements.world import FINANCE, HEAD, HR, SCHOOL, person
from tests.integration.requests import story
from tests.integration.reviews.world import Trust

Event = tuple[str, str]


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trust]:
    trust = Trust(Path(tmp_path_factory.mktemp("chronicle")))
    for staff_id in ("t1", "t2", "t3"):
        story.joins(trust.requests, staff_id)
    yield trust
    trust.close()


@pytest.fixture(scope="module")
def request_id(trust: Trust) -> str:
    """Asked for by t1 for t1 and t2, approved, an agreement signed for each; t1 completes it and then resigns."""
    lines = [{"category": "fee", "amount_pence": 200000}]
    approved = story.approved(trust.requests, participants=["t1", "t2"], cost_lines=lines)
    story.approved(trust.requests, staff_id="t3")
    trust.clock.advance(seconds=1)
    trust.catch_up()
    for each in trust.agreements.read("/v1/agreements", HR)["items"]:
        own = person(each["staff_id"])
        body = {"signed_on": "2025-06-02", "deduction_consent": True}
        trust.agreements.done(f"/v1/agreements/{each['id']}/signature", body, own)
    trust.clock.advance(days=250)
    one = agreement_of(trust, "t1")
    cost = {"category": "fee", "amount_pence": 100000, "on": "2025-10-01", "reference": "INV 1"}
    trust.agreements.done(f"/v1/agreements/{one}/costs", cost, FINANCE)
    trust.agreements.done(f"/v1/agreements/{one}/start", {"started_on": "2025-09-01"}, HEAD)
    trust.agreements.done(f"/v1/agreements/{one}/completion", {"completed_on": "2026-01-31"}, HEAD)
    leaving = {"notified_on": "2026-02-06", "last_day": "2026-02-28", "reason": "resignation", "school_urn": SCHOOL}
    trust.agreements.done("/v1/staff/t1/resignations", leaving, HR)
    trust.catch_up()
    return approved


def agreement_of(trust: Trust, staff_id: str) -> str:
    (found,) = trust.agreements.read(f"/v1/agreements?staff_id={staff_id}", HR)["items"]
    agreement_id: str = found["id"]
    return agreement_id


def chronicles(trust: Trust) -> list[Chronicle]:
    """The services' own, as the command line has them."""
    return [Chronicle(world.runtime.stores, world.assembly.streams) for world in trust.every]


def events(told: list[Told]) -> list[Event]:
    return [(each.service, each.fact.event_name()) for each in told]


def test_a_requests_history_goes_from_asking_through_its_money_and_agreements_to_what_was_owed(
    trust: Trust, request_id: str
) -> None:
    told = events(told_of(chronicles(trust), REQUEST, request_id))
    in_order = [
        ("requests", "RequestSubmitted"),
        ("requests", "RequestAssessed"),
        ("requests", "RequestApproved"),
        ("agreements", "AgreementDrafted"),
        ("agreements", "AgreementSigned"),
        ("agreements", "CostRecorded"),
        ("agreements", "TrainingCompleted"),
        ("agreements", "RepaymentAssessed"),
    ]
    assert [each for each in dict.fromkeys(told) if each in in_order] == in_order
    assert told.count(("agreements", "AgreementSigned")) == 2
    assert {("requests", "FundsCommitted"), ("requests", "CostActualised"), ("requests", "TrainingReported")} < set(
        told
    )
    assert {("reviews", "ActivityNoted"), ("reviews", "EvaluationRequested")} < set(told)


def test_nothing_of_another_request_and_of_another_person_stands_in_it(trust: Trust, request_id: str) -> None:
    told = told_of(chronicles(trust), REQUEST, request_id)
    assert "t3" not in {each.fact.staff_id for each in told}
    assert [each.fact.recorded_at for each in told] == sorted(each.fact.recorded_at for each in told)


def test_an_agreements_history_is_what_names_it_in_whichever_log(trust: Trust, request_id: str) -> None:
    told = told_of(chronicles(trust), AGREEMENT, agreement_of(trust, "t1"))
    assert {each.fact.staff_id for each in told} == {"t1", ""}, "what ties it to its request is about nobody"
    found = set(events(told))
    assert {("agreements", "AgreementDrafted"), ("requests", "AgreementNoted"), ("reviews", "ActivityNoted")} < found
    assert ("requests", "RequestApproved") not in found


def test_a_repayments_history_is_its_own_alone(trust: Trust, request_id: str) -> None:
    (repayment,) = trust.agreements.read("/v1/repayments?staff_id=t1", HR)["items"]
    told = told_of(chronicles(trust), REPAYMENT, repayment["id"])
    assert events(told)[0] == ("agreements", "RepaymentAssessed")
    assert {getattr(each.fact, "repayment_id", None) for each in told} == {repayment["id"]}


def test_a_persons_history_has_each_fact_of_every_service_once_and_readable(trust: Trust, request_id: str) -> None:
    told = told_of(chronicles(trust), STAFF, "t1")
    assert {each.service for each in told} == {"requests", "agreements", "reviews"}
    assert {each.fact.staff_id for each in told} == {"t1"}
    assert len({(each.service, each.fact.originator_id, each.fact.originator_version) for each in told}) == len(told)
    titles = {getattr(each.fact, "title", None) for each in told}
    assert "National Professional Qualification" in titles


def test_a_stream_is_told_whichever_service_has_it(trust: Trust, request_id: str) -> None:
    told = of_stream(chronicles(trust), UUID(request_id))
    assert {each.service for each in told} == {"requests"}
    assert [each.fact.originator_version for each in told] == list(range(1, len(told) + 1))


def cpd_history(trust: Trust, *arguments: str) -> Result:
    return CliRunner().invoke(history_command(lambda: chronicles(trust)), list(arguments), env={"COLUMNS": "200"})


def test_the_terminal_tells_it_with_service_actor_and_reason(trust: Trust, request_id: str) -> None:
    said = cpd_history(trust, "--request", request_id)
    assert said.exit_code == 0
    assert {"RequestApproved", "AgreementDrafted", "agreements", "requests"} <= set(said.output.split())
    assert "It serves the plan" in said.output


def test_the_terminal_tells_what_had_been_recorded_by_an_instant(trust: Trust, request_id: str) -> None:
    told = told_of(chronicles(trust), REQUEST, request_id)
    signed = next(each.fact for each in told if each.fact.event_name() == "AgreementSigned")
    before = (signed.recorded_at - timedelta(microseconds=1)).isoformat()
    said = cpd_history(trust, "--request", request_id, "--known-at", before)
    assert "RequestApproved" in said.output
    assert "AgreementSigned" not in said.output
    assert cpd_history(trust, "--request", request_id, "--known-at", "2001-01-01T00:00:00Z").exit_code == 1


@pytest.mark.parametrize("kind", ["staff", "agreement", "repayment", "request", "stream"])
def test_what_nobody_knows_is_an_error(trust: Trust, kind: str) -> None:
    name = str(uuid4())
    said = cpd_history(trust, f"--{kind}", name)
    assert (said.exit_code, said.stderr) == (1, f"Error: nothing is known of {name}\n")


@pytest.mark.parametrize("arguments", [(), ("--staff", "t1", "--request", "x"), ("--stream", "no-uuid")])
def test_exactly_one_thing_is_asked_for(trust: Trust, arguments: tuple[str, ...]) -> None:
    assert cpd_history(trust, *arguments).exit_code == 2


def test_where_the_index_lags_the_terminal_says_so(
    trust: Trust, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.audit.chronicle.CATCH_UP_SECONDS", 0.01)
    trust.requests.done("/v1/requests", story.body(story.priority(trust.requests), "t3"), person("t3"))
    said = cpd_history(trust, "--staff", "t3")
    assert said.exit_code == 0
    assert said.stderr == "requests: the newest facts may be missing; is its worker running?\n"
