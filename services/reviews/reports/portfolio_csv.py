"""A portfolio as CSV: a row an item, what was said at each stage beside it."""

from services.reviews.domain.words import STAGES
from services.reviews.reports.portfolio import Item, Portfolio
from shared.spreadsheet import Cell, as_csv

COLUMNS = (
    "kind",
    "on",
    "academic_year",
    "title",
    "activity_type",
    "hours",
    "school_urn",
    "source",
    "evaluation_status",
    "reflection",
    "evidence",
    "colleague_id",
    "audience",
    "reached",
    "resources",
    "shared",
    "id",
)
REFLECTIONS = tuple(f"reflection_{stage}" for stage in STAGES)


def portfolio_csv(portfolio: Portfolio) -> str:
    """RFC 4180, with a header, the newest first."""
    return as_csv((*COLUMNS, *REFLECTIONS), [_row(each) for each in portfolio.items])


def _row(item: Item) -> list[Cell]:
    reflections = {said.stage: said.reflection for said in item.said}
    return [*(getattr(item, name) for name in COLUMNS), *(reflections.get(stage) for stage in STAGES)]
