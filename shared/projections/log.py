"""Reading a service's log in order and in bulk, for views: rows straight from its table, decoded once, still sealed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.eventstore.recorder import Part, Row

__all__ = [
    "AT_ONCE",
    "Entry",
    "Part",
    "Row",
    "entries",
    "number_of_parts",
    "parts",
    "rows_after",
    "rows_at",
    "rows_beside",
    "rows_of",
]

Entry = tuple[int, Fact]
"""Position and fact."""

AT_ONCE = 5_000
"""About how many rows of the log are folded together."""


def rows_after(ledger: Ledger, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
    """At most `limit` rows that follow `position`, in order, none beyond `upto`."""
    return ledger.recorder.rows_after(position, limit, upto)


def rows_at(ledger: Ledger, positions: Sequence[int]) -> Sequence[Row]:
    """The rows at `positions`, in the order of the log."""
    return ledger.recorder.rows_at(positions)


def entries(ledger: Ledger, rows: Iterable[Row], topics: Collection[str]) -> Iterator[Entry]:
    """The facts of `rows` whose topic is one of `topics`, each decoded when it is asked for."""
    decoders = ledger.mapper.decoders
    return ((position, decoders[topic](state)) for position, topic, state in rows if topic in topics)


def number_of_parts(rows: int) -> int:
    """In how many parts to fold a log of about so many rows, so that each has about `AT_ONCE`."""
    return rows // AT_ONCE + 1


def parts(number: int) -> list[Part]:
    """The streams of a log in so many parts.

    Stream ids are hashes or random, so that ranges of equal width hold about equally many of them.
    """
    bounds = [f"{2**32 * n // number:08x}" for n in range(number)]
    return list(pairwise([*bounds, "g"]))


def rows_of(ledger: Ledger, part: Part, upto: int, topics: Collection[str]) -> Sequence[Row]:
    """What the streams of one part hold of `topics`, none beyond `upto`: one after the other, each in its order."""
    return ledger.recorder.rows_of(part, upto, topics)


def rows_beside(ledger: Ledger, first: int, last: int) -> Sequence[Row]:
    """What the stream of the row at `first` holds from there to the row at `last`."""
    return ledger.recorder.rows_beside(first, last)
