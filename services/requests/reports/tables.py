"""A report as rows: for JSON, CSV, a printable page, and the terminal."""

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


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


def as_page(made: Report) -> str:
    """A page to be printed, complete in itself."""
    head = "".join(f"<th scope=col>{escape(name.replace('_', ' '))}</th>" for name in made.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(_text(value))}</td>" for value in row) + "</tr>" for row in made.rows)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(made.title)}</title>"
        "<style>body{font:11pt/1.4 sans-serif;margin:2cm}table{border-collapse:collapse;width:100%}"
        "th,td{border:1px solid #999;padding:2pt 5pt;text-align:left}thead{display:table-header-group}</style>"
        f"<h1>{escape(made.title)}</h1><p>{escape(made.about)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></html>"
    )


def _text(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _cell(value: Any) -> str:
    text = _text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text
