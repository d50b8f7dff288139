"""The story as it stands on the terminal."""

from datetime import date
from io import StringIO

from rich.console import Console

from services.agreements.story.telling import Teller

SPANS = [
    {"valid_from": "0001-01-01", "valid_to": "2025-01-06", "amount_pence": 0, "rule": "before_start"},
    {"valid_from": "2025-01-06", "valid_to": "2025-08-01", "amount_pence": 204000, "rule": "during_training"},
    {"valid_from": "2025-08-01", "valid_to": "9999-12-31", "amount_pence": 0, "rule": "served"},
]


def told(width: int = 100) -> tuple[Teller, StringIO]:
    text = StringIO()
    return Teller(Console(file=text, width=width)), text


def test_the_schedule_is_a_table_in_pounds_and_words():
    teller, text = told()
    teller.schedule(SPANS)
    for piece in ("the beginning", "2025-01-06", "£2,040.00", "during the training", "for good"):
        assert piece in text.getvalue()


def test_the_plot_fits_the_terminal_and_shows_the_months():
    teller, text = told(width=70)
    teller.plot(SPANS, date(2024, 12, 1), date(2025, 12, 1))
    lines = text.getvalue().rstrip().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 70
    assert "2040" in text.getvalue()
    assert "Dec 2024" in lines[-1]


def test_what_people_are_called_is_no_markup():
    teller, text = told()
    teller.act("[bold]Alex[/]", "signs [red].")
    assert text.getvalue() == "[bold]Alex[/] signs [red].\n"
