"""What a figure is, is said once."""

from pathlib import Path

import pytest

from services.reviews.statistics.definitions import DEFINITIONS

CONTRACT = Path(__file__).parents[3] / "docs/api-reviews.md"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_contract_defines_a_figure_in_the_words_of_the_answers(name: str):
    assert f"| `{name}` | {DEFINITIONS[name]} |" in CONTRACT.read_text()
