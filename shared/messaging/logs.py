"""The log lines of workers and supervisors: JSON, one a line, on standard error."""

import sys

import structlog
from structlog.typing import FilteringBoundLogger


def logger(**context: str) -> FilteringBoundLogger:
    """A logger whose lines carry `context`. Log ids, names and error types, never text about a person."""
    made: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    ).bind(**context)
    return made
