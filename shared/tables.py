"""A report as rows: for JSON, CSV, a document to be printed, and the terminal."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from shared.documents.model import Column, Document, Section, Table
from shared.money import pounds

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


PENCE = "_pence"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A table with its title and what it is of; money in pence. `rows` have a value for each of `columns`."""

    title: str
    about: str
    columns: list[str]
    rows: list[list[Any]]


def report(title: str, about: str, structs: Sequence[msgspec.Struct], columns: Sequence[str]) -> Report:
    """The structs as rows."""
    rows = [[getattr(struct, name) for name in columns] for struct in structs]
    return Report(title=title, about=about, columns=list(columns), rows=rows)


def as_csv(made: Report) -> str:
    """RFC 4180, with a header; what a spreadsheet would run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(made.columns)
    writer.writerows([_cell(value) for value in row] for row in made.rows)
    return out.getvalue()


def as_document(made: Report, on: date) -> Document:
    """To be read and printed, dated `on`; sums of money in pounds."""
    columns = [
        Column(heading=_heading(name), number=all(_is_number(row[place]) for row in made.rows))
        for place, name in enumerate(made.columns)
    ]
    rows = [[_shown(name, value) for name, value in zip(made.columns, row, strict=True)] for row in made.rows]
    table = Table(caption=made.title, columns=columns, rows=rows)
    return Document(title=made.title, subtitle=made.about, made_on=on, sections=[Section(blocks=[table])])


def _heading(name: str) -> str:
    return name.removesuffix(PENCE).replace("_", " ")


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _shown(name: str, value: Any) -> str:
    return pounds(value) if name.endswith(PENCE) and isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _cell(value: Any) -> str:
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text
