"""The columns of a CSV file, and how its cells become the values of a row."""

from typing import Any, get_args

from services.agreements.imports.schemas import AgreementRow, StaffRow
from shared.errors import FieldRefused
from shared.words import CostCategory

COSTS = {f"{category}_pence": category for category in get_args(CostCategory)}
NUMBERS = frozenset({"funded_percent", "scale_months", *COSTS})
ANSWERS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
YES_OR_NO = frozenset({"mandatory", "apprenticeship", "deduction_consent"})
NO_TERMS = "none"

STAFF_COLUMNS = tuple(StaffRow().fields)
AGREEMENT_COLUMNS = tuple(
    [name for name in AgreementRow().fields if name != "cost_lines"] + [*COSTS, "scale_months", "trigger"]
)


def agreement_values(cells: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of one agreement's cells, and which column each nested field came from. Raises FieldRefused."""
    values = {column: _typed(column, text) for column, text in cells.items()}
    costs = [(column, values.pop(column)) for column in COSTS if column in values]
    values["cost_lines"] = [{"category": COSTS[column], "amount_pence": pence} for column, pence in costs]
    names = {f"cost_lines.{index}.amount_pence": column for index, (column, _) in enumerate(costs)}
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
    """The cell's number or answer; the text itself where it is neither, for the schema to refuse."""
    if column in NUMBERS and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 20:
        return int(text)
    return ANSWERS.get(text.lower(), text) if column in YES_OR_NO else text
