"""What an archive has, held against what is served: every figure counts; a text that no archive can read does not."""

from datetime import UTC, date, datetime
from threading import Barrier, Semaphore
from typing import Any

import pytest

from shared.audit.comparing import AT_ONCE, AsAt, Compared, Figures, UnansweredError, compare, differences

AS_AT = AsAt(date(2026, 3, 31), datetime(2026, 4, 1, 12, tzinfo=UTC))
KNOWN = "known_at=2026-04-01T12%3A00%3A00%2B00%3A00"


@pytest.mark.parametrize(
    ("anew", "served", "told"),
    [
        ({"pence": 100}, {"pence": 100}, []),
        ({"pence": 100}, {"pence": 101}, ["pence: 100 by the archive, 101 served"]),
        ({"pence": 100}, {}, ["pence: 100 by the archive, null served"]),
        ({}, {"pence": 100}, ["pence: null by the archive, 100 served"]),
        ({"rows": [[1], [2]]}, {"rows": [[1], [3]]}, ["rows[1][0]: 2 by the archive, 3 served"]),
        ({"rows": [1, 2]}, {"rows": [1]}, ["rows: 2 by the archive, 1 served"]),
        ({"title": "[erased]"}, {"title": "NPQ"}, []),
        ({"title": "NPQ"}, {"title": "[erased]"}, ['title: "NPQ" by the archive, "[erased]" served']),
        ({"title": "[erased]"}, {"title": None}, ['title: "[erased]" by the archive, null served']),
        ({"pence": 100}, None, ['all: {"pence": 100} by the archive, null served']),
    ],
)
def test_each_difference_is_told_with_its_place(anew: Any, served: Any, told: list[str]) -> None:
    assert list(differences(anew, served)) == told


def test_a_list_is_compared_to_its_last_page_and_each_of_its_items_is_asked_for() -> None:
    def answering(last_pence: int) -> dict[str, Any]:
        return {
            f"/owed?on=2026-03-31&{KNOWN}": {"pence": 5},
            f"/all?limit=1&{KNOWN}": {"items": [{"id": "a"}], "next": "x="},
            f"/all?limit=1&{KNOWN}&cursor=x%3D": {"items": [{"id": "b"}], "next": None},
            f"/all/a?{KNOWN}": {"pence": 1},
            f"/all/b?{KNOWN}": {"pence": last_pence},
        }

    figures = [Figures("/owed?on={on}"), Figures("/all?limit=1"), Figures("/all/{id}", of="/all?limit=1")]
    assert compare(answering(2).get, answering(2).get, figures, AS_AT) == Compared(4, [])
    assert compare(answering(2).get, answering(3).get, figures, AS_AT) == Compared(
        4, [f"/all/b?{KNOWN}: pence: 2 by the archive, 3 served"]
    )


def test_who_serves_is_asked_a_few_at_a_time() -> None:
    """As many at once as may be, or the barrier breaks; and never more."""
    figures = [Figures(f"/owed/{n}?on={{on}}") for n in range(AT_ONCE * 3)]
    together, under_way, most = Barrier(AT_ONCE, timeout=30), Semaphore(AT_ONCE), []

    def served(path: str) -> str:
        most.append(under_way.acquire(blocking=False))
        together.wait()
        under_way.release()
        return path

    assert compare(lambda path: path, served, figures, AS_AT) == Compared(len(figures), [])
    assert all(most)


def test_where_one_answer_is_refused_no_more_are_asked_for() -> None:
    asked = []

    def served(path: str) -> None:
        asked.append(path)
        raise UnansweredError(path)

    with pytest.raises(UnansweredError, match="/owed/0"):
        compare(lambda path: path, served, [Figures(f"/owed/{n}?on={{on}}") for n in range(100)], AS_AT)
    assert len(asked) <= 2 * AT_ONCE
