"""One JSON line and one measurement a request. Never a body, a query value or an error's text: they may be personal."""

import sys
import time
import traceback
from collections.abc import Iterable
from types import TracebackType

import structlog
from flask import Flask, Response, g, request
from prometheus_client.registry import Collector

from shared.web.correlation import HEADER, correlation_id
from shared.web.metrics import Metrics


class Telemetry:
    """Tells of each request what was asked of which route, by whom, how it went and how long it took."""

    def __init__(self, service: str, collectors: Iterable[Collector] = ()) -> None:
        self.metrics = Metrics(service, collectors)
        self.tells_requests = True
        """Not where the app is asked within a command: who asks there hears each answer."""
        self.log = structlog.wrap_logger(
            structlog.WriteLogger(sys.stderr),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
        ).bind(service=service)

    def install(self, app: Flask) -> None:
        app.before_request(self._begin)
        app.after_request(self._end)

    def failed(self, error: BaseException | None, trace: TracebackType | None) -> None:
        """Tell of an error nobody foresaw: its class and where it came from, not its text."""
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        self.log.error("failed", error=type(error).__name__, correlation_id=correlation_id(), trace=places)

    def _begin(self) -> None:
        g.began = time.perf_counter()
        correlation_id()

    def _end(self, response: Response) -> Response:
        seconds = time.perf_counter() - g.began
        endpoint = request.url_rule.rule if request.url_rule else None
        self.metrics.observe(request.method, endpoint, response.status_code, seconds)
        if self.tells_requests:
            self._tell(endpoint, response, seconds)
        response.headers[HEADER] = correlation_id()
        return response

    def _tell(self, endpoint: str | None, response: Response, seconds: float) -> None:
        self.log.info(
            "request",
            method=request.method if endpoint else None,
            endpoint=endpoint,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            caller=g.caller.sub if "caller" in g else None,
            correlation_id=correlation_id(),
        )
