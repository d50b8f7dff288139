"""Messages in any order, some of them again: one evaluation of each person's activity, its stages to the day."""

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reviews.domain.activity import Activity
from services.reviews.domain.activity_facts import EvaluationDated, EvaluationRequested
from services.reviews.domain.desk import Desk
from services.reviews.domain.undertaking_facts import UndertakingFact
from services.reviews.reactions import AGREEMENTS, REQUESTS
from shared.eventstore.fact import Fact
from shared.messaging.heard import Heard
from tests.unit.reviews.memory import URN, Log, complete, described, joins, leaves, plan

PEOPLE = ("t1", "t2")
FIRST = date(2025, 1, 31)
LINES = [{"category": "fee", "amount_pence": 1001}]
days = st.integers(0, 3).map(lambda number: FIRST + timedelta(days=number))


class Said(NamedTuple):
    """A message: of which service, its place in that service's log, its kind and data."""

    service: str
    order: int
    kind: str
    data: dict[str, Any]


class Training(NamedTuple):
    """What becomes of one agreement: the days of completion as they are said one after the other, None: called off."""

    agreement_id: str
    staff_id: str
    request_id: str | None
    told: list[date | None]


class World(NamedTuple):
    """What happened in the other services: approved requests, which were withdrawn, completions without agreement, and
    trainings."""

    requests: list[str]
    withdrawn: set[str]
    completed: dict[str, tuple[date, list[str]]]
    trainings: list[Training]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two requests of two people; each may be under an agreement, of which one may be about no request."""
    requests = ["r1", "r2"]
    trainings: list[Training] = []
    completed: dict[str, tuple[date, list[str]]] = {}
    for request in requests:
        held = draw(st.sets(st.sampled_from(PEOPLE)))
        trainings += [Training(f"a-{request}-{each}", each, request, draw(progress())) for each in sorted(held)]
        free = [each for each in PEOPLE if each not in held]
        those = draw(st.sets(st.sampled_from(free))) if free else set()
        if those:
            completed[request] = (draw(days), sorted(those))
    if draw(st.booleans()):
        trainings.append(Training("a-alone", "t1", None, draw(progress())))
    withdrawn = draw(st.sets(st.sampled_from(requests)))
    return World(requests, withdrawn, completed, trainings)


def progress() -> st.SearchStrategy[list[date | None]]:
    """Completed and corrected some times; or called off, once that is said."""
    return st.one_of(st.lists(days, max_size=3), st.just([None]), st.tuples(days, st.none()).map(list))


def messages(world: World) -> list[Said]:
    """All that the two services say of it, each in its order."""
    said: list[Said] = []
    for request in world.requests:
        shares = [{"staff_id": each, "cost_lines": LINES} for each in PEOPLE]
        said.append(Said("requests", len(said) + 1, "RequestApproved", _approved(request, shares)))
    for request, (day, those) in world.completed.items():
        data = {"request_id": request, "completed_on": day.isoformat(), "participants": those}
        said.append(Said("requests", len(said) + 1, "ActivityCompleted", data))
    for request in sorted(world.withdrawn):
        asker = {"request_id": request, "staff_id": PEOPLE[0], "school_urn": URN}
        said.append(Said("requests", len(said) + 1, "RequestWithdrawn", asker))
    place = 0
    for training in world.trainings:
        told = [("AgreementDrafted", _drafted(training)), *_told(training)]
        for kind, data in told:
            place += 1
            said.append(Said("agreements", place, kind, data))
    return said


def _approved(request: str, shares: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "request_id": request,
        "staff_id": PEOPLE[0],
        "school_urn": URN,
        "title": f"As {request} says",
        "activity_type": "course",
        "starts_on": "2025-01-01",
        "ends_on": "2025-01-31",
        "funded_percent": 50,
        "shares": shares,
        "hours": 6.0,
    }


def _drafted(training: Training) -> dict[str, Any]:
    return {
        "agreement_id": training.agreement_id,
        "staff_id": training.staff_id,
        "school_urn": URN,
        "title": f"As {training.agreement_id} says",
        "activity_type": "course",
        "planned_start": "2025-01-01",
        "planned_end": "2025-01-31",
        "funded_percent": 100,
        "cost_lines": LINES,
        "request_id": training.request_id,
    }


def _told(training: Training) -> list[tuple[str, dict[str, Any]]]:
    whose = {"agreement_id": training.agreement_id, "staff_id": training.staff_id, "school_urn": URN}
    told: list[tuple[str, dict[str, Any]]] = []
    for number, day in enumerate(training.told):
        if day is None:
            told.append(("TrainingCancelled", whose))
        else:
            kind = "CompletionCorrected" if number else "TrainingCompleted"
            told.append((kind, whose | {"completed_on": day.isoformat()}))
    return told


def hear(desk: Desk, said: Said) -> None:
    handlers = REQUESTS if said.service == "requests" else AGREEMENTS
    for handler in handlers[f"cpd.{said.service}.{said.kind}.v1"]:
        handler(desk, Heard(order=said.order, data=said.data))


def expected(world: World) -> dict[tuple[str, str], date | None]:
    """By person and activity, the day of completion; written apart from the product."""
    found: dict[tuple[str, str], date | None] = {}
    for request in world.requests:
        for staff_id in PEOPLE:
            day, those = world.completed.get(request, (None, []))
            found[staff_id, request] = day if staff_id in those else None
    for training in world.trainings:
        last = training.told[-1] if training.told else None
        key = training.staff_id, training.request_id or training.agreement_id
        found[key] = last
    return found


def not_taken(world: World) -> set[tuple[str, str]]:
    """By person and activity, what was withdrawn or called off; written apart from the product."""
    off = {(staff_id, request) for request in world.withdrawn for staff_id in PEOPLE}
    called = [each for each in world.trainings if each.told and each.told[-1] is None]
    return off | {(each.staff_id, each.request_id or each.agreement_id) for each in called}


def key_of(activity: Activity) -> tuple[str, str]:
    return activity.staff_id, activity.request_id or activity.agreement_ids[0]


def known(log: Log) -> list[Activity]:
    return [activity for staff_id in PEOPLE for activity in log.desk().person(staff_id).activities.values()]


@settings(max_examples=150, deadline=None)
@given(worlds(), st.data())
def test_in_any_order_and_repeated_there_is_one_evaluation_of_each_and_it_follows(world: World, data: Any) -> None:
    said = messages(world)
    again = data.draw(st.lists(st.sampled_from(said), max_size=4))
    log = Log()
    for message in data.draw(st.permutations([*said, *again])):
        log.do(hear, message, reason="")
        assert max(Counter(map(key_of, known(log))).values(), default=1) == 1
    wanted = expected(world)
    found = {key_of(activity): activity for activity in known(log)}
    assert found.keys() == wanted.keys()
    assert {key for key, activity in found.items() if not activity.takes_part} == not_taken(world)
    for key, activity in found.items():
        assert (activity.completed_on if activity.done else None) == wanted[key]
        if activity.done:
            assert activity.evaluation is not None
            due = [stage.due_on - wanted[key] for stage in activity.evaluation.stages]  # type: ignore[operator]
            assert [each.days for each in due] == [0, 42, 182]
            assert {(each.overdue_after - each.due_on).days for each in activity.evaluation.stages} == {14}
    requested = Counter(fact.activity_id for fact in log.facts if type(fact) is EvaluationRequested)
    assert set(requested.values()) <= {1}
    assert {fact.activity_id for fact in log.facts if isinstance(fact, EvaluationDated)} == set(requested)


@settings(max_examples=75, deadline=None)
@given(worlds(), st.data())
def test_whatever_the_order_the_same_is_known_in_the_end(world: World, data: Any) -> None:
    said = messages(world)
    ends = []
    for order in (said, data.draw(st.permutations(said))):
        log = Log()
        for message in order:
            log.do(hear, message, reason="")
        ends.append({key_of(each): _shown(each) for each in known(log)})
    assert ends[0] == ends[1]


def _shown(activity: Activity) -> tuple[Any, ...]:
    names = ("title", "hours", "cost_pence", "source", "agreement_ids", "request_id", "takes_part")
    return (*(getattr(activity, name) for name in names), activity.done and activity.completed_on)


@settings(max_examples=75, deadline=None)
@given(worlds())
def test_everything_heard_twice_over_states_nothing_new_of_a_person(world: World) -> None:
    log = Log()
    for message in messages(world):
        log.do(hear, message, reason="")
    before = of_people(log)
    for message in messages(world):
        log.do(hear, message, reason="")
    assert of_people(log) == before


def of_people(log: Log) -> list[Fact]:
    """What was stated but for what was heard."""
    return [fact for fact in log.facts if not isinstance(fact, UndertakingFact)]


@settings(max_examples=50, deadline=None)
@given(st.permutations([(1, "e1", FIRST), (2, "e1", FIRST + timedelta(days=9)), (3, None, None)]), st.booleans())
def test_the_last_that_was_told_of_an_ending_holds_in_whatever_order_it_comes(told: Any, withdrawn: bool) -> None:
    log = Log()
    log.do(joins)
    for order, employment, last_day in told:
        if withdrawn or order < 3:
            log.do(leaves, "x-e1", order, employment and "e-t1", last_day, reason="")
    person = log.desk().person("t1").person
    assert person is not None
    assert person.current.last_day == (None if withdrawn else FIRST + timedelta(days=9))


def test_of_several_agreements_about_one_activity_the_earliest_completion_holds():
    log = Log()
    for number, day in ((1, FIRST + timedelta(days=2)), (2, FIRST), (3, FIRST + timedelta(days=1))):
        log.do(plan, described(request_id="r1", agreement_id=f"a{number}"))
        log.do(complete, f"a{number}", 1, day)
    (activity,) = log.desk().person("t1").activities.values()
    assert activity.completed_on == FIRST
