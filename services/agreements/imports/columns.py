"""The columns of a CSV file, and how its cells become the values of a row."""

from typing import Any

from services.agreements.imports.schemas import AgreementRow
from shared.errors import FieldRefused
from shared.imports.rows import answer, cost_columns, cost_lines, number

COSTS = cost_columns()
NUMBERS = frozenset({"funded_percent", "scale_months", *COSTS})
YES_OR_NO = frozenset({"mandatory", "apprenticeship", "deduction_consent"})
NO_TERMS = "none"

AGREEMENT_COLUMNS = tuple(
    [name for name in AgreementRow().fields if name != "cost_lines"] + [*COSTS, "scale_months", "trigger"]
)


def agreement_values(cells: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of one agreement's cells, and which column each nested field came from. Raises FieldRefused."""
    values = {column: _typed(column, text) for column, text in cells.items()}
    values["cost_lines"], names = cost_lines(values, COSTS, "cost_lines")
    terms = _terms(values)
    if values.pop("terms", NO_TERMS) != NO_TERMS:
        raise FieldRefused(terms=f"must be empty or {NO_TERMS}")
    if "terms" in cells:
        if terms:
            raise FieldRefused(terms="cannot be none beside scale_months or trigger")
        values["terms"] = None
    elif terms:
        values["terms"] = terms
    return values, names | {"terms.scale.months": "scale_months", "terms.trigger": "trigger"}


def _terms(values: dict[str, Any]) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    if "scale_months" in values:
        terms["scale"] = {"kind": "linear", "months": values.pop("scale_months")}
    if "trigger" in values:
        terms["trigger"] = values.pop("trigger")
    return terms


def _typed(column: str, text: str) -> Any:
    if column in NUMBERS:
        return number(text)
    return answer(text) if column in YES_OR_NO else text
