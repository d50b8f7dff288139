"""The OpenAPI document of an app, written when it is first asked for: most processes never are."""

from functools import cache

import msgspec
from flask import Flask, Response, json
from flask_smorest import Api  # type: ignore[import-untyped]

from shared.web.blueprint import Resource
from shared.web.endpoints import REFERENCE, Endpoints
from shared.web.openapi import CONVERTERS, Contract, Document, ProblemApi, document_fields, schema_of


def serve_document(app: Flask, title: str) -> None:
    """Give `/openapi.json`: what the app serves by the time that someone asks."""

    @cache
    def text() -> str:
        return json.dumps(document(app, title), indent=2, sort_keys=False)

    def openapi() -> Response:
        return Response(text(), mimetype="application/json")

    app.add_url_rule("/openapi.json", view_func=openapi)


def document(app: Flask, title: str) -> Document:
    """The document of an app's resources, in the order in which they were registered."""
    api = ProblemApi(
        Flask(app.name),  # the document's own: an app that answers already takes no more to its setup
        spec_kwargs={"title": title, "version": "1", "openapi_version": "3.1.0", "extra_plugins": [Contract()]},
    )
    document_fields(api)
    for converter in CONVERTERS.values():
        api.register_converter(converter, schema_of(converter.regex))
    resources = [each for each in app.blueprints.values() if isinstance(each, Resource)]
    for resource in resources:
        resource.register_views_in_doc(api, app, api.spec, name=resource.name, parameters=None)
        api.spec.tag({"name": resource.name, "description": resource.description})
    _document_shapes(api, resources)
    written: Document = api.spec.to_dict()
    return written


def _document_shapes(api: Api, resources: list[Resource]) -> None:
    """Put the structs that are answered, and those in them, among the document's components."""
    answers = [answer for each in resources if isinstance(each, Endpoints) for answer in each.answers]
    _, components = msgspec.json.schema_components(answers, ref_template=REFERENCE)
    for name, schema in components.items():
        api.spec.components.schema(name, schema)
