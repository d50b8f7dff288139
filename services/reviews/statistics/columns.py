"""Records by column, to be added up a trust at a time (numpy)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.reviews.statistics.records import LAYOUT

RECORD = np.dtype(
    [
        ("known_from", "<i8"),
        ("known_to", "<i8"),
        ("person", "<u8"),
        ("activity", "<u8"),
        ("label", "<u8"),
        ("amount", "<i8"),
        ("school", "<i4"),
        ("day", "<i4"),
        ("kind", "u1"),
        ("type", "u1"),
        ("role", "u1"),
        ("flags", "u1"),
    ]
)
if LAYOUT.size != RECORD.itemsize:
    raise AssertionError("records are packed otherwise than they are counted")


class Records:
    """Records by column. Of a selection a column is taken from the whole when it is first asked for."""

    def __init__(self, whole: Mapping[str, NDArray[Any]], those: NDArray[np.int64] | None = None) -> None:
        self._whole, self._those = whole, those
        self._taken: dict[str, NDArray[Any]] = {}
        self.size = whole["row"].size if those is None else those.size

    def __getitem__(self, name: str) -> NDArray[Any]:
        if self._those is None:
            return self._whole[name]
        found = self._taken.get(name)
        if found is None:
            found = self._taken[name] = self._whole[name][self._those]
        return found

    def columns(self) -> Mapping[str, NDArray[Any]]:
        """All of them by name."""
        return {name: self[name] for name in self._whole}

    def only(self, which: NDArray[np.bool_]) -> "Records":
        """Those records of which `which` is true."""
        those = np.flatnonzero(which)
        return Records(self._whole, those if self._those is None else self._those[those])

    def with_columns(self, **columns: NDArray[Any]) -> "Records":
        """The same records, some columns of them otherwise."""
        return Records({**self.columns(), **columns})


def ratings_of(labels: NDArray[Any]) -> NDArray[np.uint8]:
    """Eight rows, of each label a number in every one, `NOT_RATED` where there is none."""
    return np.ascontiguousarray(np.ascontiguousarray(labels, "<u8").view(np.uint8).reshape(-1, 8).T)
