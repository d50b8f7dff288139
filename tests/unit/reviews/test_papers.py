"""Portfolios and reports on paper: all that they say, in pounds and percent, small groups hidden."""

import html
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.reviews.domain.words import BENEFITS, LEVELS, STAGES
from services.reviews.papers import wording
from services.reviews.papers.annual_review import annual_review
from services.reviews.papers.governing_body import governing_body
from services.reviews.papers.impact import staying
from services.reviews.papers.portfolio import portfolio
from services.reviews.papers.statistics import statistics
from services.reviews.reports.documents import Budget, Comparison
from shared.documents.model import Chart, Document, Section, Table
from shared.documents.page import as_page
from shared.documents.pdf import as_pdf
from shared.words import ActivityType, RoleCategory
from tests.unit.documents.samples import MARKUP, NAMES, URDU
from tests.unit.reviews.papers import (
    REFLECTION,
    a_governing_body_report,
    a_portfolio,
    an_annual_report,
    an_impact,
    an_item,
    said,
)

DOCUMENTS = {
    "portfolio": lambda: portfolio(a_portfolio()),
    "annual review": lambda: annual_review(an_annual_report()),
    "governing body": lambda: governing_body(a_governing_body_report()),
    "statistics": lambda: statistics(an_impact(), date(2026, 11, 28)),
}


def printed(made: Document) -> str:
    """The text of the PDF, without white space."""
    reader = PdfReader(io.BytesIO(as_pdf(made)))
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def charts(made: Document) -> Iterator[Chart]:
    return (block for section in sections(made.sections) for block in section.blocks if isinstance(block, Chart))


def tables(made: Document) -> dict[str, Table]:
    found = [block for section in sections(made.sections) for block in section.blocks if isinstance(block, Table)]
    return {table.caption: table for table in found}


def sections(among: list[Section]) -> Iterator[Section]:
    for section in among:
        yield section
        yield from sections(section.sections)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in ("type", "kind", "made_on"):
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_page_and_pdf_say_the_same_and_all_of_it(name: str):
    made = DOCUMENTS[name]()
    page, pdf = html.unescape(re.sub(r"<br>|</?p[^>]*>", "\n", as_page(made))), printed(made)
    for text in texts(msgspec.to_builtins(made)):
        parts = [part for part in text.split("\n") if part.strip()]
        assert [part for part in parts if part not in page] == []
        assert [part for part in parts if "".join(part.split()) not in pdf] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_drawn_stays_on_its_scale(name: str):
    marks = [mark for chart in charts(DOCUMENTS[name]()) for row in chart.rows for mark in row.marks]
    assert marks
    assert all(0 <= mark.start <= mark.end <= 1 for mark in marks)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_column_has_a_heading(name: str):
    made = DOCUMENTS[name]()
    headings = [heading for chart in charts(made) for heading in chart.columns]
    headings += [column.heading for table in tables(made).values() for column in table.columns]
    assert headings
    assert all(headings)


@given(st.lists(st.integers(-5_000_000, 5_000_000), min_size=4, max_size=4))
def test_whatever_the_books_say_money_stays_on_its_scale(pence: list[int]):
    names = ("allocated_pence", "committed_pence", "actual_pence", "available_pence")
    budget = Budget(academic_year="2025-26", **dict(zip(names, pence, strict=True)))
    money = next(charts(governing_body(a_governing_body_report(budget=budget))))
    assert all(0 <= mark.start <= mark.end <= 1 for row in money.rows for mark in row.marks)


def test_money_is_in_pounds_and_shares_are_in_percent():
    overview = {row[0]: row[1] for row in tables(annual_review(an_annual_report()))["2025-26 at a glance"].rows}
    assert (overview["Spending"], overview["Cost for each participant"]) == ("£12,345.67", "£280.58")
    assert (overview["Approvals"], overview["Retention"]) == ("87.3 % (48 of 55)", "90.1 %")
    assert (overview["Rating of benefits"], overview["Completed activities"]) == ("2.12", "57")


def test_a_hidden_figure_is_named_and_neither_written_nor_drawn():
    for chart in charts(annual_review(an_annual_report())):
        for row in chart.rows:
            if row.label in ("Support staff", "Governors"):
                assert (row.value, row.marks) == ("not shown", [])
    row = tables(governing_body(a_governing_body_report()))["Priorities and what was done for them"].rows[1]
    assert row[2:] == ["not shown"] * 4


@pytest.mark.parametrize(("p", "told"), [(0.0, "p < 0.001"), (0.001, "p = 0.001"), (0.0496, "differ by more")])
def test_a_chance_is_never_said_to_be_none(p: float, told: str):
    compared = [Comparison(event="left", group="all", statistic=4.1, p=p)]
    found = " ".join(texts(msgspec.to_builtins(staying(an_impact(comparisons=compared)))))
    assert told in found


def test_every_figure_is_defined_and_the_source_can_be_asked_again():
    made = annual_review(an_annual_report())
    assert len(tables(made)["Definitions"].rows) == 11
    text = "".join(texts(msgspec.to_builtins(made)))
    assert "/v1/statistics/impact?school_urn=136419&academic_year=2025-26&by=role_category&cut=2026-09" in text
    assert "up to position 41237" in text


def test_years_stand_side_by_side():
    ratings = tables(annual_review(an_annual_report()))["Ratings (0 to 3)"]
    assert [column.heading for column in ratings.columns] == ["Benefit", "2025-26", "2024-25"]
    assert ratings.rows[-1] == ["Recruitment, retention and career progression", "–", "1"]


def test_a_portfolio_that_is_not_its_owners_says_what_is_left_out():
    assert "does not share is left out" in as_page(portfolio(a_portfolio(complete=False)))
    assert "does not share is left out" not in as_page(portfolio(a_portfolio()))


def test_a_portfolio_with_nothing_in_it_is_one_page():
    empty = portfolio(a_portfolio(name="", hours=[], items=[], posts=[], total_hours=0))
    assert empty.title == "Portfolio of S031"
    assert len(PdfReader(io.BytesIO(as_pdf(empty))).pages) == 1


@pytest.mark.parametrize("text", [MARKUP, URDU, "Ab" * 400, "\N{GRINNING FACE}", *NAMES.values()])
def test_whatever_people_wrote_is_printed(text: str):
    written = dict.fromkeys(("title", "audience", "resources", "evidence", "reflection"), text)
    items = [an_item(0, said=[said(reflection=text)], **written)]
    made = portfolio(a_portfolio(name=text, items=items))
    assert as_pdf(made) == as_pdf(made)
    assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in as_page(made)


def test_a_long_portfolio_is_printed_whole_and_soon():
    made = portfolio(a_portfolio(300))
    found = printed(made)
    assert all(f"Course{number}" in found for number in range(300))


def test_two_hundred_priorities_break_over_pages_under_their_head():
    pdf = as_pdf(governing_body(a_governing_body_report(200)))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    with_rows = [page for page in pages if "Writing across the curriculum, part" in page]
    assert len(with_rows) > 4
    assert all("Plan year" in page for page in with_rows)


def test_every_word_of_ours_has_a_name():
    assert set(wording.ACTIVITIES) == set(get_args(ActivityType))
    assert set(wording.ROLES) == set(get_args(RoleCategory))
    assert (set(wording.BENEFITS), set(wording.STAGES)) == (set(BENEFITS), set(STAGES))
    assert set(wording.LEVELS) == set(LEVELS)


def test_reflections_keep_their_paragraphs():
    assert as_page(portfolio(a_portfolio())).count(f'<p dir="auto">{REFLECTION.split(chr(10))[0]}</p>') == 2
