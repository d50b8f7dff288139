"""The contract's inbox, feed and history."""

from typing import Any

import pytest

from services.agreements.service import ASSEMBLY
from shared.errors import FieldRefused
from shared.messaging.bus import BusAway, Record
from shared.messaging.cloudevents import CloudEvent
from tests.integration.agreements import story
from tests.integration.agreements.world import AUDITOR, HEAD, HR, OTHER_SCHOOL, PAYROLL, SCHOOL, World, person

HR_INBOX, PAYROLL_INBOX = "/v1/inbox/hr.staff.v1", "/v1/inbox/payroll.deductions.v1"


def test_each_message_has_its_result_and_the_good_ones_count(world: World) -> None:
    good, bad = story.hr_event("StaffJoined", "t8"), story.hr_event("StaffJoined", "t9", on="soon")
    answer = world.post(HR_INBOX, [good, bad, "nonsense"], HR)
    assert answer.status_code == 202
    results = answer.json["results"]
    assert [(one["id"], one["status"]) for one in results] == [(good["id"], 202), (bad["id"], 422), (None, 422)]
    assert list(results[1]["errors"]) == ["data.on"]
    world.catch_up()
    assert world.post("/v1/agreements", story.draft("t8"), HEAD).status_code == 201
    assert world.post("/v1/agreements", story.draft("t9"), HEAD).status_code == 422


def test_a_batch_without_one_good_message_is_422_with_a_result_for_each(world: World) -> None:
    answer = world.post(HR_INBOX, [story.hr_event("StaffJoined", on="soon"), story.hr_event("Nonsense")], HR)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"0.data.on", "1.type"}
    assert [one["status"] for one in answer.json["results"]] == [422, 422]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"staff_id": ""}, "data.staff_id"),
        ({"staff_id": 7}, "data.staff_id"),
        ({"school_urn": "12"}, "data.school_urn"),
        ({"employment_id": None}, "data.employment_id"),
        ({"role_category": "king"}, "data.role_category"),
        ({"colour": "red"}, "data.colour"),
    ],
)
def test_a_message_that_breaks_its_schema_names_the_field(world: World, changes: dict[str, Any], field: str) -> None:
    answer = world.post(HR_INBOX, [story.hr_event("StaffJoined", **changes)], HR)
    assert list(answer.json["results"][0]["errors"]) == [field]


def test_one_event_alone_is_a_batch_and_required_attributes_suffice(world: World) -> None:
    answer = world.post(HR_INBOX, story.hr_event("StaffJoined", "t8"), HR)
    assert (answer.status_code, len(answer.json["results"])) == (202, 1)
    more = story.hr_event("StaffJoined", "t9") | {"time": "2025-06-01T00:00:00Z", "subject": "t9", "traceparent": "00"}
    assert world.post(HR_INBOX, [more], HR).status_code == 202


def test_a_message_that_comes_twice_is_one_fact(world: World) -> None:
    event = story.hr_event("StaffJoined", "t8")
    world.post(HR_INBOX, [event, event], HR)
    world.post(HR_INBOX, [event], HR)
    world.catch_up()
    assert len(world.read("/v1/events?staff_id=t8")["items"]) == 1


def test_a_batch_with_a_key_is_answered_as_before(world: World) -> None:
    batch = [story.hr_event("StaffJoined", "t8")]
    first = world.post(HR_INBOX, batch, HR, key="b1")
    assert world.post(HR_INBOX, batch, HR, key="b1").json == first.json
    assert world.post(HR_INBOX, [story.hr_event("StaffJoined", "t9")], HR, key="b1").status_code == 422
    assert world.post(HR_INBOX, batch, HR, key="").status_code == 400


@pytest.mark.parametrize("first", ["rest", "inbox"])
def test_the_same_resignation_by_either_route_is_one_fact(world: World, first: str) -> None:
    story.completed(world)
    said = {name: value for name, value in story.resignation().items() if name != "school_urn"}
    event = story.hr_event("ResignationReceived", on="2025-05-31", **said)
    if first == "rest":
        story.resigned(world)
        world.post(HR_INBOX, [event], HR)
    else:
        world.post(HR_INBOX, [event], HR)
        world.catch_up()
        answer = world.post("/v1/staff/t1/resignations", story.resignation(employment_id="e-t1"), HR)
        assert answer.status_code == 200
    world.catch_up()
    kinds = [event["type"] for event in world.read("/v1/events?staff_id=t1")["items"]]
    assert kinds.count("StaffResigned") == kinds.count("RepaymentAssessed") == 1
    assert "ResignationCorrected" not in kinds


