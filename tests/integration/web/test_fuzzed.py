"""schemathesis over the toy's own document, with every check, as a caller who may do all that the toy offers.

Over a socket: in-process, schemathesis 4.32 cannot send the probes of its check `ignored_auth`.
"""

from collections import Counter
from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from schemathesis import engine, hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from werkzeug.serving import make_server

from shared.web import reads
from tests.integration.web.conftest import World

CHECKS = {
    # A position that lies ahead is waited for, and then it is 503.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
    # A version that is not the record's is 412, however well formed.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 401, 403, 404, 409, 412, 503]},
}


@pytest.fixture
def address(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(reads, "PATIENCE_SECONDS", 0.02)
    for _ in range(3):
        world.lend()
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    schemathesis.hook("before_call")(_send_what_can_be_accepted)
    yield
    hooks.unregister(_send_what_can_be_accepted)


def test_whatever_is_sent_the_answer_is_as_documented(world: World, address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=_config(world))
    ran: Counter[str] = Counter()
    failures: list[str] = []
    for event in engine.from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for checks in event.recorder.checks.values():
                ran.update(check.name for check in checks)
                failures += [_told(check) for check in checks if check.failure_info]
        elif isinstance(event, NonFatalError | FatalError):
            failures.append(repr(event))
    assert failures == []
    assert {"ignored_auth", "unsupported_method", "negative_data_rejection"} <= set(ran)
    assert ran["status_code_conformance"] > 200


def _config(world: World) -> SchemathesisConfig:
    token = world.token("headteacher", "staff", staff_id="h1")
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": 30, "deterministic": True, "database": "none"},
            "operations": [{"include-path": "/v1/failure", "enabled": False}],
            "checks": CHECKS,
            "continue-on-failure": True,
        }
    )


def _send_what_can_be_accepted(_: Any, case: schemathesis.Case, __: Any) -> None:
    """What no schema can say: keys are used once, cursors are the server's to give, and 5.0 is no whole number here."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid4().hex
    case.query.pop("cursor", None)
    if isinstance(case.body, dict):
        for name, value in case.body.items():
            if isinstance(value, float) and value.is_integer():
                case.body[name] = int(value)


def _told(check: Any) -> str:
    failure = check.failure_info.failure
    return f"{failure.operation}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
