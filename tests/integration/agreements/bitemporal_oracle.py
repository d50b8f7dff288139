"""Agreements put together a second time, from the stored rows as JSON, for the separate oracle."""

from collections.abc import Iterable
from typing import Any

Facts = dict[str, Any]
DATED = {
    "TrainingStarted": "started_on",
    "StartCorrected": "started_on",
    "TrainingCompleted": "completed_on",
    "CompletionCorrected": "completed_on",
    "TrainingWithdrawn": "withdrawn_on",
    "WithdrawalCorrected": "withdrawn_on",
}
LISTED = {"CostRecorded": "costs", "CostRefunded": "refunds"}


def agreements_in(rows: Iterable[Facts]) -> dict[str, Facts]:
    """Each agreement that the rows speak of, as `tests.oracle` takes it."""
    found: dict[str, Facts] = {}
    for row in rows:
        if row["event"] == "AgreementDrafted":
            found[row["agreement_id"]] = _drafted(row)
        elif row.get("agreement_id") in found:
            _change(found[row["agreement_id"]], row)
    for facts in found.values():
        facts["discharges"] = [{"ending_id": ending, "on": on} for ending, on in facts["discharges"].items()]
    return found


def _drafted(row: Facts) -> Facts:
    blank = dict.fromkeys((*DATED.values(), "training_cancelled_on"))
    lists: Facts = {"signatures": [], "costs": [], "refunds": [], "discharges": {}}
    told = {name: row[name] for name in ("planned_start", "planned_end", "cost_lines", "funded_percent", "terms")}
    flags = {name: row.get(name, False) for name in ("mandatory", "apprenticeship")}
    return blank | lists | told | flags | {"cancelled": False}


def _change(facts: Facts, row: Facts) -> None:
    event = row["event"]
    if event in DATED:
        facts[DATED[event]] = row[DATED[event]]
    elif event in LISTED:
        facts[LISTED[event]].append({name: row[name] for name in ("category", "amount_pence", "on")})
    elif event == "AgreementVaried":
        facts |= {name: row[name] for name in ("cost_lines", "terms")}
    elif event == "AgreementSigned":
        told = {name: row[name] for name in ("signed_on", "deduction_consent", "by_governor")}
        facts["signatures"].append(told | {name: facts[name] for name in ("cost_lines", "terms")})
    elif event == "AgreementRefused" and facts["signatures"]:
        facts |= {name: facts["signatures"][-1][name] for name in ("cost_lines", "terms")}
    elif event == "AgreementCancelled":
        facts["cancelled"] = True
    elif event == "TrainingCancelled":
        facts["training_cancelled_on"] = row["cancelled_on"]
    elif event in ("RepaymentAssessed", "RepaymentAdjusted"):
        facts["discharges"][row["ending_id"]] = row["computation"]["trigger_on"]
    elif event == "RepaymentCancelled":
        facts["discharges"].pop(row["ending_id"])
