"""One way to declare an endpoint: its roles, what it takes, what it answers; judged, and documented, in that order."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from marshmallow import Schema

from shared.web.access import requires
from shared.web.blueprint import Resource
from shared.web.roles import Role

F = TypeVar("F", bound=Callable[..., Any])
REFERENCE = "#/components/schemas/{name}"


class Endpoints(Resource):
    """A blueprint whose views are given the query or the body as a dict, then the path's parts by name.

    `answer` is the msgspec type of the answer; its JSON Schema is the documentation's.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers: list[Any] = []

    def get(self, rule: str, *roles: Role, query: type[Schema], answer: Any) -> Callable[[F], F]:
        """A read."""
        return self._declare("GET", rule, roles, taken=(query, "query"), statuses=(200,), answer=answer)

    def post(
        self, rule: str, *roles: Role, body: type[Schema], answer: Any, status: int | tuple[int, ...] = 200
    ) -> Callable[[F], F]:
        """A command. With several statuses the view chooses."""
        return self._declare("POST", rule, roles, taken=(body, "json"), statuses=_several(status), answer=answer)

    def put(self, rule: str, *roles: Role, body: type[Schema], answer: Any) -> Callable[[F], F]:
        """A replacement."""
        return self._declare("PUT", rule, roles, taken=(body, "json"), statuses=(200,), answer=answer)

    def _declare(
        self,
        method: str,
        rule: str,
        roles: tuple[Role, ...],
        *,
        taken: tuple[type[Schema], str],
        statuses: tuple[int, ...],
        answer: Any,
    ) -> Callable[[F], F]:
        def decorate(view: F) -> F:
            self.answers.append(answer)
            judged: Any = view
            for status in statuses:
                document = self.response if status == statuses[0] else self.alt_response
                judged = document(status, schema=json_schema(answer))(judged)
            schema, location = taken
            judged = requires(*roles)(self.arguments(schema, location=location)(judged))
            self.route(rule, methods=[method])(judged)
            return view

        return decorate


def json_schema(answer: Any) -> dict[str, Any]:
    """The JSON Schema of an answer, its structs by reference to the document's components."""
    (schema,), _ = msgspec.json.schema_components([answer], ref_template=REFERENCE)
    return schema


def _several(status: int | tuple[int, ...]) -> tuple[int, ...]:
    return (status,) if isinstance(status, int) else status
