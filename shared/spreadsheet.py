"""Rows as CSV that a spreadsheet opens and does not run."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | bool | date | None

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180, with a header; what a spreadsheet would run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def as_text(value: Cell) -> str:
    """A cell as people read it."""
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _cell(value: Cell) -> str:
    text = as_text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text
