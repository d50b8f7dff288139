"""The contract's reads of what is owed: by an agreement, a person, a school, the trust."""

from datetime import date, timedelta
from itertools import pairwise

from tests.integration.agreements import story
from tests.integration.agreements.world import FINANCE, HEAD, OTHER_SCHOOL, SCHOOL, World, person


def test_a_liability_says_how_much_why_and_on_what_it_rests(world: World) -> None:
    agreement = story.completed(world)
    found = world.read(f"/v1/agreements/{agreement}/liability?on=2025-05-31&known_at=2025-06-02T11:00:00%2B01:00")
    assert found["agreement_id"] == agreement
    assert (found["on"], found["known_at"]) == ("2025-05-31", "2025-06-02T10:00:00Z")
    assert (found["base_pence"], found["months_completed"], found["amount_pence"]) == (240000, 3, 180000)
    assert (found["rule"], found["below_minimum"], found["indicative_pence"]) == ("reduced", False, None)
    assert (found["deductible"], found["not_deductible_because"]) == (True, None)
    assert all(isinstance(text, str) for text in found["explanation"])
    assert found["explanation"]
    history = {event["id"]: event["type"] for event in world.read("/v1/events")["items"]}
    kinds = [history[event] for event in found["events"]]
    assert kinds == ["AgreementDrafted", "AgreementSigned", "TrainingStarted", "TrainingCompleted"]


def test_a_liability_before_the_end_has_no_months(world: World) -> None:
    agreement = story.signed(world)
    found = world.read(f"/v1/agreements/{agreement}/liability")
    assert found["on"] == "2025-06-02"
    assert (found["rule"], found["months_completed"], found["amount_pence"]) == ("during_training", None, 240000)


def test_an_unsigned_agreement_shows_what_it_would_ask(world: World) -> None:
    found = world.read(f"/v1/agreements/{story.drafted(world)}/liability")
    assert (found["rule"], found["amount_pence"], found["indicative_pence"]) == ("unsigned", 0, 240000)


def test_a_schedule_has_no_gap_and_says_what_the_liability_says(world: World) -> None:
    agreement = story.completed(world)
    spans = world.read(f"/v1/agreements/{agreement}/schedule")
    assert all(earlier["valid_to"] == later["valid_from"] for earlier, later in pairwise(spans))
    for span in spans[1:-1]:
        for on in (span["valid_from"], (date.fromisoformat(span["valid_to"]) - timedelta(days=1)).isoformat()):
            found = world.read(f"/v1/agreements/{agreement}/liability?on={on}")
            assert (found["amount_pence"], found["rule"]) == (span["amount_pence"], span["rule"])


def test_a_schedule_can_assume_a_completion_and_says_so(world: World) -> None:
    agreement = story.signed(world)
    recorded = world.read(f"/v1/agreements/{agreement}/schedule")
    assert {span["rule"] for span in recorded} == {"unsigned", "before_start", "during_training"}
    expected = world.read(f"/v1/agreements/{agreement}/schedule?assume_completed_on=2025-12-31")
    assert expected[-1]["rule"] == "served"
    assert all(span["expected"] for span in expected)
    assert not any(span["expected"] for span in recorded)


def test_a_persons_liability_is_two_quantities(world: World) -> None:
    agreement = story.completed(world)
    found = world.read("/v1/staff/t1/liability?on=2025-05-30", person("t1"))
    assert (found["staff_id"], found["on"], found["partial"]) == ("t1", "2025-05-30", False)
    assert (found["contingent_pence"], found["receivable_pence"]) == (200000 - 20000, 0)
    assert [one["agreement_id"] for one in found["agreements"]] == [agreement]
    repayment = story.resigned(world)["repayments"][0]["id"]
    found = world.read("/v1/staff/t1/liability", person("t1"))
    assert (found["contingent_pence"], found["receivable_pence"]) == (0, 180000)
    assert [(one["repayment_id"], one["balance_pence"]) for one in found["repayments"]] == [(repayment, 180000)]


def test_a_persons_liability_leaves_out_other_schools_and_says_so(world: World) -> None:
    story.joins(world, "t2", school_urn=OTHER_SCHOOL)
    story.signed(world)
    story.signed(world, school_urn=OTHER_SCHOOL)
    whole = world.read("/v1/staff/t1/liability", HEAD)
    part = world.read("/v1/staff/t1/liability", HEAD.at(SCHOOL))
    assert (whole["contingent_pence"], whole["partial"]) == (480000, False)
    assert (part["contingent_pence"], part["partial"]) == (240000, True)


def test_a_schools_totals_split_what_is_deductible(world: World) -> None:
    story.joins(world, "t2")
    story.joins(world, "t3")
    story.signed(world)
    agreement = story.drafted(world, "t2")
    signature = story.SIGNATURE | {"deduction_consent": False}
    world.done(f"/v1/agreements/{agreement}/signature", signature, HEAD)
    story.completed(world, "t3")
    story.resigned(world, "t3")
    found = world.read(f"/v1/schools/{SCHOOL}/liability", FINANCE)
    assert (found["contingent_pence"], found["contingent_deductible_pence"]) == (480000, 240000)
    assert (found["receivable_pence"], found["receivable_deductible_pence"]) == (180000, 180000)
    assert (found["staff"], found["agreements"]) == (3, 3)


def test_the_trusts_totals_are_its_schools_and_partial_for_who_reaches_some(world: World) -> None:
    story.joins(world, "t2", school_urn=OTHER_SCHOOL)
    story.signed(world)
    story.signed(world, "t2", school_urn=OTHER_SCHOOL)
    whole = world.read("/v1/trust/liability", FINANCE)
    assert (whole["contingent_pence"], whole["partial"]) == (480000, False)
    assert {one["school_urn"]: one["contingent_pence"] for one in whole["schools"]} == {
        SCHOOL: 240000,
        OTHER_SCHOOL: 240000,
    }
    part = world.read("/v1/trust/liability", FINANCE.at(SCHOOL))
    assert (part["contingent_pence"], part["partial"]) == (240000, True)
    assert [one["school_urn"] for one in part["schools"]] == [SCHOOL]


def test_totals_are_as_known_then(world: World) -> None:
    story.signed(world)
    known = world.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    world.clock.advance(days=1)
    story.signed(world)
    for path in ("/v1/staff/t1", f"/v1/schools/{SCHOOL}", "/v1/trust"):
        assert world.read(f"{path}/liability?on=2025-06-02")["contingent_pence"] == 480000
        assert world.read(f"{path}/liability?on=2025-06-02&known_at={known}")["contingent_pence"] == 240000


def test_what_follows_from_the_day_is_not_taken_for_unchanged(world: World) -> None:
    path = f"/v1/agreements/{story.completed(world)}/liability"
    tag = world.get(path).headers["ETag"]
    world.clock.advance(days=60)
    assert world.get(path, If_None_Match=tag).status_code == 200


def test_a_school_or_a_person_nobody_knows_is_404(world: World) -> None:
    for path in ("/v1/schools/999999/liability", "/v1/staff/nobody/liability", "/v1/staff/nobody/resignations"):
        assert world.get(path).status_code == 404
