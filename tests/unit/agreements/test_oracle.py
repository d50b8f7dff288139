"""The product's liability against the oracle's, over 200,000 random days of 50,000 random agreements."""

from datetime import date
from random import Random
from typing import Any

import pytest

from services.agreements.domain.liability import Liability, assess, liability_if_leaving, reason_is_liable
from services.agreements.domain.versions import version_on
from tests import oracle
from tests.unit.agreements.papers import as_said

AGREEMENTS, DAYS = 50_000, 4
FROM, TO = date(2023, 11, 1).toordinal(), date(2026, 3, 31).toordinal()
TELLING_DAYS = ["2023-12-31", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-08-31", "2025-02-28"]
CATEGORIES = ["fee", "exam", "materials", "travel"]


def some_day(random: Random) -> str:
    if random.random() < 0.2:
        return random.choice(TELLING_DAYS)
    return date.fromordinal(random.randint(FROM, TO)).isoformat()


def some_scale(random: Random) -> dict[str, Any]:
    if random.random() < 0.3:
        return {"kind": "linear", "months": 12, "full_months": 1}
    if random.random() < 0.5:
        months = random.choice([1, 3, 7, 18, 24])
        return {"kind": "linear", "months": months, "full_months": random.randint(0, months)}
    count = random.randint(1, 4)
    untils = sorted(random.sample(range(1, 25), count))
    percents = sorted(random.sample([0, 10, 25, 33, 50, 75, 99, 100], count), reverse=True)
    steps = [{"until_months": u, "percent": p} for u, p in zip(untils, percents, strict=True)]
    return {"kind": "steps", "steps": steps}


def some_terms(random: Random) -> dict[str, Any] | None:
    if random.random() < 0.05:
        return None
    return {
        "scale": some_scale(random),
        "base": "paid" if random.random() < 0.25 else "agreed",
        "minimum_pence": random.choice([0, 0, 0, 1, 90_000]),
        "liable_reasons": ["redundancy"] if random.random() < 0.05 else ["resignation", "retirement"],
        "cost_categories": ["fee", "exam", "materials"],
    }


def some_lines(random: Random, most: int, *, dated: bool = False) -> list[dict[str, Any]]:
    return [
        {"category": random.choice(CATEGORIES), "amount_pence": random.randint(0, 300_000)}
        | ({"on": some_day(random)} if dated else {})
        for _ in range(random.randint(0, most))
    ]


def some_signature(random: Random, version: int) -> dict[str, Any]:
    return {
        "version": version,
        "signed_on": some_day(random),
        "deduction_consent": random.random() < 0.8,
        "by_governor": random.random() < 0.1,
        "cost_lines": [{"category": "fee", "amount_pence": random.randint(0, 500_000)}, *some_lines(random, 1)],
        "terms": some_terms(random),
    }


def some_facts(random: Random) -> dict[str, Any]:
    seldom = 0.02
    return {
        **dict.fromkeys(["id", "staff_id", "employment_id", "school_urn", "title"], ""),
        "activity_type": "course",
        "planned_start": some_day(random),
        "planned_end": "2024-07-01",
        "cost_lines": some_lines(random, 3),
        "funded_percent": 100 if random.random() < 0.5 else random.randint(0, 100),
        "terms": some_terms(random),
        "mandatory": random.random() < seldom,
        "apprenticeship": random.random() < seldom,
        "signatures": [some_signature(random, n + 1) for n in range(random.choice([0, 1, 1, 1, 1, 2, 3]))],
        "started_on": some_day(random) if random.random() < 0.6 else None,
        "completed_on": some_day(random) if random.random() < 0.7 else None,
        "withdrawn_on": some_day(random) if random.random() < 0.2 else None,
        "training_cancelled_on": some_day(random) if random.random() < seldom else None,
        "cancelled": random.random() < seldom,
        "costs": some_lines(random, 3, dated=True),
        "refunds": some_lines(random, 1, dated=True),
        "discharges": [{"ending_id": f"x{n}", "on": some_day(random)} for n in range(random.choice([0, 0, 0, 1, 2]))],
    }


def answer_of(liability: Liability) -> dict[str, Any]:
    return {field: getattr(liability, field) for field in Liability.__struct_fields__}


@pytest.mark.slow
def test_two_hundred_thousand_random_liabilities_agree_with_the_oracle() -> None:
    random = Random(20240901)  # noqa: S311  the same cases each time, nothing secret
    rules = set()
    for _ in range(AGREEMENTS):
        facts = some_facts(random)
        agreement = as_said(facts)
        for on in [date.fromisoformat(some_day(random)) for _ in range(DAYS)]:
            expected = oracle.liability(facts, on)
            assert answer_of(liability_if_leaving(agreement, on)) == expected, (facts, on)
            rules.add(expected["rule"])
    assert len(rules) == 10


@pytest.mark.slow
def test_twenty_thousand_random_assessments_agree_with_the_oracle() -> None:
    random = Random(4)  # noqa: S311  the same cases each time, nothing secret
    for _ in range(20_000):
        facts, on = some_facts(random), date.fromisoformat(some_day(random))
        agreement = as_said(facts)
        ending_id = random.choice(["x0", "x1", "x2"])
        reason = random.choice(["resignation", "redundancy"])
        liable = reason_is_liable(version_on(agreement, on).terms, reason)
        found = assess(agreement, on, reason_liable=liable, ending_id=ending_id)
        assert answer_of(found) == oracle.liability(facts, on, reason=reason, ending_id=ending_id), (
            facts,
            on,
            ending_id,
        )
