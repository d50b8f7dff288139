"""What a document says, whatever it is made into: a title, and sections of text, facts, tables and charts.

All text is plain and ready to be read: figures are formatted before they come here, and what people wrote is as they
wrote it. No renderer takes any of it for markup.
"""

from datetime import date

import msgspec


class Text(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Paragraphs; a line feed begins a line, two a paragraph. `quiet` text explains, `quoted` is someone's own."""

    text: str
    quiet: bool = False
    quoted: bool = False


class Facts(msgspec.Struct, frozen=True, kw_only=True, tag="facts"):
    """Names and what they stand for."""

    rows: list[tuple[str, str]]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Of a table. Numbers stand to the right; columns of text share the width by their `share`."""

    heading: str
    number: bool = False
    share: int = 1


class Table(msgspec.Struct, frozen=True, kw_only=True, tag="table"):
    """Rows with a cell for each column. The first column says what a row is of."""

    caption: str
    columns: list[Column]
    rows: list[list[str]]


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """Something drawn between two places of a scale from 0 to 1: a bar, a line, or (at `start`) a dot."""

    kind: str
    start: float
    end: float
    tone: int = 0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a chart. `value` says in words what the marks show."""

    label: str
    value: str
    marks: list[Mark]


class Chart(msgspec.Struct, frozen=True, kw_only=True, tag="chart"):
    """Values drawn beside their text: a table of which one column is a picture, and nothing is in the picture alone.

    `scale` gives the texts at its two ends.
    """

    caption: str
    columns: tuple[str, str]
    rows: list[Bar]
    scale: tuple[str, str] | None = None


Block = Text | Facts | Table | Chart


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, unless it is the title that is meant, and what stands below it. Sections nest three deep at most."""

    heading: str = ""
    blocks: list[Block] = []
    sections: list["Section"] = []


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Made twice of the same it is the same to the byte: `made_on` is its date, not the day on which it is printed."""

    title: str
    subtitle: str
    made_on: date
    about: list[tuple[str, str]] = []
    sections: list[Section] = []
