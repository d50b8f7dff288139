"""From a completed training to its evaluation: what other services tell, and what follows here."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from services.agreements.imports.agreements import AgreementsImport
from shared.eventstore.fact import Act
from shared.imports.kind import ACTOR, ROLE
from tests.integration.agreements import story as agreements
from tests.integration.agreements.world import HEAD, HR
from tests.integration.requests import story as requests
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld, Trust

DUE = {"reaction_learning": "2025-01-31", "use": "2025-03-14", "outcomes": "2025-08-01"}


def one(trust: Trust) -> dict:
    (found,) = trust.reviews.read("/v1/evaluations")["items"]
    return found


def test_what_is_logged_is_asked_about_in_three_stages(world: ReviewsWorld) -> None:
    logged = story.logged(world)
    (found,) = world.read("/v1/evaluations", story.THEM)["items"]
    assert (found["id"], found["activity_id"]) == (logged["evaluation_id"], logged["id"])
    assert (found["completed_on"], found["status"]) == (story.MET, "due")
    assert {each["stage"]: (each["due_on"], each["overdue_after"]) for each in found["stages"]} == {
        "reaction_learning": ("2025-05-30", "2025-06-13"),
        "use": ("2025-07-11", "2025-07-25"),
        "outcomes": ("2025-11-28", "2025-12-12"),
    }


def test_a_training_completed_under_an_agreement_is_asked_about(trust: Trust) -> None:
    agreement = agreements.completed(trust.agreements)
    trust.catch_up()
    found = one(trust)
    assert (found["staff_id"], found["title"], found["completed_on"]) == (
        "t1",
        "National Professional Qualification",
        "2025-01-31",
    )
    assert {each["stage"]: each["due_on"] for each in found["stages"]} == DUE
    (activity,) = trust.reviews.read("/v1/activities")["items"]
    assert (activity["agreement_ids"], activity["cost_pence"], activity["source"]) == (
        [agreement],
        240000,
        "agreements",
    )


def test_a_corrected_completion_moves_the_stages(trust: Trust) -> None:
    agreement = agreements.completed(trust.agreements)
    corrected = {"completed_on": "2025-02-01", "reason": "the certificate says so"}
    trust.agreements.done(f"/v1/agreements/{agreement}/completion", corrected, HEAD)
    trust.catch_up()
    found = one(trust)
    assert found["completed_on"] == "2025-02-01"
    assert [each["due_on"] for each in found["stages"]] == ["2025-02-01", "2025-03-15", "2025-08-02"]


def test_a_request_without_an_agreement_is_asked_about_of_each_participant(trust: Trust) -> None:
    requests.joins(trust.requests, "t2")
    trust.catch_up()
    lines = [{"category": "fee", "amount_pence": 20000}]
    days = {"starts_on": "2025-05-01", "ends_on": "2025-05-02"}
    asked = requests.assessed(trust.requests, participants=["t1", "t2"], cost_lines=lines, hours=6, **days)
    year = f"/v1/budgets/{agreements.SCHOOL}/2024-25"
    requests.allocated(trust.requests, budget=year)
    trust.requests.done(f"/v1/requests/{asked}/approval", requests.APPROVAL, HEAD)
    trust.requests.done(f"/v1/requests/{asked}/completion", {"completed_on": "2025-05-02"}, HR)
    trust.catch_up()
    found = trust.reviews.read("/v1/evaluations")["items"]
    assert sorted(each["staff_id"] for each in found) == ["t1", "t2"]
    shown = {
        (each["request_id"], each["cost_pence"], each["hours"])
        for each in trust.reviews.read("/v1/activities")["items"]
    }
    assert shown == {(asked, 10000, 6.0)}


def test_a_request_and_its_agreement_are_one_activity(trust: Trust) -> None:
    asked = requests.approved(trust.requests)
    trust.catch_up()
    (agreement,) = trust.agreements.read("/v1/agreements", HR)["items"]
    (activity,) = trust.reviews.read("/v1/activities")["items"]
    assert (activity["request_id"], activity["agreement_ids"]) == (asked, [agreement["id"]])
    assert trust.reviews.read("/v1/evaluations")["items"] == []


def test_an_agreement_about_a_request_that_nobody_told_of_is_to_come(trust: Trust) -> None:
    agreements.signed(trust.agreements, request_id="from-elsewhere")
    trust.catch_up()
    assert statuses(trust) == {"from-elsewhere": "planned"}


def test_what_is_withdrawn_or_cancelled_or_left_is_to_come_no_more(trust: Trust) -> None:
    days = {"starts_on": "2025-05-01", "ends_on": "2025-05-02"}
    lines = [{"category": "fee", "amount_pence": 20000}]
    requests.allocated(trust.requests, budget=f"/v1/budgets/{agreements.SCHOOL}/2024-25")
    asked = requests.assessed(trust.requests, cost_lines=lines, **days)
    trust.requests.done(f"/v1/requests/{asked}/approval", requests.APPROVAL, HEAD)
    held = [agreements.signed(trust.agreements) for _ in range(3)]
    trust.catch_up()
    assert statuses(trust) == {asked: "planned", **dict.fromkeys(held, "planned")}
    before = trust.clock.now
    trust.clock.now += timedelta(seconds=1)
    trust.requests.done(f"/v1/requests/{asked}/withdrawal", requests.REASON, HEAD)
    trust.agreements.done(f"/v1/agreements/{held[0]}/cancellation", {"reason": "a mistake"}, HEAD)
    for agreement in held[1:]:
        trust.agreements.done(f"/v1/agreements/{agreement}/start", {"started_on": "2024-09-02"}, HEAD)
    training = f"/v1/agreements/{held[1]}/training-cancellation"
    trust.agreements.done(training, {"cancelled_on": "2025-05-01", "by": "provider", "reason": "r"}, HEAD)
    left = {"withdrawn_on": "2025-05-01", "reason": "r"}
    trust.agreements.done(f"/v1/agreements/{held[2]}/training-withdrawal", left, HEAD)
    trust.catch_up()
    assert statuses(trust) == {asked: "called_off", **dict.fromkeys(held, "called_off")}
    assert statuses(trust, known_at=f"{before:%Y-%m-%dT%H:%M:%SZ}") == dict.fromkeys([asked, *held], "planned")


def statuses(trust: Trust, **query: str) -> dict[str, str]:
    """Of each activity, by its request or agreement."""
    found = trust.reviews.read(f"/v1/activities?{urlencode(query)}")["items"]
    return {each["request_id"] or each["agreement_ids"][0]: each["status"] for each in found}


def test_who_leaves_by_a_call_to_the_agreements_service_is_known_to_leave(trust: Trust) -> None:
    said = agreements.resignation(notified_on="2025-05-01", last_day="2025-05-31")
    left = trust.agreements.done("/v1/staff/t1/resignations", said, HR)
    trust.catch_up()
    assert trust.reviews.read("/v1/staff/t1/portfolio", story.THEM)["left_on"] == "2025-05-31"
    path = f"/v1/staff/t1/resignations/{left['id']}"
    back = {"withdrawn_on": "2025-06-01", "reason": "stays"}
    trust.agreements.done(f"{path}/withdrawal", back, HR)
    trust.catch_up()
    assert trust.reviews.read("/v1/staff/t1/portfolio", story.THEM)["left_on"] is None


def test_a_past_training_that_is_imported_is_kept_and_only_what_is_not_late_is_asked_about(trust: Trust) -> None:
    trust.clock.now = datetime(2025, 3, 20, 10, tzinfo=UTC)
    imported(trust, [PAST | {"completed_on": "2025-01-31"}])
    found = one(trust)
    assert story.stages(found) == {"reaction_learning": "exempt", "use": "due", "outcomes": "upcoming"}
    assert found["stages"][0]["exempted_because"] == "It was over before it was recorded here"
    (item,) = trust.reviews.read("/v1/staff/t1/portfolio", story.THEM)["items"]
    assert (item["title"], item["on"]) == ("A past course", "2025-01-31")


PAST = {
    "import_ref": "p1",
    "staff_id": "t1",
    "employment_id": "e-t1",
    "school_urn": agreements.SCHOOL,
    "title": "A past course",
    "activity_type": "course",
    "planned_start": "2024-09-02",
    "planned_end": "2025-01-31",
    "cost_lines": [{"category": "fee", "amount_pence": 240000}],
    "signed_on": "2024-09-01",
    "deduction_consent": True,
    "document_ref": "scan 1",
    "started_on": "2024-09-02",
}


def imported(trust: Trust, rows: list[dict]) -> None:
    """Agreements, as `cpd import agreements` brings them in."""
    kind = AgreementsImport(trust.agreements.runtime.commands)
    for row in rows:
        act = Act(recorded_at=trust.clock.now, actor=ACTOR, role=ROLE, correlation_id="import-1")
        assert kind.bring_in(kind.load(row), act)
    trust.catch_up()
