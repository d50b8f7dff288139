"""What the rows of every import share: their reference, their values, the cells of a CSV file."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from marshmallow import ValidationError, fields, validate

from shared.imports.kind import Values
from shared.web.problems import InvalidFields, flattened
from shared.web.schemas import Body
from shared.words import CostCategory

REFERENCE = r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\Z"
REFERENCE_RULE = "must be 1 to 128 letters, digits and . _ : / @ - and begin with one of the former two"
ANSWERS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
LONGEST_NUMBER = 19
FRACTION = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
BETWEEN = ";"


def reference(**kwargs: Any) -> fields.String:
    """The row's own reference, by which it is known for good."""
    return fields.String(validate=validate.Regexp(REFERENCE, error=REFERENCE_RULE), **kwargs)


def loaded(schema: Body, values: Values, keep_null: Collection[str] = ()) -> Values:
    """`values` as `schema` reads them. Null says nothing, but for the fields of `keep_null`.

    Raises InvalidFields naming every faulty field by its dotted path.
    """
    said = {name: value for name, value in values.items() if value is not None or name in keep_null}
    try:
        row: Values = schema.load(said)
    except ValidationError as error:
        raise InvalidFields(flattened(error.messages)) from error
    return row


def cost_columns(before: str = "") -> dict[str, str]:
    """The column of each cost category, as `fee_pence`."""
    return {f"{before}{category}_pence": category for category in get_args(CostCategory)}


def cost_lines(values: Values, columns: Mapping[str, str], field: str) -> tuple[list[Values], dict[str, str]]:
    """Takes the cost columns out of `values`: a line each, and which column each nested field of `field` came from."""
    costs = [(column, values.pop(column)) for column in columns if column in values]
    names = {f"{field}.{index}.amount_pence": column for index, (column, _) in enumerate(costs)}
    return [{"category": columns[column], "amount_pence": pence} for column, pence in costs], names


def number(text: str) -> Any:
    """The cell's whole number; the text itself where it is none, for the schema to refuse."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(text) <= LONGEST_NUMBER else text


def answer(text: str) -> Any:
    """The cell's yes or no, likewise."""
    return ANSWERS.get(text.lower(), text)


def several(text: str) -> Sequence[str]:
    """The cell's values, which stand between semicolons."""
    return [each.strip() for each in text.split(BETWEEN) if each.strip()]


def fraction(text: str) -> Any:
    """The cell's number, whole or with a fraction, likewise."""
    return float(text) if FRACTION.fullmatch(text) else text
