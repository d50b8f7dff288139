"""A document as a PDF: for readers of every kind, the same to the byte, whatever people wrote."""

import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from shared.documents import pdf
from shared.documents.model import Column, Document, Facts, Section, Table, Text
from shared.documents.pdf import BOX, as_pdf
from tests.unit.documents.samples import LONG, MARKUP, NAMES, URDU, whole

PROGRAM = """
import sys
from shared.documents.pdf import as_pdf
from tests.unit.documents.samples import URDU, whole
sys.stdout.buffer.write(as_pdf(whole(URDU)))
"""


def read(made: Document) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(made)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def placed(reader: PdfReader) -> list[tuple[str, float]]:
    """Pieces of text with where each begins, in points from the left."""
    found: list[tuple[str, float]] = []

    def visit(text: str, matrix: Any, *_: Any) -> None:
        if text.strip():
            found.append((text, matrix[4]))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def elements(node: Any) -> Iterator[Any]:
    """The elements of the structure tree, each before what is in it."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from elements(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def tags(reader: PdfReader) -> Counter[str]:
    root: Any = reader.trailer["/Root"]
    return Counter(element["/S"] for element in elements(root["/StructTreeRoot"]["/K"]))


def test_it_is_the_same_to_the_byte_in_any_process_on_any_day_in_any_place():
    here = as_pdf(whole(URDU))
    away = {"TZ": "Asia/Karachi", "PYTHONHASHSEED": "7", "LANG": "C"}
    there = subprocess.run([sys.executable, "-c", PROGRAM], env=os.environ | away, capture_output=True, check=True)
    assert sha256(there.stdout).hexdigest() == sha256(here).hexdigest()
    assert as_pdf(msgspec.structs.replace(whole(URDU), made_on=date(2026, 11, 29))) != here


def test_it_says_its_title_its_language_and_what_it_conforms_to():
    reader = read(whole())
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Portfolio of Some text"
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert ("<pdfaid:part>2</pdfaid:part>" in metadata, "<pdfaid:conformance>A</pdfaid:conformance>" in metadata) == (
        True,
        True,
    )


def test_headings_tables_and_captions_are_tagged():
    found = tags(read(whole(rows=3)))
    assert (found["/H1"], found["/H2"], found["/H3"]) == (3, 1, 1)
    assert (found["/Table"], found["/THead"]) == (2, 2)
    assert (found["/Caption"], found["/TH"]) == (2, 6)
    assert found["/TR"] == 2 + 1 + 3
    assert found["/BlockQuote"] == 1


def test_a_long_table_repeats_its_head_on_every_page():
    pages = [page.extract_text() for page in read(whole(rows=200)).pages]
    with_rows = [text for text in pages if "Row " in text]
    assert len(with_rows) > 4
    assert all("What it is" in text for text in with_rows)
    joined = "\n".join(pages)
    assert all(f"Row {number}" in joined for number in range(200))


def test_short_facts_stand_under_their_heading_on_one_page():
    facts = [Facts(rows=[("First", "1"), *[("Next", "2")] * (number % 6), ("Last", "3")]) for number in range(60)]
    sections = [Section(heading=f"Course {number}", blocks=[its]) for number, its in enumerate(facts)]
    made = Document(title="T", subtitle="", made_on=date(2026, 1, 1), sections=sections)
    pages = [page.extract_text() for page in read(made).pages]
    assert len(pages) > 3
    for text in pages:
        assert text.count("Course") == text.count("First") == text.count("Last") > 0


def test_what_heads_each_page_begins_at_the_same_place_however_long_it_is():
    def height(subtitle: str) -> float:
        found: list[float] = []

        def visit(text: str, page: Any, matrix: Any, *_: Any) -> None:
            if "·" in text:
                found.append(page[5] + page[3] * matrix[5])

        read(msgspec.structs.replace(whole(rows=200), subtitle=subtitle)).pages[1].extract_text(visitor_text=visit)
        return found[0]

    assert height("Infant School") == pytest.approx(height("Infant School with Nursery, " * 6))


def test_text_is_no_markup():
    assert squeezed(MARKUP) in squeezed(text_of(read(whole(MARKUP))))


@pytest.mark.parametrize("language", NAMES)
def test_names_are_shown_in_their_script(language: str):
    reader = read(whole(NAMES[language]))
    assert BOX not in text_of(reader)


def test_what_no_font_has_is_shown_as_a_box_and_told_of():
    found = text_of(read(whole("A \N{GRINNING FACE} for 李小龍 \ufffe")))
    assert f"A {BOX} for {BOX * 3}" in found
    assert "stands for a character that cannot be printed here" in found
    assert "stands for a character" not in text_of(read(whole("A smile")))


def test_a_word_that_no_line_holds_is_broken_and_stays_on_the_page():
    reader = read(whole(LONG))
    assert max(len(line) for line in text_of(reader).splitlines()) < len(LONG) / 2
    assert squeezed(text_of(reader)).count(LONG) >= 5


def test_a_word_that_no_column_holds_is_broken_and_stays_in_it():
    words = ["cost_per_participant_pence", "Wolfeschlegelsteinhausenbergerdorff"] * 3
    table = Table(caption="T", columns=[Column(heading="Name")] * len(words), rows=[words])
    made = Document(title="T", subtitle="", made_on=date(2026, 1, 1), sections=[Section(blocks=[table])])
    text = text_of(read(made))
    assert [word for word in words if word in text] == []


def test_a_text_in_another_direction_runs_in_it():
    made = Document(
        title="T", subtitle="", made_on=date(2026, 1, 1), sections=[Section(blocks=[Text(text=URDU, quoted=True)])]
    )
    assert min(place for text, place in placed(read(made)) if "\u0645" in text) > 300


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=3, max_size=3))
def test_whatever_was_written_makes_a_document(texts: list[str]):
    """Three texts at a time: most of what a document takes is the same for one."""
    sections = [section for text in texts for section in whole(text, rows=1).sections]
    as_pdf(Document(title=f"Of {texts[0]}", subtitle=texts[1], made_on=date(2026, 1, 1), sections=sections))


def test_ten_thousand_characters_that_no_font_has_are_found_in_one_round(monkeypatch: pytest.MonkeyPatch):
    compiled, rounds = pdf._compiled, []
    monkeypatch.setattr(pdf, "_compiled", lambda *given: rounds.append(given) or compiled(*given))
    text = "".join(chr(0x4E00 + number % 9000) for number in range(10_000))
    as_pdf(Document(title="T", subtitle="", made_on=date(2026, 1, 1), sections=[Section(blocks=[Text(text=text)])]))
    assert len(rounds) == 2
