"""A past instant is computed once; one that facts may still be missing of is computed each time."""

from datetime import UTC, datetime, timedelta

from shared.frozen import SETTLED, Frozen

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
PAST = datetime(2025, 6, 30, 22, 59, tzinfo=UTC)


class Counted:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def frozen(*, caught_up: bool = True, most: int = 24) -> Frozen:
    return Frozen(lambda: NOW, lambda: caught_up, most)


def test_what_is_past_for_good_is_computed_once():
    kept, compute = frozen(), Counted()
    assert [kept.at(PAST, "a", compute), kept.at(PAST, "a", compute)] == [1, 1]
    assert kept.at(PAST, "b", compute) == 2, "another question has its own answer"


def test_what_may_still_change_is_computed_each_time():
    compute = Counted()
    kept = frozen()
    assert [kept.at(NOW - SETTLED, "a", compute), kept.at(NOW - SETTLED, "a", compute)] == [1, 2]
    behind = frozen(caught_up=False)
    assert [behind.at(PAST, "a", compute), behind.at(PAST, "a", compute)] == [3, 4]


def test_the_oldest_answers_are_let_go():
    kept, compute = frozen(most=2), Counted()
    for day in range(3):
        kept.at(PAST - timedelta(days=day), "a", compute)
    assert kept.at(PAST - timedelta(days=2), "a", compute) == 3
    assert kept.at(PAST, "a", compute) == 4
