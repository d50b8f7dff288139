"""Reading a service's log in order and in bulk, for views: rows straight from its table, decoded once, still sealed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.eventstore.recorder import Row, Streams, WholeRow

__all__ = [
    "AT_ONCE",
    "Entry",
    "Part",
    "Row",
    "entries",
    "number_of_parts",
    "parts_in_order",
    "parts_of_streams",
    "rows_after",
    "rows_at",
    "rows_beside",
    "rows_in",
    "rows_of",
    "whole_row_at",
]

Entry = tuple[int, Fact]
"""Position and fact."""

ALL = 2**31 - 1
AT_ONCE = 10_000
"""About how many rows of the log are folded together."""


def rows_after(ledger: Ledger, position: int, limit: int, upto: int | None = None) -> Sequence[Row]:
    """At most `limit` rows that follow `position`, in order, none beyond `upto`."""
    return ledger.recorder.rows_after(position, limit, upto)


def rows_at(ledger: Ledger, positions: Sequence[int]) -> Sequence[Row]:
    """The rows at `positions`, in the order of the log."""
    return ledger.recorder.rows_at(positions)


def whole_row_at(ledger: Ledger, position: int) -> WholeRow | None:
    """All that the row at `position` holds; None where there is none that may be read."""
    found = ledger.recorder.whole_rows_from(position, 1, position)
    return found[0] if found else None


def entries(ledger: Ledger, rows: Iterable[Row], topics: Collection[str], *, whole: bool = True) -> Iterator[Entry]:
    """The facts of `rows` whose topic is one of `topics`, each decoded when it is asked for.

    Not `whole`, they have no more than every fact has: that takes less than half the time.
    """
    decoders = ledger.mapper.decoders if whole else ledger.mapper.contexts
    return ((position, decoders[topic](state)) for position, topic, state in rows if topic in topics)


def number_of_parts(rows: int) -> int:
    """In how many parts to fold a log of about so many rows, so that each has about `AT_ONCE`."""
    return rows // AT_ONCE + 1


def rows_in(parts: int) -> int:
    """About how many rows so many parts hold."""
    return parts * AT_ONCE


class Stretch(NamedTuple):
    """The rows that follow one position, up to and with another."""

    after: int
    upto: int


Part = Streams | Stretch


def parts_of_streams(number: int) -> Sequence[Part]:
    """The streams of a log in so many parts.

    Stream ids are hashes or random, so that ranges of equal width hold about equally many of them.
    """
    bounds = [f"{2**32 * n // number:08x}" for n in range(number)]
    return list(pairwise([*bounds, "g"]))


def parts_in_order(ledger: Ledger, number: int, upto: int) -> Sequence[Part]:
    """The log up to a position in so many parts, one after the other, with equally many rows each."""
    bounds = [0, *ledger.recorder.every_nth(number, upto)[: number - 1], upto]
    return [Stretch(*ends) for ends in pairwise(bounds)] + [Stretch(upto, upto)] * (number + 1 - len(bounds))


def rows_of(ledger: Ledger, part: Part, upto: int, topics: Collection[str]) -> Sequence[Row]:
    """What one part holds of `topics`, none beyond `upto`. Streams come one after the other, each in its order."""
    if isinstance(part, Stretch):
        return rows_after(ledger, part.after, ALL, part.upto)
    return ledger.recorder.rows_of(part, upto, topics)


def rows_beside(ledger: Ledger, first: int, last: int) -> Sequence[Row]:
    """What the stream of the row at `first` holds from there to the row at `last`."""
    return ledger.recorder.rows_beside(first, last)
