"""The app of a service: everything under `/v1`, its documentation, health, errors, limits."""

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any

from flask import Flask, request
from flask_swagger_ui import get_swaggerui_blueprint
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from shared.clock import Clock
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.settings import Settings
from shared.web import problems
from shared.web.auth import Authenticator
from shared.web.blueprint import Resource
from shared.web.documentation import serve_document
from shared.web.health import Check, health
from shared.web.openapi import CONVERTERS
from shared.web.patterns import CONTROL
from shared.web.telemetry import Telemetry
from shared.web.wiring import Wiring

LARGEST_BODY = 1024 * 1024


class WebApp(Flask):
    """Flask that tells of an unforeseen error without its text, for that may hold what is personal."""

    telemetry: Telemetry

    def log_exception(self, exc_info: Any) -> None:
        _, error, trace = exc_info
        self._tell(error, trace)

    def _tell(self, error: BaseException | None, trace: TracebackType | None) -> None:
        self.telemetry.failed(error, trace)


def create_app(
    name: str,
    settings: Settings,
    blueprints: Iterable[Resource],
    *,
    ledger: Ledger,
    sealer: Sealer,
    clock: Clock,
    checks: Mapping[str, Check],
    view_position: Callable[[], int],
    collectors: Iterable[Collector] = (),
) -> WebApp:
    """The WSGI app of the service `name`.

    `checks` are what `/readyz` asks; `view_position` tells how far views are; `/metrics` asks the `collectors` too.
    """
    app = WebApp(name)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.merge_slashes = False
    app.url_map.converters.update(CONVERTERS)
    Wiring(ledger, sealer, clock, Authenticator(settings), view_position).install(app)
    app.telemetry = Telemetry(name, collectors)
    app.telemetry.install(app)
    app.before_request(_refuse_odd_paths)
    problems.register(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint, url_prefix="/v1")
    app.register_blueprint(health(checks, app.telemetry.metrics))
    title = f"CPD {name}"
    serve_document(app, title)
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", {"app_name": title, "validatorUrl": None}))
    return app


def _refuse_odd_paths() -> None:
    if CONTROL.search(request.path):
        raise NotFound
