"""The columns of a CSV file of requests, and how its cells become the values of a row."""

from typing import Any

from services.requests.domain.activities import DETAILS
from services.requests.imports.schemas import RequestRow
from shared.errors import FieldRefused
from shared.imports.kind import Values
from shared.imports.rows import answer, cost_columns, cost_lines, fraction, number, several

ASKED = cost_columns()
PAID = cost_columns("paid_")
ABOUT_PAYMENT = {"paid_on": "on", "paid_reference": "reference"}
OF_DETAILS = {f"details.{name}": name for name in DETAILS}
LISTS = frozenset({"participants", "purposes", "standards", "priority_ids", "priority_refs"})
YES_OR_NO = frozenset({"mandatory", "apprenticeship"})
NUMBERS = frozenset({"funded_percent", *ASKED, *PAID})
NESTED = frozenset({"cost_lines", "costs", "refunds", "details"})
"""Fields that stand in columns of their own; refunds do not stand in CSV at all."""

REQUEST_COLUMNS = (
    *(name for name in RequestRow().fields if name not in NESTED),
    *OF_DETAILS,
    *ASKED,
    *PAID,
    *ABOUT_PAYMENT,
)


def request_values(cells: Values) -> tuple[Values, dict[str, str]]:
    """The values of one request's cells, and which column each nested field came from. Raises FieldRefused."""
    values = {column: _typed(column, text) for column, text in cells.items()}
    values.setdefault("purposes", [])
    values["cost_lines"], asked = cost_lines(values, ASKED, "cost_lines")
    costs, paid = cost_lines(values, PAID, "costs")
    about = {name: values.pop(column) for column, name in ABOUT_PAYMENT.items() if column in values}
    if about and not costs:
        raise FieldRefused(paid_on="means nothing without what was paid")
    if costs and "on" not in about:
        raise FieldRefused(paid_on="is needed with what was paid")
    values["costs"] = [each | about for each in costs]
    details = {name: values.pop(column) for column, name in OF_DETAILS.items() if column in values}
    if details:
        values["details"] = details
    names = {f"costs.{place}.{name}": column for place in range(len(costs)) for column, name in ABOUT_PAYMENT.items()}
    return values, asked | paid | names | {f"details.{name}.value": column for column, name in OF_DETAILS.items()}


def _typed(column: str, text: str) -> Any:
    if column in LISTS:
        return several(text)
    if column in NUMBERS:
        return number(text)
    if column in YES_OR_NO:
        return answer(text)
    return fraction(text) if column == "hours" else text