@pytest.mark.parametrize("first", ["rest", "inbox"])
def test_the_same_deduction_by_either_route_is_one_fact(world: World, first: str) -> None:
    repayment = story.required(world)
    event = story.payroll_event("DeductionTaken", repayment)

    def by_rest() -> None:
        assert world.post(f"/v1/repayments/{repayment}/deductions", story.deduction(), PAYROLL).status_code == 200

    def by_inbox() -> None:
        assert world.post(PAYROLL_INBOX, [event], PAYROLL).status_code == 202
        world.catch_up()

    for report in (by_rest, by_inbox) if first == "rest" else (by_inbox, by_rest):
        report()
    assert world.read(f"/v1/repayments/{repayment}")["taken_total_pence"] == 180000
    kinds = [event["type"] for event in world.read("/v1/events?staff_id=t1")["items"]]
    assert kinds.count("DeductionTaken") == 1


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("StaffMoved", {"school_urn": OTHER_SCHOOL, "on": "2025-05-01"}),
        ("ResignationReceived", {"on": "2025-05-31", "last_day": "2025-08-31"}),
        ("LeavingDateChanged", {"on": "2025-08-01", "last_day": "2025-08-01"}),
        ("EmploymentEnded", {"on": "2025-05-31", "reason": "resignation"}),
        ("ResignationWithdrawn", {"on": "2025-06-01"}),
        ("Reinstated", {"on": "2025-06-01"}),
    ],
)
def test_hr_may_say_anything_of_someone_nobody_knew(world: World, kind: str, data: dict[str, str]) -> None:
    assert world.post(HR_INBOX, [story.hr_event(kind, "t7", **data)], HR).status_code == 202
    world.catch_up()
    assert world.post("/v1/agreements", story.draft("t7"), HEAD).status_code == 201
    assert world.runtime.stores.poison.letters() == []


def test_the_feed_gives_every_message_once_as_cloudevents(world: World) -> None:
    story.taken(world)
    seen: list[Any] = []
    after = ""
    while page := world.read(f"/v1/feed/cpd.agreements.v1?limit=3{after}", HR)["items"]:
        seen += page
        after = f"&after={page[-1]['cursor']}"
    history = world.read("/v1/events?limit=200")["items"]
    assert {message["id"] for message in seen} <= {event["id"] for event in history}
    assert len({message["id"] for message in seen}) == len(seen)
    for message in seen:
        kind = message["type"].split(".")[2]
        assert message["type"] == f"cpd.agreements.{kind}.v1"
        assert (message["specversion"], message["source"]) == ("1.0", "/cpd/agreements")
        assert message["partitionkey"] == message["subject"] == "t1"
        assert {"time", "dataschema", "data"} <= set(message)


def test_payrolls_feed_is_complete_in_itself(world: World) -> None:
    repayment = story.required(world)
    page = world.read("/v1/feed/cpd.repayments.v1", PAYROLL)
    (message,) = page["items"]
    assert (message["id"], message["type"]) == (f"{repayment}/1", "cpd.agreements.RepaymentRequired.v1")
    data = message["data"]
    assert (data["amount_pence"], data["outstanding_pence"], data["payroll_number"]) == (180000, 180000, "9001")
    assert (data["pay_period"], data["final_pay"]) == ("2025-08", True)
    assert world.read(f"/v1/feed/cpd.repayments.v1?after={page['next']}", PAYROLL) == {"items": [], "next": None}


