"""Whatever is logged, corrected, answered, exempted, waited for and left, in whatever order.

Each stage is where it should be on the day, and each of its days is announced once.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.reviews.domain import evaluating, logging
from services.reviews.domain.activity_facts import EvaluationDue, EvaluationOverdue, EvaluationRequested
from services.reviews.domain.words import STAGES
from shared.errors import StateForbids
from tests.unit.reviews.memory import URN, Log, activity_id, hear, joins, of, on

DUE = {"reaction_learning": 0, "use": 42, "outcomes": 182}
stages = st.sampled_from(STAGES)
back = st.sampled_from([0, 1, 14, 15, 41, 42, 57, 182, 197]).map(lambda days: timedelta(days=days))
"""Close to where something changes, and few, so that days come again."""


@dataclass
class Model:
    """One activity as it should be, written apart from the product."""

    day: date
    taken_back: bool = False
    answered: set[str] = field(default_factory=set)
    exempt: set[str] = field(default_factory=set)
    lapsed: set[str] = field(default_factory=set)

    def open(self) -> set[str]:
        return set() if self.taken_back else set(STAGES) - self.answered - self.exempt - self.lapsed

    def status(self, stage: str, today: date) -> str:
        for name, those in (("submitted", self.answered), ("exempt", self.exempt), ("lapsed", self.lapsed)):
            if stage in those:
                return name
        due = self.day + timedelta(days=DUE[stage])
        if today < due:
            return "upcoming"
        return "due" if today <= due + timedelta(days=14) else "overdue"


class Evaluations(RuleBasedStateMachine):
    """A teacher, a head, the calendar and HR do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.today = date(2025, 6, 2)
        self.last_day: date | None = None
        self.known: list[Model] = []

    @initialize()
    def begin(self) -> None:
        self.log.do(joins)

    def picked(self, data: st.DataObject) -> tuple[int, Model]:
        number = data.draw(st.integers(1, len(self.known)))
        return number, self.known[number - 1]

    @rule(how_long_ago=back)
    def log_one(self, how_long_ago: timedelta) -> None:
        day = self.today - how_long_ago
        said = {"title": "A thing", "activity_type": "course", "hours": 1.0}
        self.log.do(of, logging.log, school_urn=URN, on=day, day=self.today, **said)
        self.known.append(Model(day))

    @precondition(lambda self: self.known)
    @rule(data=st.data(), how_long_ago=back)
    def correct_one(self, data: st.DataObject, how_long_ago: timedelta) -> None:
        number, model = self.picked(data)
        said = {"title": "A thing", "activity_type": "course", "hours": 1.0, "on": self.today - how_long_ago}
        if model.taken_back:
            with pytest.raises(StateForbids):
                self.log.do(on, logging.correct, activity_id(number), day=self.today, **said)
        else:
            self.log.do(lambda desk: on(desk, logging.correct, activity_id(number), **said), day=self.today)
            model.day = self.today - how_long_ago

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def take_one_back(self, data: st.DataObject) -> None:
        number, model = self.picked(data)
        self.log.do(on, logging.take_back, activity_id(number), day=self.today)
        model.taken_back = True

    @precondition(lambda self: self.known)
    @rule(data=st.data(), stage=stages, reaction=st.integers(0, 3))
    def answer(self, data: st.DataObject, stage: str, reaction: int) -> None:
        number, model = self.picked(data)
        arguments = (on, evaluating.submit, activity_id(number))
        if model.taken_back:
            with pytest.raises(StateForbids):
                self.log.do(*arguments, day=self.today, stage=stage, reaction=reaction)
        else:
            self.log.do(*arguments, day=self.today, stage=stage, reaction=reaction)
            model.answered.add(stage)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), stage=stages)
    def exempt(self, data: st.DataObject, stage: str) -> None:
        number, model = self.picked(data)
        arguments = (on, evaluating.exempt, activity_id(number))
        if model.taken_back or stage in model.answered:
            with pytest.raises(StateForbids):
                self.log.do(*arguments, day=self.today, stage=stage)
        else:
            self.log.do(*arguments, day=self.today, stage=stage)
            model.exempt.add(stage)

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(in_days=st.integers(-3, 20))
    def leave(self, in_days: int) -> None:
        self.last_day = self.today + timedelta(days=in_days)
        self.log.do(hear, "EmploymentEnded", on=self.last_day, day=self.today)
        self._resume()

    @rule()
    def stay(self) -> None:
        self.log.do(hear, "Reinstated", on=self.today, day=self.today)
        self.last_day = None
        self._resume()

    @rule()
    def look_at_the_calendar(self) -> None:
        left = self.last_day is not None and self.last_day < self.today
        for number, model in enumerate(self.known, 1):
            stated = self.log.do(
                lambda desk, number=number: on(desk, evaluating.remind, activity_id(number), today=self.today),
                day=self.today,
            )
            told = [fact for fact in stated if isinstance(fact, EvaluationDue | EvaluationOverdue)]
            assert not (left and told)
            for fact in told:
                come = ("overdue",) if isinstance(fact, EvaluationOverdue) else ("due", "overdue")
                assert model.status(fact.stage, self.today) in come
            if left:
                model.lapsed |= model.open()

    def _resume(self) -> None:
        if self.last_day is None or self.last_day >= self.today:
            for model in self.known:
                model.lapsed.clear()

    @invariant()
    def each_stage_is_where_it_should_be(self) -> None:
        activities = self.log.desk().person("t1").activities
        assert len(activities) == len(self.known)
        for number, model in enumerate(self.known, 1):
            evaluation = activities[activity_id(number)].evaluation
            assert evaluation is not None
            assert evaluation.withdrawn is model.taken_back
            found = {stage.stage: stage.status(self.today) for stage in evaluation.stages}
            assert found == {stage: model.status(stage, self.today) for stage in STAGES}

    @invariant()
    def it_is_asked_for_once_and_each_day_is_announced_once(self) -> None:
        requested = Counter(fact.activity_id for fact in self.log.facts if isinstance(fact, EvaluationRequested))
        assert set(requested.values()) <= {1}
        told = Counter(
            (type(fact), fact.activity_id, fact.stage, fact.due_on)
            for fact in self.log.facts
            if isinstance(fact, EvaluationDue | EvaluationOverdue)
        )
        assert set(told.values()) <= {1}


Evaluations.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestEvaluations = Evaluations.TestCase


def test_a_day_that_comes_back_is_not_announced_again():
    log, said = Log(), {"title": "A thing", "activity_type": "course", "hours": 1.0}
    log.do(joins)
    log.do(of, logging.log, school_urn=URN, **said, on=date(2025, 4, 1))
    for day in (date(2025, 4, 1), date(2025, 5, 30), date(2025, 4, 1), date(2025, 5, 30)):
        log.do(lambda desk, day=day: on(desk, logging.correct, activity_id(), **said, on=day))
        log.do(on, evaluating.remind, activity_id(), today=date(2025, 6, 2))
    told = [(type(f).__name__, f.stage) for f in log.facts if isinstance(f, EvaluationDue | EvaluationOverdue)]
    assert told == [
        ("EvaluationDue", "reaction_learning"),
        ("EvaluationOverdue", "reaction_learning"),
        ("EvaluationDue", "use"),
        ("EvaluationOverdue", "use"),
    ]
