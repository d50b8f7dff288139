"""All that is counted of some years, in arrays: kept beside the view, renewed by what changed, never altered."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.columns import RECORD, Records
from services.reviews.statistics.differing import first_difference
from services.reviews.statistics.records import COMPLETED, KINDS, digest
from shared.projections.instants import END

N = TypeVar("N", bound=np.generic)
NOW = END - 1
"""Known at the end of time: what is believed now."""

COLUMNS = {
    "known_from": np.int64,
    "known_to": np.int64,
    "who": np.int64,
    "where": np.int64,
    "what": np.int64,
    "itself": np.int64,
    "label": np.uint64,
    "amount": np.int64,
    "day": np.int64,
    "type": np.int64,
    "role": np.int64,
    "flags": np.int64,
    "row": np.int64,
}
"""A record as it is counted, so that nothing is cast. `itself` is the place of a completion by its own digest; `row` is
the number of the row of the view that it came from."""
STORED = frozenset(RECORD.names or ())


class Row(NamedTuple):
    """A row of the view: whose records they are, and the names that stand behind their labels."""

    id: str
    providers: Sequence[str]
    priorities: Sequence[str]
    records: bytes


class Snapshot(msgspec.Struct, frozen=True):
    """Records by kind. `who`, `where`, `what` are places in `people`, `schools` (URNs) and `activities` (digests)."""

    people: NDArray[np.uint64]
    schools: NDArray[np.int64]
    activities: NDArray[np.uint64]
    kinds: dict[int, Records]
    providers: Mapping[int, str]
    priorities: Mapping[int, str]
    rows_of: Mapping[str, tuple[int, ...]]
    rows: int
    same_before: int
    """Known at an instant before this one, nothing is counted otherwise than in the snapshot that it was made from."""

    def of(self, kind: int, known_at: int, first: int | None = None, last: int | None = None) -> Records:
        """The records of a kind that were believed at an instant (inclusive), of days from `first` to `last`."""
        its = self.kinds[kind]
        those = (its["known_from"] <= known_at) & (its["known_to"] > known_at)
        if first is not None and last is not None:
            those &= (its["day"] >= first) & (its["day"] <= last)
        return its.only(those)

    @property
    def urns(self) -> list[str]:
        """The schools by name, in their places."""
        return [f"{urn:06}" for urn in self.schools.tolist()]


def empty() -> Snapshot:
    """Nothing."""
    nothing = Records({name: np.zeros(0, kind) for name, kind in COLUMNS.items()})
    return Snapshot(
        people=np.zeros(0, np.uint64),
        schools=np.zeros(0, np.int64),
        activities=np.zeros(0, np.uint64),
        kinds=dict.fromkeys(KINDS, nothing),
        providers={},
        priorities={},
        rows_of={},
        rows=0,
        same_before=0,
    )


def renewed(before: Snapshot, changed: Collection[str], rows: list[Row]) -> Snapshot:
    """The snapshot with `rows` in place of all that it had of the `changed` ids."""
    rows_of = dict(before.rows_of)
    alive = np.ones(before.rows, np.bool_)
    for id_ in changed:
        alive[list(rows_of.pop(id_, ()))] = False
    for number, row in enumerate(rows, before.rows):
        rows_of[row.id] = (*rows_of.get(row.id, ()), number)
    new = np.frombuffer(b"".join(row.records for row in rows), RECORD)
    counts = [len(row.records) // RECORD.itemsize for row in rows]
    people, who = _placed(before.people, new["person"])
    schools, where = _placed(before.schools, new["school"].astype(np.int64))
    what = new["activity"] >> np.uint64(1)
    itself = np.where(new["kind"] == COMPLETED, new["amount"].astype(np.uint64), what)
    activities, places = _placed(before.activities, np.concatenate([what, itself]))
    placed = {name: new[name].astype(kind) for name, kind in COLUMNS.items() if name in STORED}
    placed |= {"who": who, "where": where, "what": places[: new.size], "itself": places[new.size :]}
    placed["row"] = np.repeat(np.arange(before.rows, before.rows + len(rows)), counts)
    kinds: dict[int, Records] = {}
    same_before = END if schools.size == before.schools.size else 0  # each school has a row in every table
    for kind, its in before.kinds.items():
        those = new["kind"] == kind
        added = {name: column[those] for name, column in placed.items()}
        stays = alive[its["row"]]
        same_before = min(same_before, first_difference(its.only(~stays).columns(), added))
        kinds[kind] = _joined(its, stays, added)
    return Snapshot(
        people=people,
        schools=schools,
        activities=activities,
        kinds=kinds,
        providers={**before.providers, **{digest(name): name for row in rows for name in row.providers}},
        priorities={**before.priorities, **{digest(name): name for row in rows for name in row.priorities}},
        rows_of=rows_of,
        rows=before.rows + len(rows),
        same_before=same_before,
    )


def _joined(before: Records, stays: NDArray[np.bool_], added: Mapping[str, NDArray[Any]]) -> Records:
    """The records that stay, and those that are added."""
    if stays.all() and not added["row"].size:
        return before
    return Records({name: np.concatenate([before[name][stays], column]) for name, column in added.items()})


def _placed(known: NDArray[N], values: NDArray[N]) -> tuple[NDArray[N], NDArray[np.int64]]:
    """What is known, followed by what is new among `values`, and the place of each value: places stay as they are."""
    new = values if not known.size else values[known[_nearest(known, values)] != values]
    if not new.size:
        return known, _nearest(known, values)
    every = np.concatenate([known, np.unique(new)])
    return every, _nearest(every, values)


def _nearest(known: NDArray[N], values: NDArray[N]) -> NDArray[np.int64]:
    """The place of each value in what is known, in no order; of one that is not, that of another."""
    if not values.size:
        return np.zeros(0, np.int64)
    order = np.argsort(known)
    return order[np.minimum(np.searchsorted(known, values, sorter=order), known.size - 1)]
