"""A document as a page: complete in itself, escaped, readable in print; and both renderers' colours are told apart."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from shared.documents.page import BASE, as_page
from tests.unit.documents.samples import MARKUP, URDU, whole

COLOUR = re.compile(r"#([0-9a-f]{6})\b")


class Outline(HTMLParser):
    """The tags of a page, its headings, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href", "srcset", "data")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_a_page_is_well_formed_and_fetches_nothing():
    outline = Outline(as_page(whole(MARKUP)))
    assert outline.open == []
    assert outline.fetched == []


def test_text_is_no_markup():
    outline = Outline(as_page(whole(MARKUP)))
    assert "script" not in outline.tags
    assert sum(MARKUP in text for text in outline.texts) >= 5


def test_headings_go_down_one_at_a_time():
    levels = [int(tag[1]) for tag in Outline(as_page(whole())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_say_what_they_are_of_and_every_drawing_says_what_it_shows():
    page = as_page(whole("A share"))
    outline = Outline(page)
    assert outline.tags.count("table") == outline.tags.count("caption") == outline.tags.count("thead")
    assert page.count("<svg") == page.count('role="img" aria-label="A share: 0.50"')


def test_a_short_table_stays_on_one_page_unless_it_says_much():
    short = '<table class="short">'
    assert short in as_page(whole("A share"))
    assert short not in as_page(whole("A share " * 100))


def test_a_text_in_another_direction_runs_in_it():
    assert f'<p dir="auto">{URDU}' in as_page(whole(URDU))


@pytest.mark.parametrize("template", ["page.css", "document.typ"])
def test_text_and_drawings_stand_out_from_their_ground(template: str):
    source = (BASE / template).read_text()
    light = {"eef0f6", "b4b6c0"}
    dark = set(COLOUR.findall(source)) - light
    assert len(dark) == 5
    assert all(contrast(colour, ground) >= 4.5 for colour in dark for ground in ("ffffff", "eef0f6"))
