"""A file of rows, CSV or NDJSON, one row a line, read from the start as often as need be and never held whole."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any, Literal, NamedTuple

from werkzeug.exceptions import BadRequest

from shared.errors import Refusal
from shared.imports.problems import Problem, UnusableFileError, printable
from shared.web.patterns import CONTROL
from shared.web.problems import InvalidFields
from shared.web.request_json import parse, refuse_unstorable

LONGEST_LINE_BYTES = 1 << 20
HEADER_LINE = 1

Form = Literal["csv", "ndjson"]


class UnreadableRow(Refusal):
    """A line that is no row of this form."""


class Row(NamedTuple):
    """One line of the file: what it says by field or column, or why it cannot be read."""

    line: int
    values: dict[str, Any]
    refusal: Refusal | None = None


def form_of(path: Path, file: BufferedIOBase) -> Form:
    """The form of a file, by its name, else by whether it begins with `{`. Leaves `file` at its start."""
    suffix = path.suffix.lower()
    if suffix in (".ndjson", ".jsonl"):
        return "ndjson"
    if suffix == ".csv":
        return "csv"
    beginning = file.read(1024).removeprefix(codecs.BOM_UTF8).lstrip()
    file.seek(0)
    return "ndjson" if beginning.startswith(b"{") else "csv"


def read_rows(file: BufferedIOBase, form: Form, columns: Sequence[str], required: Sequence[str]) -> Iterator[Row]:
    """The rows of `file` from its start. Raises UnusableFileError where it is empty or its header does not fit."""
    file.seek(0)
    lines = _physical_lines(file)
    first = next(lines, None)
    if first is None:
        raise UnusableFileError(Problem(HEADER_LINE, "file", "is empty"))
    if form == "ndjson":
        yield _json_row(*first)
        for number, line in lines:
            yield _json_row(number, line)
    else:
        header = _header(first, columns, required)
        for number, line in lines:
            yield _csv_row(number, line, header)


def _physical_lines(file: BufferedIOBase) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that are not blank; None in place of one that is too long to be held."""
    number = 0
    while line := file.readline(LONGEST_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LONGEST_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE_BYTES)
            yield number, None
        elif line.strip():
            yield number, line.rstrip(b"\r\n")


def _header(first: tuple[int, bytes | None], columns: Sequence[str], required: Sequence[str]) -> list[str]:
    number, line = first
    try:
        names = [name.strip() for name in _cells(line)]
    except UnreadableRow as refusal:
        raise UnusableFileError(Problem(number, "header", str(refusal))) from refusal
    rules = {name: "is not a column of this import" for name in names if name not in columns}
    rules |= {name: "is a column that is needed" for name in required if name not in names}
    rules |= {name: "is a column more than once" for name in names if names.count(name) > 1}
    problems = [Problem(number, printable(name) or "(no name)", rule) for name, rule in rules.items()]
    if problems:
        raise UnusableFileError(*problems)
    return names


def _csv_row(number: int, line: bytes | None, header: list[str]) -> Row:
    try:
        cells = _cells(line)
        if len(cells) != len(header):
            raise UnreadableRow(f"has {len(cells)} cells where the header has {len(header)}")
        values = {name: text.strip() for name, text in zip(header, cells, strict=True) if text.strip()}
        _check_text(values)
    except Refusal as refusal:
        return Row(number, {}, refusal)
    return Row(number, values)


def _cells(line: bytes | None) -> list[str]:
    """One line's cells; bytes that are not UTF-8 stand in them as lone surrogates."""
    text = _held(line).decode("utf-8", "surrogateescape")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise UnreadableRow(f"is not CSV with each row on one line ({error})") from error


def _json_row(number: int, line: bytes | None) -> Row:
    try:
        values = _parsed(_held(line))
        if not isinstance(values, dict):
            raise UnreadableRow("is not a JSON object")
        _check_text(values)
    except BadRequest as error:
        return Row(number, {}, UnreadableRow((error.description or "").replace("the body", "the line")))
    except Refusal as refusal:
        return Row(number, {}, refusal)
    return Row(number, values)


def _parsed(line: bytes) -> Any:
    """The JSON of a line. Where it is not UTF-8 the field is named: a bad byte, escaped, is a lone surrogate in it."""
    try:
        line.decode()
    except UnicodeDecodeError:
        refuse_unstorable(parse(line.decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace")))
    value = parse(line)
    refuse_unstorable(value)
    return value


def _held(line: bytes | None) -> bytes:
    if line is None:
        raise UnreadableRow(f"is longer than {LONGEST_LINE_BYTES} bytes")
    return line


def _check_text(values: dict[str, Any]) -> None:
    """No field holds what cannot be read, stored or shown on one line. Raises InvalidFields with all that do."""
    wrong = [name for name, value in values.items() if isinstance(value, str) and CONTROL.search(value)]
    if wrong:
        raise InvalidFields({name: ["must be one line of UTF-8 text without control characters"] for name in wrong})
