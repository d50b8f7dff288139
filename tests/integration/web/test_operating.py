"""Health, metrics, the request log, the documentation."""

import json
import re

import pytest
from flask import Flask
from openapi_spec_validator import validate

from shared.web import documentation
from tests.integration.web.conftest import World


def test_a_process_that_answers_lives(world: World) -> None:
    world.wrong = {"database": "is away"}
    assert world.client.get("/livez").json == {"status": "alive"}


def test_readiness_names_what_is_wrong(world: World) -> None:
    assert world.client.get("/readyz").status_code == 200
    world.wrong = {"lag": "the view is 9 s behind"}
    answer = world.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert answer.json["checks"] == {"lag": "the view is 9 s behind"}


def test_metrics_count_by_route_and_never_by_what_was_asked(world: World) -> None:
    loan = world.lend().json["loan_id"]
    world.client.get(f"/v1/loans/{loan}", headers=world.bearer("auditor"))
    world.client.open("/no/such/path", method="BREW")
    text = world.client.get("/metrics").text
    assert 'endpoint="/v1/loans/<identifier:loan_id>",method="GET",service="toys",status="200"} 1.0' in text
    assert 'endpoint="unmatched",method="unmatched",service="toys",status="404"} 1.0' in text
    assert "cpd_http_request_seconds_bucket" in text
    assert loan not in text


def test_a_request_is_one_json_line_without_body_or_query(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    app = world.new_app()
    headers = world.bearer("headteacher") | {"X-Correlation-Id": "case-7"}
    app.test_client().get("/v1/loans?staff_id=secret", headers=headers)
    app.test_client().post("/v1/loans", json={"note": "secret"}, headers=headers)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["method"], line["endpoint"], line["status"]) for line in lines] == [
        ("GET", "/v1/loans", 200),
        ("POST", "/v1/loans", 422),
    ]
    assert {line["correlation_id"] for line in lines} == {"case-7"}
    assert "secret" not in json.dumps(lines)


def test_the_openapi_document_is_valid_and_says_what_every_operation_can_answer(world: World) -> None:
    document = world.client.get("/openapi.json").json
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert {"/livez", "/readyz", "/metrics", "/v1/loans", "/v1/loans/{loan_id}"} <= set(document["paths"])
    for path, operations in document["paths"].items():
        for method in {"get", "post"} & set(operations):
            operation = operations[method]
            assert operation["summary"]
            if path.startswith("/v1"):
                assert operation["security"] == [{"bearer": []}]
                assert {"401", "403", "404", "422", "503"} <= set(operation["responses"])
                assert "default" not in operation["responses"]
    assert {"400", "409", "412", "413", "415"} <= set(document["paths"]["/v1/loans"]["post"]["responses"])


def test_the_document_is_written_once_when_someone_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[documentation.Document] = []

    def writing(app: Flask, title: str) -> documentation.Document:
        written.append(document(app, title))
        return written[-1]

    document = documentation.document
    monkeypatch.setattr(documentation, "document", writing)
    client = world.new_app().test_client()
    assert (client.get("/livez").status_code, written) == (200, [])
    assert [client.get("/openapi.json").json for _ in range(2)] == written * 2
    assert [each["info"]["title"] for each in written] == ["CPD toys"]


def test_refusals_are_documented_as_problems(world: World) -> None:
    for response in world.client.get("/openapi.json").json["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_a_body_refuses_unknown_fields_in_the_document_too(world: World) -> None:
    schemas = world.client.get("/openapi.json").json["components"]["schemas"]
    assert schemas["LoanBody"]["additionalProperties"] is False
    assert schemas["LoanBody"]["properties"]["pence"] == {"type": "integer", "minimum": 0, "maximum": 100_000_000}


def test_the_documentation_is_read_without_the_internet(world: World) -> None:
    page = world.client.get("/docs", follow_redirects=True).text
    assert '"/openapi.json"' in page
    assert '"validatorUrl": null' in page
    assert re.findall(r"""(?:src|href)=["']https?://""", page) == []
    for asset in re.findall(r"""(?:src|href)=["'](/docs/[^"']+)""", page):
        with world.client.get(asset) as answer:
            assert answer.status_code == 200
