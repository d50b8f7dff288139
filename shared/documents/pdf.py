"""A document as a PDF: tagged (PDF/UA-1), fit for archives (PDF/A-2a), and the same to the byte whenever it is made."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
import typst

from shared.dates import in_words
from shared.documents.model import Document

HERE = Path(__file__).parent
TEMPLATE = HERE / "templates" / "document.typ"
STANDARDS: list[Any] = ["ua-1", "a-2a"]
FONTS = (
    "Libertinus Serif",
    "Noto Naskh Arabic",
    "Noto Sans Gurmukhi",
    "Noto Sans Bengali",
    "Noto Sans Gujarati",
    "Noto Sans Devanagari",
    "Noto Sans Tamil",
    "DejaVu Sans Mono",
)
"""The first that has a character shows it. The first and the last are typst's own, the others lie in `fonts`."""
BOX = "\N{REPLACEMENT CHARACTER}"
"""Shown for a character that no font has."""
LACKING = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff0-\ufffb\ufffe\uffff\ue000-\uf8ff]")
"""Controls, private characters, and what is no character."""
ROUNDS = 4
STRONG = {"L": False, "R": True, "AL": True}


def as_pdf(made: Document) -> bytes:
    """The document as a PDF. A character that no font has is shown as a box, and the document says so on each page."""
    content = _each_text(msgspec.to_builtins(made), lambda text: UNFIT.sub(BOX, text))
    for _ in range(ROUNDS):
        try:
            return _compiled(content, made)
        except typst.TypstError as error:
            lacking = {_unescaped(found) for found in LACKING.findall(error.diagnostic)}
            if not lacking:
                raise
        # with a mark that lacks the letter under it is told of too, which is there without the mark
        lacking = {each for each in lacking if not each.isascii()} or lacking
        boxes = re.compile("|".join(map(re.escape, sorted(lacking, key=len, reverse=True))))
        content = _each_text(content, partial(boxes.sub, BOX))
    raise ValueError("a text of the document cannot be shown")


def _compiled(content: Any, made: Document) -> bytes:
    told = msgspec.json.encode(_directed(content)).decode()
    inputs = {"made": told, "fonts": ",".join(FONTS), "dated": _dated(made, boxed=BOX in told)}
    timestamp = datetime.combine(made.made_on, time(), UTC)
    found = _compiler().compile(TEMPLATE, format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=timestamp)
    assert isinstance(found, bytes)  # noqa: S101  a PDF is one file
    return found


def _compiler() -> typst.Compiler:
    """A new one each time: one may not serve two threads."""
    return typst.Compiler(root=HERE, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Typst's own and ours, never the machine's: a document looks the same wherever it is made."""
    return typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])


def _dated(made: Document, *, boxed: bool) -> str:
    day = in_words(made.made_on)
    return f"{day} · {BOX} stands for a character that cannot be printed here" if boxed else day


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same, with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_each_text(each, change) for each in value]
    if isinstance(value, dict):
        return {name: _each_text(each, change) for name, each in value.items()}
    return value


def _directed(value: Any) -> Any:
    """The same, with paragraphs marked whose script runs from right to left."""
    if isinstance(value, list):
        return [_directed(each) for each in value]
    if not isinstance(value, dict):
        return value
    marked = {"rtl": _runs_from_right(value["text"])} if value.get("type") == "text" else {}
    return {name: _directed(each) for name, each in value.items()} | marked


def _runs_from_right(text: str) -> bool:
    """Whether the first letter of a text is of a script that does."""
    return next((STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in STRONG), False)


def _unescaped(found: str) -> str:
    """As typst quotes text in its errors."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], found)
