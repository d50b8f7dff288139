"""What is bad is refused by name: the status, the field, the rule in words, and not one event."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.integration.agreements import story
from tests.integration.agreements.story import draft, resignation
from tests.integration.agreements.world import EXECUTIVE, FINANCE, FOREIGN_SCHOOL, HEAD, HR, PAYROLL, Who, World

MILLION = 100_000_000
FEE = {"category": "fee", "amount_pence": 100}
COST = FEE | {"on": "2024-10-01", "reference": "x"}
DRAFTS = "/v1/agreements"
AGREEMENT = "/v1/agreements/{agreement}"
REPAYMENT = "/v1/repayments/{repayment}"
RESIGNATIONS = "/v1/staff/t1/resignations"
WAIVER = {"amount_pence": 1, "reason": "r"}

Case = tuple[str, dict[str, Any], Who, str]


def fee(pence: Any) -> list[dict[str, Any]]:
    return [{"category": "fee", "amount_pence": pence}]


FIELDS: list[Case] = [
    # Dates out of order
    (DRAFTS, draft(planned_end="2024-09-01"), HEAD, "planned_end"),
    (RESIGNATIONS, resignation(last_day="2025-05-30"), HR, "last_day"),
    (f"{AGREEMENT}/completion", {"completed_on": "2024-09-01"}, HEAD, "completed_on"),
    (f"{AGREEMENT}/training-withdrawal", {"withdrawn_on": "2024-09-01", "reason": "r"}, HEAD, "withdrawn_on"),
    # Dates that are absurd, or no dates
    (DRAFTS, draft(planned_start="1989-12-31"), HEAD, "planned_start"),
    (DRAFTS, draft(planned_end="2035-06-03"), HEAD, "planned_end"),
    (DRAFTS, draft(planned_end="2025-02-29"), HEAD, "planned_end"),
    (DRAFTS, draft(planned_end="31/01/2025"), HEAD, "planned_end"),
    (DRAFTS, draft(planned_end=20250131), HEAD, "planned_end"),
    (RESIGNATIONS, resignation(last_day="2035-06-03"), HR, "last_day"),
    (f"{REPAYMENT}/invoice", {"reference": "x", "due_on": "2035-06-03"}, FINANCE, "due_on"),
    # Facts that lie ahead
    (f"{AGREEMENT}/signature", story.SIGNATURE | {"signed_on": "2025-06-03"}, HEAD, "signed_on"),
    (f"{AGREEMENT}/start", {"started_on": "2025-06-03"}, HEAD, "started_on"),
    (f"{AGREEMENT}/completion", {"completed_on": "2025-06-03"}, HEAD, "completed_on"),
    (f"{AGREEMENT}/costs", COST | {"on": "2025-06-03"}, FINANCE, "on"),
    (RESIGNATIONS, resignation(notified_on="2025-06-03"), HR, "notified_on"),
    (f"{REPAYMENT}/payments", {"amount_pence": 1, "on": "2025-06-03", "reference": "x"}, FINANCE, "on"),
    # Money
    *((DRAFTS, draft(cost_lines=fee(pence)), HEAD, "cost_lines.0.amount_pence") for pence in (-1, 1.5, 1.0, "1", True)),
    (DRAFTS, draft(cost_lines=fee(MILLION + 1)), HEAD, "cost_lines.0.amount_pence"),
    (DRAFTS, draft(cost_lines=fee(MILLION) * 2), HEAD, "cost_lines"),
    *(
        (f"{AGREEMENT}/costs", COST | {"amount_pence": pence}, FINANCE, "amount_pence")
        for pence in (-1, 0, 1.5, MILLION + 1)
    ),
    *(
        (f"{AGREEMENT}/refunds", COST | {"amount_pence": pence}, FINANCE, "amount_pence")
        for pence in (-1, 0, MILLION + 1)
    ),
    *((f"{REPAYMENT}/waiver", WAIVER | {"amount_pence": pence}, EXECUTIVE, "amount_pence") for pence in (-1, 0, 0.5)),
    (f"{REPAYMENT}/deductions", story.deduction(taken_pence=-1), PAYROLL, "taken_pence"),
    (f"{REPAYMENT}/deductions", story.deduction(taken_pence=MILLION + 1), PAYROLL, "taken_pence"),
    (f"{REPAYMENT}/deductions", story.deduction(pay_period="2025-08\n"), PAYROLL, "pay_period"),
    # People and schools nobody knows
    (DRAFTS, draft("nobody"), HEAD, "staff_id"),
    ("/v1/staff/nobody/resignations", resignation(), HR, "staff_id"),
    (DRAFTS, draft(school_urn=FOREIGN_SCHOOL), HEAD, "school_urn"),
    (RESIGNATIONS, resignation(school_urn=FOREIGN_SCHOOL), HR, "school_urn"),
    (DRAFTS, draft(employment_id="another"), HEAD, "employment_id"),
    (RESIGNATIONS, resignation(employment_id="another"), HR, "employment_id"),
    # Terms where there are none, percentages, words that are not of the list
    (DRAFTS, draft(mandatory=True, terms={"trigger": "last_day"}), HEAD, "terms"),
    (DRAFTS, draft(apprenticeship=True, terms={}), HEAD, "terms"),
    *((DRAFTS, draft(funded_percent=percent), HEAD, "funded_percent") for percent in (-1, 101, 50.5, "50")),
    (DRAFTS, draft(activity_type="holiday"), HEAD, "activity_type"),
    (DRAFTS, draft(terms={"scale": {"kind": "linear", "months": 12, "full_months": 13}}), HEAD, "scale"),
    (DRAFTS, draft(terms={"liable_reasons": ["resignation", "resignation"]}), HEAD, "terms.liable_reasons"),
    (RESIGNATIONS, resignation(reason="maternity"), HR, "reason"),
    # Text
    (DRAFTS, draft(title="a\x00b"), HEAD, "title"),
    (DRAFTS, draft(title="\ud800"), HEAD, "title"),
    (DRAFTS, draft(title=" "), HEAD, "title"),
    (DRAFTS, draft(title="x" * 201), HEAD, "title"),
    (DRAFTS, draft(colour="red"), HEAD, "colour"),
    (f"{REPAYMENT}/waiver", {"amount_pence": 1}, EXECUTIVE, "reason"),
    (f"{AGREEMENT}/variation", {}, HEAD, "terms"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all that leaves no trace in it."""
    world = World(Path(tmp_path_factory.mktemp("house")))
    story.joins(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def ids(house: World) -> dict[str, str]:
    """Somebody else owes something; this person has an agreement that waits for a signature."""
    return {"repayment": story.required(house, "t2"), "agreement": story.drafted(house)}


@pytest.mark.parametrize("case", FIELDS, ids=lambda case: f"{case[0].rpartition('/')[2]} {case[3]}")
def test_a_bad_field_is_named_and_nothing_is_recorded(house: World, ids: dict[str, str], case: Case) -> None:
    path, body, caller, field = case
    position = house.position()
    answer = house.post(path.format(**ids), body, caller)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert answer.json["errors"][field][0]
    assert answer.mimetype == "application/problem+json"
    assert house.position() == position


def test_a_cancelled_agreement_is_not_signed(world: World) -> None:
    path = f"/v1/agreements/{story.drafted(world)}"
    world.done(f"{path}/cancellation", {"reason": "r"}, HEAD)
    position = world.position()
    answer = world.post(f"{path}/signature", story.SIGNATURE, HEAD)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/agreement-is-cancelled")
    assert world.position() == position


def test_two_resignations_do_not_stand_at_once(world: World) -> None:
    story.resigned(world)
    position = world.position()
    answer = world.post(RESIGNATIONS, resignation(notified_on="2025-05-30"), HR)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/resignation-already-open")
    assert world.position() == position


def test_nothing_is_found_under_an_id_that_is_none(house: World) -> None:
    for resource in ("x", "00000000-0000-0000-0000-000000000000-a1", "a" * 64, "a" * 65, "%00", "a%20b"):
        for path in (f"/v1/agreements/{resource}", f"/v1/repayments/{resource}", f"{RESIGNATIONS}/{resource}"):
            assert house.get(path).status_code == 404
            assert house.post(f"{path}/dispute", {"reason": "r"}, HEAD).status_code in (403, 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"title": "' + b"x" * 1024 * 1024 + b'"}', 413),
        (b'{"terms": ' * 5000 + b"1" + b"}" * 5000, 400),
        (b"[" * 100_000, 400),
        (b'{"title": ', 400),
        (b"", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"title": "\xff"}', 400),
        (b'{"title": NaN}', 400),
        (b'{"title": 1, "title": 2}', 400),
        (b'{"funded_percent": 1' + b"0" * 400 + b"}", 400),
        (b'{"title": "\\u0000"}', 422),
        (b'{"title": "\\ud800"}', 422),
        (b'{"\\ud800": 1}', 422),
    ],
    ids=lambda value: str(value)[:24],
)
@pytest.mark.parametrize(("path", "caller"), [(DRAFTS, HEAD), ("/v1/inbox/hr.staff.v1", HR)])
def test_a_bad_body_is_refused_and_nothing_is_recorded(
    house: World, body: bytes, status: int, path: str, caller: Who
) -> None:
    position = house.position()
    answer = house.post(path, body, caller)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    house.catch_up()
    assert house.position() == position


def test_a_body_that_comes_in_chunks_is_not_longer_either(house: World) -> None:
    position = house.position()
    body = json.dumps(draft()).encode() + b" " * 1024 * 1024
    answer = house.http.post(
        DRAFTS,
        input_stream=BytesIO(body),
        headers={"Authorization": f"Bearer {house.token(HEAD)}", "Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert house.position() == position


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "known_at=2025-06-02",
        "staff_id=%00",
        "colour=red",
        "limit=1&limit=2",
    ],
)
def test_a_bad_query_is_422_by_its_name(house: World, query: str) -> None:
    for path in ("/v1/agreements", "/v1/repayments", RESIGNATIONS):
        answer = house.get(f"{path}?{query}")
        assert (answer.status_code, list(answer.json["errors"])) == (422, [query.partition("=")[0]])
