"""A portfolio as a table: a row an item, what was said at each stage beside it."""

from typing import Any

from services.reviews.domain.words import STAGES
from services.reviews.reports.portfolio import Item, Portfolio
from shared.tables import Report

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


def portfolio_table(portfolio: Portfolio) -> Report:
    """The items, the newest first."""
    return Report(
        title=f"Portfolio of {portfolio.name or portfolio.staff_id}",
        about=f"On {portfolio.on.isoformat()}",
        columns=[*COLUMNS, *REFLECTIONS],
        rows=[_row(each) for each in portfolio.items],
    )


def _row(item: Item) -> list[Any]:
    reflections = {said.stage: said.reflection for said in item.said}
    return [*(getattr(item, name) for name in COLUMNS), *(reflections.get(stage) for stage in STAGES)]
