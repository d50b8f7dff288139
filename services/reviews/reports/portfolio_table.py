"""A portfolio as a table: a row an item, what was said at each stage beside it."""

from typing import Any

from services.reviews.domain.words import BENEFITS, LEVELS, STAGES
from services.reviews.reports.portfolio import Item, Portfolio, Said
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
OF_A_STAGE = ("submitted_on", *LEVELS, "confidence_before", "confidence_after", *BENEFITS, "reflection")
"""What was said at a stage: columns of each stage, by its name."""


def portfolio_table(portfolio: Portfolio) -> Report:
    """The items, the newest first."""
    return Report(
        title=f"Portfolio of {portfolio.name or portfolio.staff_id}",
        about=f"On {portfolio.on.isoformat()}",
        columns=[*COLUMNS, *(f"{name}_{stage}" for stage in STAGES for name in OF_A_STAGE)],
        rows=[_row(each) for each in portfolio.items],
    )


def _row(item: Item) -> list[Any]:
    said = {each.stage: each for each in item.said}
    return [*(getattr(item, name) for name in COLUMNS), *(cell for stage in STAGES for cell in _said(said.get(stage)))]


def _said(said: Said | None) -> list[Any]:
    if said is None:
        return [None] * len(OF_A_STAGE)
    return [said.benefits.get(name) if name in BENEFITS else getattr(said, name) for name in OF_A_STAGE]
