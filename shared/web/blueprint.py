"""The blueprint of a resource: flask-smorest's, typed, with bodies and query strings read strictly."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import Request, g
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from shared.web.problems import InvalidFields, flattened
from shared.web.query import read_query
from shared.web.request_json import read_object

F = TypeVar("F", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Refuses what the schema does not know, and keeps the body that was accepted for `accepted_body`."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012  as the base class has it

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        return read_object()

    def load_querystring(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        return read_query()

    def parse(self, argmap: Any, req: Any = None, *, location: str | None = None, **kwargs: Any) -> Any:
        value = super().parse(argmap, req, location=location, **kwargs)
        if location == "json":
            g.accepted_body = dict(value)  # the view may take fields out of its own
        return value

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        (messages,) = error.messages_dict.values()  # webargs puts them under the location
        raise InvalidFields(flattened(messages)) from error


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """One module of endpoints. Its routes are written without `/v1`."""

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Serve a view at `rule`; `methods` as Flask has them."""
        decorate: Callable[[F], F] = super().route(rule, **options)
        return decorate

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Callable[[F], F]:
        """Give the view the body, or with `location="query"` the query string, as `schema` loads it."""
        decorate: Callable[[F], F] = super().arguments(schema, **options)
        return decorate

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[F], F]:
        """Document what the view answers when all is well."""
        decorate: Callable[[F], F] = super().response(status_code, schema, **options)
        return decorate

    def alt_response(self, status_code: int, **options: Any) -> Callable[[F], F]:
        """Document another answer of the view."""
        decorate: Callable[[F], F] = super().alt_response(status_code, **options)
        return decorate

    def doc(self, **options: Any) -> Callable[[F], F]:
        """Document what nothing else here tells of."""
        decorate: Callable[[F], F] = super().doc(**options)
        return decorate


def accepted_body() -> dict[str, Any]:
    """The body of the request under way as its schema accepted it; empty where the endpoint takes none."""
    body: dict[str, Any] = g.get("accepted_body", {})
    return body
