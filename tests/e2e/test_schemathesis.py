"""schemathesis over the document of every running service, with every check, as a caller who may do everything."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from schemathesis import engine, hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from shared.service import Service, services
from shared.web.roles import Role
from tests.e2e.known import Known
from tests.e2e.product import Product, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]

CASES = 2_000
"""Of each service, at least. With `-s` the test says how many there were."""
EXAMPLES = 400
"""Of each service together, shared out among its operations; what follows from the schemas alone comes on top."""
LONGEST_QUERY = 7_000
"""The HTTP server refuses a request line of more than 8,190 bytes before the service sees it."""
ACCEPTED = ["2xx", "3xx", 404, 409, 412, 422, 503]
CHECKS = {
    # A position that lies ahead is waited for, and then it is 503.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
    # Rules between fields, such as days in order, are 422; another version than the record's is 412.
    "positive_data_acceptance": {"expected-statuses": ACCEPTED},
}
INBOX = {
    "include-path": "/v1/inbox/{topic}",
    # Messages are free in form, and JSON Schema cannot rule out numbers beyond 64 bits in what is.
    "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, 400]}},
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("fuzzed") / "home") as product:
        yield product


@pytest.fixture(params=services(), ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    """Each installed service."""
    found: Service = request.param
    return found


@pytest.fixture
def known(product: Product, service: Service) -> Known:
    return Known(product, service)


@pytest.fixture(autouse=True)
def hooked(known: Known) -> Iterator[None]:
    def fill(_: Any, case: schemathesis.Case, __: Any) -> None:
        if _is_positive(case):
            known.fill(case)

    def fits(_: Any, query: Any) -> bool:
        return not isinstance(query, dict) or len(urlencode(query, doseq=True)) < LONGEST_QUERY

    schemathesis.hook("before_call")(fill)
    schemathesis.hook("filter_query")(fits)
    yield
    hooks.unregister(fill)
    hooks.unregister(fits)


def test_whatever_is_sent_the_answer_is_as_documented(product: Product, service: Service, known: Known) -> None:
    token = product.token(*Role, staff_id=known.me)
    document = f"{product.url_of(service.name)}/openapi.json"
    schema = schemathesis.openapi.from_url(document, config=_config(token, known.operations))
    ran: Counter[str] = Counter()
    answers: Counter[int] = Counter()
    failures: list[str] = []
    for event in engine.from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for case, interaction in _sent(event.recorder):
                answers[interaction.response.status_code] += 1
                failures += _refused_though_documented(case, interaction.response)
            for checks in event.recorder.checks.values():
                ran.update(check.name for check in checks)
                failures += [_told(check) for check in checks if check.failure_info]
        elif isinstance(event, NonFatalError | FatalError):
            failures.append(repr(event))
    print(f"{service.name}: {answers.total():,} cases")
    assert failures == [], "\n\n".join(failures)
    assert answers.total() >= CASES
    assert {200, 201, 202, 304, 400, 401, 404, 405, 409, 412, 415, 422} <= set(answers)
    assert {"ignored_auth", "unsupported_method", "negative_data_rejection", "positive_data_acceptance"} <= set(ran)
    verified = product.cpd("views", "verify", "--service", service.name)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def _sent(recorder: Any) -> Iterator[tuple[schemathesis.Case, Any]]:
    for name, interaction in recorder.interactions.items():
        if interaction.response is not None:
            yield recorder.cases[name].value, interaction


def _refused_though_documented(case: schemathesis.Case, response: Any) -> list[str]:
    """A rule about one field belongs in the document; those between fields are the domain's, and of another type."""
    if response.status_code != 422 or not _is_positive(case):
        return []
    problem = json.loads(response.content)
    return [f"{case.method} {case.path}: {problem}"] if problem["type"] == "/problems/invalid-fields" else []


def _is_positive(case: schemathesis.Case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


def _config(token: str, operations: int) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 20240901,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": max(8, EXAMPLES // operations), "deterministic": True, "database": "none"},
            "checks": CHECKS,
            "operations": [INBOX],
            # It would take `terms.scale.kind`, as a problem names a field in a field, for a field of the body.
            "phases": {"fuzzing": {"error-feedback": {"enabled": False}}},
            "continue-on-failure": True,
        }
    )


def _told(check: Any) -> str:
    failure = check.failure_info.failure
    return f"{failure.operation}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
