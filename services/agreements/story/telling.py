"""The story on the terminal: who did what, what the ledger says, a table and a plot."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.money import pounds

PLOT_HEIGHT = 16
WIDEST_PLOT = 100
WORDS = {
    "before_start": "before the training begins",
    "during_training": "during the training",
    "full_period": "the first month after it: the whole",
    "reduced": "a twelfth less each month",
    "served": "a year served: nothing",
    "discharged": "settled by the resignation",
    "unsigned": "not signed yet",
}


class Teller:
    """Tells the story to one console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def chapter(self, title: str) -> None:
        self._console.rule(f"[bold]{title}[/]", align="left")

    def act(self, who: str, what: str) -> None:
        self._console.print(Text.assemble((f"{who} ", "bold cyan"), what))

    def ledger_says(self, what: str) -> None:
        self._console.print(Text.assemble(("  the ledger: ", "green"), what))

    def schedule(self, spans: Sequence[dict[str, Any]]) -> None:
        """What would be repayable, from which day to which."""
        table = Table(
            "From", "Up to and without", "Repayable", "Because", title="What a resignation would cost, by day"
        )
        for span in spans:
            table.add_row(
                "the beginning" if span["valid_from"] == date.min.isoformat() else span["valid_from"],
                "for good" if _is_for_good(span) else span["valid_to"],
                Text(pounds(span["amount_pence"]), justify="right"),
                WORDS.get(span["rule"], span["rule"]),
            )
        self._console.print(table)

    def plot(self, spans: Sequence[dict[str, Any]], first: date, last: date) -> None:
        """The liability in pounds from `first` to `last`, as steps."""
        import plotext  # noqa: PLC0415  it takes a tenth of a second to load, which every other command would wait for

        days: list[int] = []
        amounts: list[float] = []
        for span in spans:
            begins = max(date.fromisoformat(span["valid_from"]), first)
            ends = last if _is_for_good(span) else min(date.fromisoformat(span["valid_to"]), last)
            if begins < ends:
                days += [begins.toordinal(), ends.toordinal()]
                amounts += [span["amount_pence"] / 100] * 2
        figure = plotext.figure
        figure.clear()
        figure.plot_size(min(self._console.width, WIDEST_PLOT), PLOT_HEIGHT)
        figure.title("Liability in pounds, if the person resigned on that day")
        signal = figure.signal(days, amounts)
        signal.lines()
        figure.draw(signal)
        marks = [first + (last - first) * part // 4 for part in range(5)]
        figure.ruler("x").ticks([day.toordinal() for day in marks], [f"{day:%b %Y}" for day in marks])
        self._console.print(Text.from_ansi(figure.build().string()))


def _is_for_good(span: dict[str, Any]) -> bool:
    return span["valid_to"] in (None, date.max.isoformat())
