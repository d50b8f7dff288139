"""Query strings: each name at most once, none that is not asked for, no characters that cannot be stored."""

from flask import request

from shared.web.patterns import CONTROL
from shared.web.problems import InvalidFields


def read_query() -> dict[str, str]:
    """This request's query string. Raises InvalidFields."""
    errors: dict[str, list[str]] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            errors[name] = ["is given more than once"]
        elif CONTROL.search(values[0]):
            errors[name] = ["must not contain control characters"]
    if errors:
        raise InvalidFields(errors)
    return request.args.to_dict()


def refuse_unknown_parameters() -> None:
    """Raises InvalidFields for any query parameter at all, where an endpoint takes none."""
    if request.args:
        raise InvalidFields({name: ["Unknown field."] for name in request.args})