def test_the_history_is_found_by_each_of_its_contexts(world: World) -> None:
    world.clock.advance(hours=1)
    first = world.post("/v1/agreements", story.draft(), HEAD, X_Correlation_Id="case-1").json["id"]
    world.clock.advance(hours=1)
    world.done(f"/v1/agreements/{first}/signature", story.SIGNATURE, HR)

    def found(query: str, as_: Any = AUDITOR) -> list[str]:
        return [event["type"] for event in world.read(f"/v1/events?{query}", as_)["items"]]

    everything = ["SchoolNamed", "StaffJoined", "AgreementDrafted", "AgreementSigned"]
    assert found("") == everything
    assert found("staff_id=t1") == found("", person("t1")) == found(f"stream={first[:36]}") == everything[1:]
    assert found(f"school_urn={SCHOOL}") == everything
    assert found(f"school_urn={OTHER_SCHOOL}") == found("", HEAD.at(OTHER_SCHOOL)) == []
    assert found("type=AgreementSigned") == ["AgreementSigned"]
    assert found("actor=head") == found("correlation_id=case-1") == ["AgreementDrafted"]
    assert found("recorded_from=2025-06-02T11:00:00Z&recorded_to=2025-06-02T12:00:00Z") == ["AgreementDrafted"]
    page = world.read("/v1/events?limit=2")
    assert [event["type"] for event in world.read(f"/v1/events?limit=2&cursor={page['next']}")["items"]] == everything[
        2:
    ]


def test_an_event_tells_who_when_why_and_what(world: World) -> None:
    agreement = story.drafted(world)
    world.done(f"/v1/agreements/{agreement}/cancellation", {"reason": "a mistake"}, HEAD, X_Correlation_Id="case-2")
    event = world.read("/v1/events?type=AgreementCancelled")["items"][0]
    assert (event["actor"], event["role"], event["reason"]) == ("head", "headteacher", "a mistake")
    assert (event["staff_id"], event["school_urn"], event["correlation_id"]) == ("t1", SCHOOL, "case-2")
    assert (event["recorded_at"], event["effective_on"]) == ("2025-06-02T10:00:00Z", "2025-06-02")
    assert event["id"] == f"agreements/{event['position']}"
    assert event["data"]["agreement_id"] == agreement


def test_what_an_operator_did_about_a_dead_letter_is_in_the_history(world: World) -> None:
    event = CloudEvent.of(id="hr/1", source="/hr", type="hr.StaffPraised.v1", data={"staff_id": "t1"})
    world.runtime.stores.bus.publish([Record("hr.staff.v1", "t1", event.encode())])
    world.catch_up()
    desk = ASSEMBLY.dead_letters(world.runtime)
    (letter,) = desk.waiting()
    assert (letter.error_type, letter.error_text) == ("FieldRefused", "fields: type: is none that this version knows")
    with pytest.raises(FieldRefused):
        desk.retry(letter, "op7", "the new version may know it")
    desk.drop(letter, "op7", "praise is not recorded here")
    (retried,) = world.read("/v1/events?type=DeadLetterRetried")["items"]
    assert retried["data"]["succeeded"] is False
    (dropped,) = world.read("/v1/events?type=DeadLetterDropped&staff_id=t1")["items"]
    assert (dropped["actor"], dropped["role"]) == ("op7", "operator")
    assert dropped["reason"] == "praise is not recorded here"
    assert dropped["data"] == {"partition": "hr.staff.v1", "offset": letter.offset, "error_type": "FieldRefused"}


def test_that_a_topic_was_rewound_is_in_the_history(world: World) -> None:
    world.post(HR_INBOX, [story.hr_event("StaffJoined", "t8")], HR)
    world.catch_up()
    read = world.runtime.stores.bus.end("hr.staff.v1")
    ASSEMBLY.positions(world.runtime).rewind("hr.staff.v1", "op7", "the topic was made anew")
    world.catch_up()
    (rewound,) = world.read("/v1/events?type=PositionRewound")["items"]
    assert (rewound["actor"], rewound["role"], rewound["reason"]) == ("op7", "operator", "the topic was made anew")
    assert rewound["data"] == {"partition": "hr.staff.v1", "offset": read}
    joined = world.read("/v1/events?type=StaffJoined&staff_id=t8")["items"]
    assert len(joined) == 1, "what was read again was not taken in again"


def test_a_bus_that_is_away_is_a_503_that_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise BusAway("nobody answers")

    for call in ("publish", "read_on", "partitions"):
        monkeypatch.setattr(world.runtime.stores.bus, call, away)
    told = world.post("/v1/inbox/hr.staff.v1", [story.hr_event("StaffJoined", "t9")], HR)
    read = world.get("/v1/feed/cpd.agreements.v1", HR)
    for answer in (told, read):
        assert (answer.status_code, answer.json["detail"]) == (503, "the bus is away")
        assert answer.headers["Retry-After"]
