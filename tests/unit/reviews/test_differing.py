"""From when on records say otherwise: as found by asking at every instant."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.reviews.statistics.differing import MOST, first_difference
from shared.projections.instants import END

INSTANTS = range(1, 8)
spans = st.tuples(st.integers(1, 6), st.sampled_from([*INSTANTS, END])).filter(lambda span: span[0] <= span[1])
records = st.lists(st.tuples(spans, st.integers(0, 2)), max_size=6)
Said = list[tuple[tuple[int, int], int]]


def columns(said: Said) -> dict[str, np.ndarray]:
    found = {"known_from": [span[0] for span, _ in said], "known_to": [span[1] for span, _ in said]}
    found |= {"who": [what for _, what in said], "row": list(range(len(said)))}
    return {name: np.array(column, np.int64) for name, column in found.items()}


def believed(said: Said, instant: int) -> Counter[int]:
    return Counter(what for (since, until), what in said if since <= instant < until)


@given(records, records)
def test_it_is_the_first_instant_at_which_something_else_is_believed(before: Said, after: Said):
    differ = [instant for instant in INSTANTS if believed(before, instant) != believed(after, instant)]
    assert first_difference(columns(before), columns(after)) == (differ[0] if differ else END)


def test_of_very_many_records_it_is_taken_that_they_never_said_the_same():
    many = columns([((1, END), 0)] * (MOST // 2 + 1))
    assert first_difference(many, many) == 0
