"""`/livez`, `/readyz` and `/metrics`, without a token."""

from collections.abc import Callable, Mapping

from flask import Response, jsonify
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from shared.web.blueprint import Resource
from shared.web.metrics import Metrics
from shared.web.openapi import PROBLEM
from shared.web.problems import PROBLEM_JSON, problem
from shared.web.query import refuse_unknown_parameters

Check = Callable[[], str | None]
"""Gives None where all is well, else what is wrong."""

STATUS = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"type": "string"}},
    "additionalProperties": False,
}


def health(checks: Mapping[str, Check], metrics: Metrics) -> Resource:
    """The endpoints that a platform asks whether this process lives, may be sent requests, and how it does."""
    blueprint = Resource("health", __name__, description="For the platform that runs the service.")
    blueprint.before_request(refuse_unknown_parameters)

    @blueprint.route("/livez")
    @blueprint.response(200, STATUS)
    def livez() -> Response:
        """The process answers."""
        return jsonify(status="alive")

    @blueprint.route("/readyz")
    @blueprint.response(200, STATUS)
    @blueprint.alt_response(503, schema=PROBLEM, content_type=PROBLEM_JSON, description="`checks` says what is wrong.")
    def readyz() -> Response:
        """The service can do its work: database, migrations, lag."""
        wrong = {name: text for name, check in checks.items() if (text := check()) is not None}
        if not wrong:
            return jsonify(status="ready")
        detail = "; ".join(f"{name}: {text}" for name, text in wrong.items())
        return problem(503, "NotReady", detail, [("Retry-After", "1")], {"checks": wrong})

    @blueprint.route("/metrics")
    @blueprint.response(200, {"type": "string"}, content_type="text/plain")
    def exposition() -> Response:
        """Prometheus metrics."""
        return Response(metrics.exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return blueprint
