"""Portfolios: built from what happened and what their owners add; others read what is shared; readable for good."""

import csv
import io
from typing import Any

from pypdf import PdfReader

from tests.integration.agreements import story as agreements
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import HEAD, HR, person, who
from tests.integration.requests.story import joins
from tests.integration.reviews import story
from tests.integration.reviews.world import ReviewsWorld, Trust

MANAGER = who("line_manager", staff_id="manager")
PATH = "/v1/staff/t1/portfolio"


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Paediatric first aid",
        "activity_type": "course",
        "on": "2024-10-01",
        "hours": 6.0,
        "reflection": "I can act now.",
        "evidence": "certificate 12.pdf",
    } | changes


def added(world: ReviewsWorld, **changes: Any) -> Any:
    return world.done(PATH, entry(**changes), story.THEM)


def test_an_entry_comes_back_as_given_and_in_the_portfolio(world: ReviewsWorld) -> None:
    answer = world.post(PATH, entry(), story.THEM)
    assert answer.status_code == 201
    (item,) = world.read(PATH, story.THEM)["items"]
    for told in (answer.json, item):
        assert {name: told[name] for name in entry()} == entry()
    assert (item["kind"], item["academic_year"], item["shared"]) == ("entry", "2024-25", False)


def test_what_was_completed_is_in_it_with_what_was_said(world: ReviewsWorld) -> None:
    story.submitted(world)
    added(world, hours=None)
    found = world.read(PATH, story.THEM)
    assert [each["kind"] for each in found["items"]] == ["activity", "entry"]
    assert found["items"][0]["said"][0]["reflection"] == story.answer()["reflection"]
    assert found["hours"] == [
        {"academic_year": "2024-25", "activity_type": "course", "activities": 1, "hours": 0.0, "without_hours": 1},
        {"academic_year": "2024-25", "activity_type": "research", "activities": 1, "hours": 2.5, "without_hours": 0},
    ]
    assert found["total_hours"] == 2.5


def test_a_training_under_an_agreement_is_in_it_once_completed(trust: Trust) -> None:
    agreements.signed(trust.agreements)
    trust.catch_up()
    assert trust.reviews.read(PATH, story.THEM)["items"] == []
    agreements.completed(trust.agreements)
    trust.catch_up()
    (item,) = trust.reviews.read(PATH, story.THEM)["items"]
    assert (item["title"], item["source"]) == ("National Professional Qualification", "agreements")


def test_an_entry_is_changed_and_taken_out_by_its_owner(world: ReviewsWorld) -> None:
    one = added(world)["id"]
    answer = world.put(f"{PATH}/{one}", entry(title="First aid"), story.THEM)
    assert (answer.status_code, answer.json["title"]) == (200, "First aid")
    assert world.put(f"{PATH}/{one}", entry(on="2025-06-03"), story.THEM).status_code == 422
    world.done(f"{PATH}/{one}/withdrawal", {}, story.THEM)
    assert world.read(PATH, story.THEM)["items"] == []
    assert world.put(f"{PATH}/{one}", entry(), story.THEM).status_code == 409


def test_the_manager_reads_what_is_shared_and_nothing_else(world: ReviewsWorld) -> None:
    story.submitted(world)
    kept, shown = added(world)["id"], added(world, title="A talk", shared=True)["id"]
    found = world.read(PATH, MANAGER)
    assert found["complete"] is False
    assert [each["id"] for each in found["items"] if each["kind"] == "entry"] == [shown]
    assert [each["reflection"] for item in found["items"] for each in item["said"]] == [None]
    world.done(f"{PATH}/{shown}/sharing", {"shared": False}, story.THEM)
    world.done(f"{PATH}/{kept}/sharing", {"shared": True}, story.THEM)
    found = world.read(PATH, MANAGER)
    assert [each["id"] for each in found["items"] if each["kind"] == "entry"] == [kept]


def test_nobody_else_reads_it(world: ReviewsWorld) -> None:
    added(world)
    for other in (person("t2"), who("line_manager", staff_id="another")):
        assert world.get(PATH, other).status_code == 404
    for role in ("headteacher", "slt", "finance", "hr_platform", "governor"):
        assert world.get(PATH, who(role)).status_code == 403


def test_nobody_writes_in_anothers(world: ReviewsWorld) -> None:
    joins(world, "t2")
    one = added(world)["id"]
    assert world.post(PATH, entry(), person("t2")).status_code == 404
    assert world.put(f"{PATH}/{one}", entry(), person("t2")).status_code == 404
    assert world.put(f"/v1/staff/t2/portfolio/{one}", entry(), person("t2")).status_code == 404


