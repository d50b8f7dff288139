"""Who takes part in what another asks for reads it: what is planned and their own part, and of nobody else."""

from shared.projections.verify import compare
from tests.integration.agreements.world import FINANCE, HEAD, person, who
from tests.integration.requests import story
from tests.integration.requests.world import RequestsWorld

ASKER, COLLEAGUE, STRANGER = person(story.TEACHER), person("t2"), person("t3")
PEOPLE = ["t1", "t2"]
COST = {"category": "fee", "amount_pence": 100, "on": "2025-09-01", "reference": "INV 1"}


def asked_for_two(world: RequestsWorld) -> str:
    for staff_id in ("t2", "t3"):
        story.joins(world, staff_id)
    return story.approved(world, participants=PEOPLE, priority_exception="She asked for it")


def test_a_participant_reads_the_request_and_a_stranger_does_not(world: RequestsWorld) -> None:
    request = asked_for_two(world)
    one = f"/v1/requests/{request}"
    assert world.read(one, COLLEAGUE)["title"] == "National Professional Qualification"
    assert [each["id"] for each in world.read("/v1/requests", COLLEAGUE)["items"]] == [request]
    assert world.read(f"{one}/standing", COLLEAGUE)["status"] == "approved"
    assert world.get(one, STRANGER).status_code == 404
    assert world.read("/v1/requests", STRANGER)["items"] == []


def test_a_participant_reads_of_no_other_and_of_no_judgement(world: RequestsWorld) -> None:
    request = asked_for_two(world)
    world.clock.advance(days=120)
    world.done(f"/v1/requests/{request}/completion", {"completed_on": "2025-09-01"}, HEAD)
    world.done(f"/v1/requests/{request}/costs", COST, FINANCE)
    (seen,) = world.read("/v1/requests", COLLEAGUE)["items"]
    assert seen == world.read(f"/v1/requests/{request}", COLLEAGUE)
    assert seen["participants"] == ["t2"]
    assert [share["staff_id"] for share in seen["shares"]] == ["t2"]
    assert seen["completed"] == {"t2": "2025-09-01"}
    assert (seen["status"], seen["completed_on"]) == ("completed", "2025-09-01")
    (decision,) = seen["decisions"]
    assert (decision["outcome"], decision["reason"], decision["decided_by"]) == ("approved", "", "")
    hidden = ("benefit", "priority_exception", "reason", "assessment", "scores", "notes", "total", "recommendation")
    assert [seen[name] for name in hidden] == [None] * len(hidden)
    assert (seen["costs"], seen["agreements"]) == ([], [])
    whole = world.read(f"/v1/requests/{request}", ASKER)
    assert (whole["participants"], len(whole["costs"])) == (PEOPLE, 1)
    assert whole["decisions"][0]["reason"] == "It serves the plan"


def test_a_participant_of_another_role_reads_as_that_role(world: RequestsWorld) -> None:
    request = asked_for_two(world)
    leader = who("staff", "subject_leader", staff_id="t2")
    assert world.read(f"/v1/requests/{request}", leader)["participants"] == PEOPLE
    elsewhere = leader.at("100002")
    assert world.read(f"/v1/requests/{request}", elsewhere)["participants"] == ["t2"]
    governor = who("staff", "governor", staff_id="t2")
    assert world.read(f"/v1/requests/{request}", governor)["participants"] == ["t2"]


def test_a_draft_is_its_authors_alone_and_who_was_taken_out_reads_no_more(world: RequestsWorld) -> None:
    for staff_id in ("t2", "t3"):
        story.joins(world, staff_id)
    request = story.asked(world, participants=PEOPLE, draft=True)
    one = f"/v1/requests/{request}"
    assert world.get(one, COLLEAGUE).status_code == 404
    assert world.read("/v1/requests", COLLEAGUE)["items"] == []
    world.done(f"{one}/submission", {}, ASKER)
    assert world.read(one, COLLEAGUE)["participants"] == ["t2"]
    whole = story.body(world.read(one, ASKER)["priority_ids"][0], participants=["t1", "t3"])
    changed = {name: value for name, value in whole.items() if name not in ("staff_id", "school_urn")}
    assert world.put(one, changed, ASKER).status_code == 200
    assert world.get(one, COLLEAGUE).status_code == 404
    assert world.read("/v1/requests", COLLEAGUE)["items"] == []
    assert world.read(one, STRANGER)["participants"] == ["t3"]


def test_a_participant_reads_and_does_nothing_else(world: RequestsWorld) -> None:
    request = asked_for_two(world)
    for act in ("withdrawal", "appeal", "resubmission"):
        assert world.post(f"/v1/requests/{request}/{act}", story.REASON, COLLEAGUE).status_code == 404


def test_who_is_named_where_is_what_the_log_says(world: RequestsWorld) -> None:
    asked_for_two(world)
    world.catch_up()
    stores = world.runtime.stores
    assert [found for view in stores.views for found in compare(stores.ledger, stores.engine, view)] == []
