"""The liability rules worked out a second time, from the policy and the domain's words alone, by other means.

Nothing here comes from the product: an agreement is a plain dict as JSON has it (days as ISO text), months are counted
by walking through the calendar day by day, and money is exact fractions until it is rounded once.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

Facts = dict[str, Any]
ONE_DAY = timedelta(days=1)


def months_completed(ended_on: date, on: date) -> int:
    """How many corresponding days lie after `ended_on` and before `on`: on such a day itself the month still runs."""
    return sum(day < on for day in corresponding_days(ended_on, on.year))


@cache
def corresponding_days(ended_on: date, year: int) -> list[date]:
    """Those that come after `ended_on` until the end of `year`."""
    found, day = [], ended_on + ONE_DAY
    while day.year <= year:
        same_number = day.day == ended_on.day
        shorter_month_ends = 28 <= day.day < ended_on.day and (day + ONE_DAY).day == 1
        if same_number or shorter_month_ends:
            found.append(day)
        day += ONE_DAY
    return found


def rounded(pence: Fraction) -> int:
    exact = Decimal(pence.numerator) / Decimal(pence.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def on_scale(scale: Facts, base: int, months: int) -> tuple[int, str]:
    """The amount and the rule, read off a list with one share for each month of the scale."""
    if scale["kind"] == "linear":
        length = scale["months"]
        sliding = [(Fraction(1) - Fraction(month, length), "reduced") for month in range(length)]
        shares = [(Fraction(1), "full_period")] * scale["full_months"] + sliding[scale["full_months"] :]
    else:
        shares = []
        for step in scale["steps"]:
            rule = "full_period" if step["percent"] == 100 else "reduced"
            shares += [(Fraction(step["percent"], 100), rule)] * (step["until_months"] - len(shares))
    share, rule = shares[months] if months < len(shares) else (Fraction(0), "served")
    return rounded(base * share), rule


def base_of(facts: Facts, paper: Facts, on: date) -> int:
    terms = paper["terms"]
    if terms is None:
        return 0
    costs = paper["cost_lines"]
    if terms["base"] == "paid":
        costs = [cost for cost in facts["costs"] if date.fromisoformat(cost["on"]) <= on]
    signed_amounts = [(cost, 1) for cost in costs] + [(refund, -1) for refund in facts["refunds"]]
    total = sum(
        sign * line["amount_pence"] for line, sign in signed_amounts if line["category"] in terms["cost_categories"]
    )
    return rounded(Fraction(total * facts["funded_percent"], 100)) if total > 0 else 0


def signature_in_force(facts: Facts, on: date) -> Facts | None:
    found = None
    for signature in facts["signatures"]:
        if date.fromisoformat(signature["signed_on"]) <= on:
            found = signature
    return found


def why_not_deductible(facts: Facts, on: date) -> str | None:
    signature = signature_in_force(facts, on)
    if signature is None:
        return "unsigned"
    if not signature["deduction_consent"]:
        return "no_consent"
    days = sorted({date.fromisoformat(s["signed_on"]) for s in facts["signatures"]}, reverse=True)
    since = on
    for day in (day for day in days if day <= on):
        then = signature_in_force(facts, day)
        if then is None or not then["deduction_consent"]:
            break
        since = day
    if since > begins_on(facts):
        return "signed_after_start"
    return "governor" if signature["by_governor"] else None


def begins_on(facts: Facts) -> date:
    return date.fromisoformat(facts["started_on"] or facts["planned_start"])


def ended_on(facts: Facts) -> date | None:
    end = facts["completed_on"] or facts["withdrawn_on"]
    return date.fromisoformat(end) if end else None


def formula(facts: Facts, terms: Facts, base: int, on: date, *, liable: bool) -> tuple[int, str]:
    end = ended_on(facts)
    if not liable:
        return 0, "reason_not_liable"
    if on < begins_on(facts):
        return 0, "before_start"
    if end is None or on <= end:
        return base, "during_training"
    return on_scale(terms["scale"], base, months_completed(end, on))


def discharged(facts: Facts, on: date, ending_id: str | None) -> bool:
    """Whether an ending other than `ending_id` came first, by day and then by order of recording."""
    own = [place for place, d in enumerate(facts["discharges"]) if d["ending_id"] == ending_id]
    here = (on, own[0] if own else len(facts["discharges"]))
    others = [(date.fromisoformat(d["on"]), place) for place, d in enumerate(facts["discharges"]) if place not in own]
    return any(other < here for other in others)


def liability(facts: Facts, on: date, *, reason: str = "resignation", ending_id: str | None = None) -> Facts:
    """What is repayable if the person leaves for `reason`, triggered on `on`; `ending_id` names a recorded ending."""
    signature = signature_in_force(facts, on)
    paper = signature or facts
    terms = paper["terms"]
    base = base_of(facts, paper, on)
    end = ended_on(facts)
    because = why_not_deductible(facts, on)
    answer = {
        "amount_pence": 0,
        "base_pence": base,
        "months_completed": months_completed(end, on) if end and on > end else None,
        "indicative_pence": None,
        "below_minimum": False,
        "deductible": because is None,
        "not_deductible_because": because,
    }
    if facts["cancelled"] or facts["training_cancelled_on"]:
        return answer | {"rule": "cancelled"}
    if terms is None or facts["mandatory"] or facts["apprenticeship"]:
        return answer | {"rule": "no_terms"}
    if discharged(facts, on, ending_id):
        return answer | {"rule": "discharged"}
    amount, rule = formula(facts, terms, base, on, liable=reason in terms["liable_reasons"])
    too_little = 0 < amount < terms["minimum_pence"]
    asked = 0 if too_little else amount
    if signature is None:
        return answer | {"rule": "unsigned", "indicative_pence": asked}
    return answer | {"rule": rule, "amount_pence": asked, "below_minimum": too_little}
