"""Counts and latencies of requests, by method, endpoint and status.

With `PROMETHEUS_MULTIPROC_DIR` set (the library's own convention) the workers of one server are added up; without it
each worker counts for itself.
"""

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

UNMATCHED = "unmatched"


class Metrics:
    """The metrics of one app, and whatever `collectors` read when they are asked for."""

    def __init__(self, service: str, collectors: Iterable[Collector] = ()) -> None:
        self.registry = CollectorRegistry()
        self._collected = CollectorRegistry()
        for collector in collectors:
            self._collected.register(collector)
        labels = ("service", "method", "endpoint", "status")
        self._service = service
        self._requests = Counter("cpd_http_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "cpd_http_request_seconds", "Time to answer a request.", labels[:3], registry=self.registry
        )

    def observe(self, method: str, endpoint: str | None, status: int, seconds: float) -> None:
        """Count one answer. `endpoint` is the route's rule, so that there are as many series as routes."""
        of = (self._service, method if endpoint else UNMATCHED, endpoint or UNMATCHED)
        self._requests.labels(*of, str(status)).inc()
        self._seconds.labels(*of).observe(seconds)

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        counted = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return generate_latest(counted) + generate_latest(self._collected)
