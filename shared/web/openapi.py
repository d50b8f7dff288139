"""The OpenAPI document: what every operation has in common is written into it here, once."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from apispec import BasePlugin
from flask_smorest import Api  # type: ignore[import-untyped]
from werkzeug.routing import BaseConverter

from shared.web.fields import Keyed, OneOf
from shared.web.patterns import ACADEMIC_YEAR, IDENTIFIER, POSITION, URN, VISIBLE_ASCII, anchored
from shared.web.problems import PROBLEM_JSON

Document = dict[str, Any]
READING = ("get",)
READ_STATUSES = (401, 403, 404, 422, 503)
COMMAND_STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)

PROBLEM_CONTENT: Document = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: names what is wrong.", "examples": ["/problems/not-there"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For the person who reads it."},
        "errors": {
            "type": "object",
            "description": "With 422: field → messages.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
IDEMPOTENCY_KEY: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Same key and body: same answer, one effect. `hr_platform` and `payroll` must send one with POST.",
    "schema": {"type": "string", "pattern": anchored(VISIBLE_ASCII)},
}
IF_MATCH: Document = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` that the record must still have, else 412.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH: Document = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` that the caller has: 304 where it is still the one.",
    "schema": {"type": "string"},
}
POSITION_HEADER: Document = {
    "description": "How far in the log this answer is: give it as `min_position` to read at least as much.",
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
ETAG_HEADER: Document = {"description": "The record's version.", "schema": {"type": "string"}}
RESPONSE_HEADERS: dict[int, Document] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    503: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
}


class IdentifierConverter(BaseConverter):
    """`<identifier:agreement_id>`: a path segment that is an id."""

    regex = IDENTIFIER


class UrnConverter(BaseConverter):
    """`<urn:school_urn>`: a path segment that is a school's URN."""

    regex = URN


class YearConverter(BaseConverter):
    """`<year:academic_year>`: a path segment that is an academic year, such as `2024-25`."""

    regex = ACADEMIC_YEAR


class DigitsConverter(BaseConverter):
    """`<digits:position>`: a path segment that is a number."""

    regex = POSITION


CONVERTERS: dict[str, type[BaseConverter]] = {
    "identifier": IdentifierConverter,
    "urn": UrnConverter,
    "year": YearConverter,
    "digits": DigitsConverter,
}


class Contract(BasePlugin):
    """Writes token, headers and refusals into every operation under `/v1`."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Document] | None = None, **_: Any
    ) -> None:
        if not (path or "").startswith("/v1"):
            return
        for method, operation in (operations or {}).items():
            operation["security"] = [{"bearer": []}]
            parameters, statuses = _contract_of(method, path or "")
            operation.setdefault("parameters", []).extend(parameters)
            responses = operation.setdefault("responses", {})
            for status, response in responses.items():
                if str(status).startswith("2") and isinstance(response, dict):
                    headers = {"Cpd-Position": POSITION_HEADER, "ETag": ETAG_HEADER}
                    response["headers"] = headers | response.get("headers", {})
            for code in statuses:
                responses.setdefault(str(code), HTTPStatus(code).name)
            if method in READING:
                responses.setdefault("304", {"description": "The caller has this version."})


class ProblemApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest's Api, which documents problems in place of its own errors."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_responses(self) -> None:
        self.spec.components.schema("Problem", PROBLEM)
        self.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
        for status in HTTPStatus:
            response: Document = {"description": status.phrase, "content": PROBLEM_CONTENT}
            if status in RESPONSE_HEADERS:
                response["headers"] = RESPONSE_HEADERS[status]
            self.spec.components.response(status.name, response, lazy=True)


def schema_of(pattern: str) -> Callable[[BaseConverter], Document]:
    """The path parameter's schema for a converter of this pattern."""
    return lambda _: {"type": "string", "pattern": anchored(pattern)}


def document_fields(api: ProblemApi) -> None:
    """Write each `OneOf` field as the schemas that it chooses from, each `Keyed` one with the keys that it takes."""

    def variants(converter: Any, field: Any, **_: Any) -> Document:
        if not isinstance(field, OneOf):
            return {}
        return {"oneOf": [converter.resolve_nested_schema(schema) for schema in field.variants.values()]}

    def keys(converter: Any, field: Any, **_: Any) -> Document:
        if not isinstance(field, Keyed):
            return {}
        properties = {word: converter.field2property(field.value_field) for word in field.words}
        return {"properties": properties, "additionalProperties": False}

    for document in (variants, keys):
        api.ma_plugin.converter.add_attribute_function(document)


def _contract_of(method: str, path: str) -> tuple[list[Document], tuple[int, ...]]:
    if method in READING:
        return [IF_NONE_MATCH], READ_STATUSES
    return [IDEMPOTENCY_KEY, *([IF_MATCH] if "{" in path else [])], COMMAND_STATUSES
