"""Strict reading of JSON from outside into typed structs, with every fault named by its field."""

from typing import Any, TypeVar

import msgspec

from shared.errors import FieldRefused

S = TypeVar("S", bound=msgspec.Struct)


def read(schema: type[S], given: Any, *, at: str = "") -> S:
    """`given` (parsed JSON) as a `schema`. Raises FieldRefused with all the faulty fields, each under `at` + its name.

    A rule between fields is the schema's `__post_init__`, which raises FieldRefused. Unknown fields are refused where
    the schema forbids them and are dropped where it does not.
    """
    if not isinstance(given, dict):
        raise FieldRefused(**{at.rstrip(".") or "message": "must be a JSON object"})
    try:
        return msgspec.convert(given, schema)
    except msgspec.ValidationError as error:
        faults = {f"{at}{name}": text for name, text in _faults(schema, given).items()}
        raise FieldRefused(**faults or {at.rstrip(".") or "message": str(error)}) from error
    except FieldRefused as error:
        raise FieldRefused(**{f"{at}{name}": texts for name, texts in error.errors.items()}) from error


def _faults(schema: type[msgspec.Struct], given: dict[str, Any]) -> dict[str, str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(schema)}
    errors = {name: "is required" for name, field in fields.items() if field.required and name not in given}
    for name, value in given.items():
        if name not in fields:
            if schema.__struct_config__.forbid_unknown_fields:
                errors[name] = "is not a field of this message"
            continue
        try:
            msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError as error:
            errors[name] = str(error)
    return errors
