"""All that is counted of some years, in arrays: kept beside the view, renewed by what changed, never altered."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.records import KINDS, PLACED, RECORD, Records, digest
from shared.projections.instants import END

N = TypeVar("N", bound=np.generic)
NOW = END - 1
"""Known at the end of time: what is believed now."""


class Row(NamedTuple):
    """A row of the view: whose records they are, and the names that stand behind their labels."""

    id: str
    providers: Sequence[str]
    priorities: Sequence[str]
    records: bytes


class Spans(NamedTuple):
    """When records were believed, and their days: side by side, for they are looked through most."""

    known_from: NDArray[np.int64]
    known_to: NDArray[np.int64]
    day: NDArray[np.int32]


class Snapshot(msgspec.Struct, frozen=True):
    """Records by kind. `who` and `where` of a record are places in `people` (digests) and `schools` (URNs)."""

    people: NDArray[np.uint64]
    schools: NDArray[np.int64]
    kinds: dict[int, Records]
    spans: dict[int, Spans]
    providers: Mapping[int, str]
    priorities: Mapping[int, str]
    rows_of: Mapping[str, tuple[int, ...]]
    rows: int

    def of(self, kind: int, known_at: int, first: int | None = None, last: int | None = None) -> Records:
        """The records of a kind that were believed at an instant (inclusive), of days from `first` to `last`."""
        its = self.spans[kind]
        those = (its.known_from <= known_at) & (its.known_to > known_at)
        if first is not None and last is not None:
            those &= (its.day >= first) & (its.day <= last)
        found: Records = self.kinds[kind][those]
        return found

    @property
    def urns(self) -> list[str]:
        """The schools by name, in their places."""
        return [f"{urn:06}" for urn in self.schools.tolist()]


def empty() -> Snapshot:
    """Nothing."""
    return Snapshot(
        people=np.zeros(0, np.uint64),
        schools=np.zeros(0, np.int64),
        kinds={kind: np.zeros(0, PLACED) for kind in KINDS},
        spans={kind: _spans(np.zeros(0, PLACED)) for kind in KINDS},
        providers={},
        priorities={},
        rows_of={},
        rows=0,
    )


def renewed(before: Snapshot, changed: Collection[str], rows: list[Row]) -> Snapshot:
    """The snapshot with `rows` in place of all that it had of the `changed` ids."""
    dead = np.array([row for id_ in changed for row in before.rows_of.get(id_, ())], np.int64)
    rows_of = (
        {id_: its for id_, its in before.rows_of.items() if id_ not in set(changed)}
        if dead.size
        else dict(before.rows_of)
    )
    for number, row in enumerate(rows, before.rows):
        rows_of[row.id] = (*rows_of.get(row.id, ()), number)
    new = np.frombuffer(b"".join(row.records for row in rows), RECORD)
    counts = [len(row.records) // RECORD.itemsize for row in rows]
    people = _with(before.people, new["person"])
    schools = _with(before.schools, new["school"].astype(np.int64))
    placed = np.empty(new.size, PLACED)
    for name in RECORD.names or ():
        placed[name] = new[name]
    placed["who"], placed["where"] = _places(people, new["person"]), _places(schools, new["school"])
    placed["row"] = np.repeat(np.arange(before.rows, before.rows + len(rows)), counts)
    kinds = {
        kind: np.concatenate([_alive(its, dead), placed[placed["kind"] == kind]]) for kind, its in before.kinds.items()
    }
    return Snapshot(
        people=people,
        schools=schools,
        kinds=kinds,
        spans={
            kind: Spans(*(np.ascontiguousarray(its[name]) for name in Spans._fields)) for kind, its in kinds.items()
        },
        providers={**before.providers, **{digest(name): name for row in rows for name in row.providers}},
        priorities={**before.priorities, **{digest(name): name for row in rows for name in row.priorities}},
        rows_of=rows_of,
        rows=before.rows + len(rows),
    )


def _spans(records: Records) -> Spans:
    return Spans(*(np.ascontiguousarray(records[name]) for name in Spans._fields))


def _alive(records: Records, dead: NDArray[np.int64]) -> Records:
    return records[~np.isin(records["row"], dead)] if dead.size else records


def _with(known: NDArray[N], values: NDArray[N]) -> NDArray[N]:
    """What is known, followed by what is new: places stay as they are."""
    new = np.setdiff1d(values, known)
    return np.concatenate([known, new]) if new.size else known


def _places(known: NDArray[N], values: NDArray[N]) -> NDArray[np.int64]:
    order = np.argsort(known)
    return order[np.searchsorted(known, values, sorter=order)] if known.size else np.zeros(0, np.int64)
