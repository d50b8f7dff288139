"""From a completed training to its evaluation and its reminder, broken off at every step: exactly one of each."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from services.agreements.service import SERVICE as AGREEMENTS
from services.reviews.reminders import Reminders
from services.reviews.service import SERVICE as REVIEWS
from tests.faults.houses import Fuse, Houses, Killed, standing
from tests.integration.agreements import story
from tests.integration.agreements.world import HEAD, HR, person
from tests.integration.requests.story import joins
from tests.integration.reviews.world import ReviewsWorld, Trust
from tests.processes import eventually

PROCESSES = ("worker reviews", "worker agreements", "web reviews")
STEPS = ("before", "completion", "after")


def line(trust: Trust) -> None:
    """All workers go on with whatever there is, and the calendar is looked at."""
    trust.catch_up()
    runtime = trust.reviews.runtime
    Reminders(runtime.commands, runtime.activities, runtime.people, runtime.clock).step()
    trust.catch_up()


def announced(reviews: ReviewsWorld) -> Counter[tuple[str, str]]:
    """The messages on the bus, each once by its id, by kind and stage."""
    items = reviews.read("/v1/feed/cpd.reviews.v1?limit=200", HR)["items"]
    once = {each["id"]: each for each in items}.values()
    return Counter((each["type"].split(".")[2], each["data"].get("stage", "")) for each in once)


@pytest.mark.slow
def test_broken_off_at_each_write_in_turn_the_line_ends_in_one_evaluation_and_one_reminder(tmp_path: Path) -> None:
    with closing(Trust(begun := tmp_path / "begun")) as trust:
        joins(trust.reviews)
        trust.catch_up()
        story.completed(trust.agreements)
    breaks = 0
    for length in range(1, 200):
        trust = Trust(home := copytree(begun, tmp_path / str(length)))
        fuse = Fuse(length)
        for world in trust.every:
            fuse.lay(world)
        try:
            line(trust)
        except Killed:
            breaks += 1
            trust.close()
            trust = Trust(home)
            line(trust)
        (evaluation,) = trust.reviews.read("/v1/evaluations")["items"]
        assert evaluation["completed_on"] == "2025-01-31"
        assert announced(trust.reviews) == {
            ("EvaluationRequested", ""): 1,
            ("EvaluationDue", "reaction_learning"): 1,
            ("EvaluationOverdue", "reaction_learning"): 1,
            ("EvaluationDue", "use"): 1,
            ("EvaluationOverdue", "use"): 1,
        }
        trust.close()
        if fuse.left > 0:
            break
    assert fuse.left > 0, "the line is longer than was tried"
    assert breaks > 10


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with standing(tmp_path_factory.mktemp("home"), (AGREEMENTS, REVIEWS)) as houses:
        yield houses


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_with_each_process_killed_at_each_step_there_is_one_evaluation_of_each(houses: Houses) -> None:
    expected = set()
    for number, (process, step) in enumerate((process, step) for process in PROCESSES for step in STEPS):
        staff_id, key = f"killed-{number}", f"-{number}"
        joined = story.hr_event("StaffJoined", staff_id, role_category="teacher", payroll_number="9001")
        houses.call(2, "POST", "/v1/inbox/hr.staff.v1", HR, [joined], key=f"join{key}")
        me = person(staff_id)
        eventually(lambda me=me: houses.call(2, "GET", "/v1/events?type=StaffJoined", me)["items"])
        drafted = houses.call(2, "POST", "/v1/agreements", HR, story.draft(staff_id), key=f"draft{key}")["id"]
        acts = (("signature", story.SIGNATURE), ("start", {"started_on": "2024-09-02"}))
        for name, body in acts:
            houses.call(2, "POST", f"/v1/agreements/{drafted}/{name}", HEAD, body, key=f"{name}{key}")
        if step == "before":
            houses.kill(process)
        done = {"completed_on": "2025-01-31"}
        houses.call(2, "POST", f"/v1/agreements/{drafted}/completion", HEAD, done, key=f"done{key}")
        if step == "completion":
            houses.kill(process)
        if step == "after":
            eventually(lambda me=me: houses.call(3, "GET", "/v1/evaluations", me)["items"])
            houses.kill(process)
        expected.add(staff_id)

    def asked() -> list[str]:
        return [each["staff_id"] for each in houses.call(3, "GET", "/v1/evaluations?limit=200", HEAD)["items"]]

    eventually(lambda: set(asked()) == expected)
    assert sorted(asked()) == sorted(expected)
    told = 2 * 3 * len(expected)
    eventually(lambda: len(_reminders(houses)) == told)
    assert set(Counter(_reminders(houses)).values()) == {1}


def _reminders(houses: Houses) -> list[tuple[str, str, str]]:
    """Each reminder by the evaluation, the stage and what it says, as often as the log has it."""
    found, cursor = [], ""
    while cursor is not None:
        page = houses.call(3, "GET", f"/v1/events?limit=200{cursor and f'&cursor={cursor}'}", HR)
        told = [each for each in page["items"] if each["type"] in ("EvaluationDue", "EvaluationOverdue")]
        found += [(each["data"]["evaluation_id"], each["data"]["stage"], each["type"]) for each in told]
        cursor = page["next"]
    return found
