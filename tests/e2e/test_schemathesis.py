"""schemathesis over the document of the running product, with every check, as a caller who may do everything."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import schemathesis
from schemathesis import engine, hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from shared.web.roles import Role
from tests.e2e.product import Product, running
from tests.integration.agreements.story import hr_event

pytestmark = pytest.mark.slow

CASES = 2_000
EXAMPLES = 20
LONGEST_QUERY = 7_000
"""The HTTP server refuses a request line of more than 8,190 bytes before the service sees it."""
ACCEPTED = ["2xx", "3xx", 404, 409, 412, 422, 503]
CHECKS = {
    # A position that lies ahead is waited for, and then it is 503.
    "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", 503]},
    # Rules between fields, such as days in order, are 422; another version than the record's is 412.
    "positive_data_acceptance": {"expected-statuses": ACCEPTED},
}
OWN_ACTS = ("/refusal", "/dispute")
INBOX = {
    "include-path": "/v1/inbox/{topic}",
    # Messages are free in form, and JSON Schema cannot rule out numbers beyond 64 bits in what is.
    "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, 400]}},
}


class Known:
    """Ids of the demonstration trust, to be put in place of made-up ones three times in four."""

    def __init__(self, product: Product) -> None:
        agreements = product.get("/v1/agreements?limit=200")["items"]
        repayments = product.get("/v1/repayments?limit=200")["items"]
        self.chance = random.Random(20240901)  # noqa: S311  for tests
        self.staff = sorted({one["staff_id"] for one in agreements})
        self.schools = sorted({one["school_urn"] for one in agreements})
        self.of_path = {
            "agreement_id": [one["id"] for one in agreements],
            "repayment_id": [one["id"] for one in repayments],
            "school_urn": self.schools,
            "deduction_id": [one["deduction_id"] for row in repayments for one in row["deductions"]],
            "topic": ["cpd.agreements.v1", "cpd.repayments.v1"],
        }
        self.me = repayments[0]["staff_id"]
        self.of_mine = {
            "agreement_id": [one["id"] for one in agreements if one["staff_id"] == self.me],
            "repayment_id": [one["id"] for one in repayments if one["staff_id"] == self.me],
        }
        self.resignations = [(one["staff_id"], one["resignation_id"]) for one in repayments]

    def fill(self, case: schemathesis.Case) -> None:
        """What no schema can say: which ids there are, that a key is used once, that cursors are the server's."""
        if "Idempotency-Key" in case.headers or case.method != "GET":
            case.headers["Idempotency-Key"] = uuid4().hex
        case.query.pop("cursor", None)
        if isinstance(after := case.query.get("after"), str):
            case.query["after"] = after.partition("-")[0]
        if "min_position" in case.query:
            case.query["min_position"] = self.chance.randint(0, 100)
        case.body = _whole(case.body)
        if self.chance.random() < 0.75:
            case.headers.pop("If-Match", None)
            self._name_what_there_is(case)

    def _name_what_there_is(self, case: schemathesis.Case) -> None:
        ids = self.of_path | (self.of_mine if case.path.endswith(OWN_ACTS) else {})
        for name in ids.keys() & case.path_parameters.keys():
            case.path_parameters[name] = self.chance.choice(ids[name])
        if "staff_id" in case.path_parameters:
            case.path_parameters["staff_id"], resignation = self.chance.choice(self.resignations)
            if "resignation_id" in case.path_parameters:
                case.path_parameters["resignation_id"] = resignation
        if case.path.endswith("/inbox/{topic}"):
            case.path_parameters["topic"] = "hr.staff.v1"
            case.body = [
                hr_event("StaffJoined", self.chance.choice(self.staff), school_urn=self.chance.choice(self.schools))
            ]
        for name, known in (("school_urn", self.schools), ("staff_id", self.staff)):
            if isinstance(case.body, dict) and name in case.body:
                case.body[name] = self.chance.choice(known)


def _whole(value: Any) -> Any:
    """JSON Schema takes 5.0 for an integer, and the service does not."""
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("fuzzed") / "home") as product:
        yield product


@pytest.fixture(scope="module")
def known(product: Product) -> Known:
    return Known(product)


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


def test_whatever_is_sent_the_answer_is_as_documented(product: Product, known: Known) -> None:
    token = product.token(*Role, staff_id=known.me)
    schema = schemathesis.openapi.from_url(f"{product.url}/openapi.json", config=_config(token))
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
    assert failures == []
    assert answers.total() >= CASES
    assert {200, 201, 202, 304, 400, 401, 404, 405, 409, 412, 415, 422} <= set(answers)
    assert {"ignored_auth", "unsupported_method", "negative_data_rejection", "positive_data_acceptance"} <= set(ran)
    assert product.cpd("replay", "--check").returncode == 0


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


def _config(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 20240901,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
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