def test_who_left_reads_it_for_good_and_who_managed_them_no_more(world: ReviewsWorld) -> None:
    added(world, shared=True)
    world.post("/v1/inbox/hr.staff.v1", [hr_event("EmploymentEnded", on="2025-05-31", last_day="2025-05-31")], HR)
    found = world.read(PATH, story.THEM)
    assert (found["left_on"], len(found["items"])) == ("2025-05-31", 1)
    assert world.get(PATH, MANAGER).status_code == 404


def test_as_csv_it_is_a_row_an_item_and_nothing_in_it_is_run(world: ReviewsWorld) -> None:
    story.submitted(world)
    added(world, title="=HYPERLINK(1)")
    answer = world.get(f"{PATH}?format=csv", story.THEM)
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["title"] for row in rows] == ["Reading group", "'=HYPERLINK(1)"]
    said = story.answer()
    told = said | said["benefits"] | {"submitted_on": "2025-06-02"}
    columns = ("submitted_on", "reaction", "learning", "use", "confidence_after", *said["benefits"], "reflection")
    found = [rows[0][f"{name}_reaction_learning"] for name in columns]
    assert found == ["" if told[name] is None else str(told[name]) for name in columns]
    assert [rows[0][f"{name}_use"] for name in columns] == [""] * len(columns)
    assert rows[1]["evidence"] == "certificate 12.pdf"


def test_it_is_printed_the_same_each_time_and_shows_text_as_text(world: ReviewsWorld) -> None:
    story.submitted(world)
    added(world, title="<b>First</b> #aid")
    page, pdf, again = (world.get(f"{PATH}?format={kind}", story.THEM) for kind in ("html", "pdf", "pdf"))
    assert (page.content_type, pdf.content_type) == ("text/html; charset=utf-8", "application/pdf")
    assert "&lt;b&gt;First&lt;/b&gt; #aid" in page.text
    printed = "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf.data)).pages)
    for text in ("<b>First</b> #aid", "Reading group", "I ask more questions now."):
        assert text in printed
    assert pdf.data == again.data
    assert pdf.headers["Cache-Control"] == "no-store"


def test_what_its_owner_keeps_is_not_in_the_managers_copy(world: ReviewsWorld) -> None:
    added(world, title="Kept")
    added(world, title="Shown", shared=True)
    page = world.get(f"{PATH}?format=html", MANAGER).text
    assert ("Shown" in page, "Kept" in page, "does not share is left out" in page) == (True, False, True)


def test_it_is_read_as_it_was_on_a_day_and_as_it_was_known(world: ReviewsWorld) -> None:
    added(world)
    before = world.clock.now.isoformat().replace("+00:00", "Z")
    world.clock.advance(hours=1)
    added(world, on="2025-06-01")
    assert len(world.read(f"{PATH}?on=2025-05-31", story.THEM)["items"]) == 1
    assert len(world.read(f"{PATH}?known_at={before}", story.THEM)["items"]) == 1
    assert len(world.read(PATH, story.THEM)["items"]) == 2


def test_a_dissemination_is_in_the_portfolio_of_who_passes_on_and_of_who_learned(world: ReviewsWorld) -> None:
    joins(world, "t2")
    activity = story.logged(world)["id"]
    planned = {"activity_id": activity, "planned_on": "2025-06-01", "audience": "Year 5", "title": "Asking questions"}
    one = world.done("/v1/disseminations", planned, story.THEM)["id"]
    told = {"delivered_on": "2025-06-01", "reached": 4, "learners": ["t2"]}
    world.done(f"/v1/disseminations/{one}/delivery", told, HEAD)
    (passed_on,) = [each for each in world.read(PATH, story.THEM)["items"] if each["kind"] == "dissemination"]
    assert (passed_on["audience"], passed_on["reached"]) == ("Year 5", 4)
    (learned,) = world.read("/v1/staff/t2/portfolio", person("t2"))["items"]
    assert (learned["kind"], learned["colleague_id"], learned["title"]) == ("learned", "t1", "Asking questions")
    corrected = told | {"reached": 3, "learners": [], "reason": "t2 was ill"}
    world.done(f"/v1/disseminations/{one}/delivery", corrected, HEAD)
    assert world.read("/v1/staff/t2/portfolio", person("t2"))["items"] == []
