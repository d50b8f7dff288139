"""The ledger's figures as payroll shows them: each repayment, and the totals of each school."""

from collections.abc import Sequence
from typing import Any

from messages import pounds
from position import Position

TOTALS = ("amount_pence", "taken_by_us_pence", "refunded_pence", "outstanding_pence", "refund_due_pence")


def as_figures(position: Position) -> dict[str, Any]:
    """One repayment as the report has it."""
    return {
        "revision": position.message.revision,
        "school_urn": position.message.school_urn,
        "staff_id": position.message.staff_id,
        "amount_pence": position.message.amount_pence,
        "taken_pence": position.taken_pence,
        "taken_by_us_pence": position.taken_by_us_pence,
        "refunded_pence": position.refunded_pence,
        "outstanding_pence": position.outstanding_pence,
        "refund_due_pence": position.refund_due_pence,
        "pay_period": position.message.pay_period,
        "status": position.status,
    }


def totals(repayments: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """The sums of each school, to be laid beside the service's own."""
    schools: dict[str, dict[str, int]] = {}
    for repayment in repayments:
        sums = schools.setdefault(repayment["school_urn"], dict.fromkeys(("repayments", *TOTALS, "parked"), 0))
        sums["repayments"] += 1
        sums["parked"] += repayment["status"] == "parked"
        for name in TOTALS:
            sums[name] += repayment[name]
    return schools


def as_table(schools: dict[str, dict[str, int]]) -> str:
    heads = ("school", "repayments", "amount", "taken by us", "refunded", "outstanding", "refund due", "parked")
    rows = [
        (urn, str(sums["repayments"]), *(pounds(sums[name]) for name in TOTALS), str(sums["parked"]))
        for urn, sums in schools.items()
    ]
    return "\n".join("  ".join(f"{cell:>12}" for cell in row) for row in (heads, *rows))
