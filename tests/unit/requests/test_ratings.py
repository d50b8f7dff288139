"""Ratings of providers: by who completed, one a person, averages of ten or more, no small group worked out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.requests.domain import asking, delivering, feedback, judging
from services.requests.domain.feedback import NoProvider, NotCompleted
from services.requests.domain.rating import Rating
from services.requests.reports.providers import rating_figures
from shared.errors import NotThere
from shared.suppression import LEAST_PEOPLE
from tests.unit.requests.memory import SCORES, TODAY, Log, allocate, asking_for, joins, request_id

ONE = request_id(1)


def approved(**changes: object) -> Log:
    log = Log()
    for staff_id in ("t1", "t2", "t3"):
        log.do(joins, staff_id)
    log.do(allocate, 100_000)
    fields = asking_for(500, participants=["t1", "t2"], **{"provider": "A college"} | changes)
    log.do(asking.ask, ONE, staff_id="t1", **fields)
    log.do(judging.assess, ONE, scores=SCORES)
    log.do(judging.approve, ONE, funding="full")
    return log


def test_a_participant_rates_what_they_completed_and_the_last_word_counts():
    log = approved()
    log.do(delivering.complete, ONE, completed_on=TODAY, participants=["t2"])
    (first,) = log.do(feedback.rate, ONE, rating=1, note="Too fast", by="t2", role="staff")
    assert (first.staff_id, first.rating, first.provider) == ("t2", 1, "A college")
    assert log.do(feedback.rate, ONE, rating=1, note="Too fast", by="t2", role="staff") == []
    (second,) = log.do(feedback.rate, ONE, rating=3, by="t2", role="staff")
    assert (second.rating_id, second.note) == (first.rating_id, "")


def test_nobody_rates_what_they_did_not_complete_or_take_part_in_or_what_no_provider_gave():
    log = approved()
    log.do(delivering.complete, ONE, completed_on=TODAY, participants=["t2"])
    for by, error in (("t1", NotCompleted), ("t3", NotThere)):
        with pytest.raises(error):
            log.do(feedback.rate, ONE, rating=1, by=by, role="staff")
    inside = approved(provider=None)
    inside.do(delivering.complete, ONE, completed_on=TODAY)
    with pytest.raises(NoProvider):
        inside.do(feedback.rate, ONE, rating=1, by="t1", role="staff")


def rating(person: int, school: str, points: int, provider: str = "A college") -> Rating:
    return Rating(
        id=f"{person}",
        request_id=f"{person}",
        staff_id=f"t{person}",
        school_urn=school,
        provider=provider,
        rating=points,
    )


def test_one_person_counts_once_however_often_they_were_there_and_however_the_name_is_written():
    those = [rating(n, "100001", 3) for n in range(10)]
    again = rating(0, "100001", 0, "a  COLLEGE")
    (trust, school) = rating_figures([*those, again], None)
    assert (trust.numerator, trust.denominator, school.value) == (27, 10, 2.7)
    (alone,) = rating_figures([*those, again], "100001")
    assert alone.group == school.group


def test_fewer_than_ten_are_not_shown():
    assert [each.suppressed for each in rating_figures([rating(n, "100001", 3) for n in range(9)], None)] == [
        True,
        True,
    ]


SCHOOLS = ("100001", "100002", "100003")
words = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(SCHOOLS), st.integers(0, 3)), max_size=90)


@settings(max_examples=200, deadline=None)
@given(words)
def test_adding_and_subtracting_schools_tells_nothing_of_fewer_than_ten(said: list[tuple[int, str, int]]):
    figures = rating_figures([rating(*each) for each in said], None)
    assert all(each.denominator >= LEAST_PEOPLE for each in figures if each.denominator is not None)
    schools = [each for each in figures if "school" in each.group]
    hidden = [each for each in schools if each.suppressed]
    trust = next((each for each in figures if "school" not in each.group), None)
    if trust is not None and trust.denominator is not None:
        rest = trust.denominator - sum(each.denominator or 0 for each in schools)
        assert rest == 0 or (rest >= LEAST_PEOPLE and len(hidden) > 1), "what is left over is a group of its own"
