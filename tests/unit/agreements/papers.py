"""Agreements as a test needs them: signed on the policy's terms, with consent, before the training."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec

from services.agreements.domain.agreement import Agreement, CostLine, DatedCost, Discharge, Draft, Signature
from services.agreements.domain.liability import Liability
from services.agreements.domain.terms import RepaymentTerms

SIGNED_ON = date(2023, 12, 1)
STARTED_ON = date(2024, 1, 8)
POLICY_TERMS = RepaymentTerms()
LISTS = {"signatures": Signature, "discharges": Discharge}


def fee(pence: int) -> list[CostLine]:
    return [CostLine(category="fee", amount_pence=pence)]


def paid(pence: int, on: date) -> DatedCost:
    return DatedCost(category="fee", amount_pence=pence, on=on)


def drafted(base_pence: int = 2400_00, terms: RepaymentTerms | None = POLICY_TERMS, **changes: Any) -> Agreement:
    """An agreement that nobody has signed, for a training that started on 8 January 2024."""
    fields: dict[str, Any] = {
        "id": "a1",
        "staff_id": "p1",
        "employment_id": "e1",
        "school_urn": "100001",
        "title": "A course",
        "activity_type": "course",
        "planned_start": STARTED_ON,
        "planned_end": date(2024, 7, 1),
        "funded_percent": 100,
        "draft": Draft(cost_lines=fee(base_pence), terms=terms),
        "started_on": STARTED_ON,
    }
    return Agreement(**fields | changes)


def signature(
    signed_on: date = SIGNED_ON,
    *,
    base_pence: int = 2400_00,
    terms: RepaymentTerms | None = POLICY_TERMS,
    version: int = 1,
    consent: bool = True,
    by_governor: bool = False,
) -> Signature:
    return Signature(
        version=version,
        signed_on=signed_on,
        deduction_consent=consent,
        by_governor=by_governor,
        cost_lines=fee(base_pence),
        terms=terms,
    )


def signed(base_pence: int = 2400_00, terms: RepaymentTerms | None = POLICY_TERMS, **changes: Any) -> Agreement:
    """The same, signed with consent on 1 December 2023."""
    signatures = [signature(base_pence=base_pence, terms=terms)]
    return drafted(**{"draft": None, "signatures": signatures} | changes)


def outcome(liability: Liability) -> tuple[int, str]:
    return liability.amount_pence, liability.rule


def as_said(facts: Mapping[str, Any]) -> Agreement:
    """The agreement of which `facts` say, as JSON would, what a liability rests on. The draft stands unsigned."""
    lists = {name: [_in_order(kind, each) for each in facts[name]] for name, kind in LISTS.items()}
    return msgspec.convert(_in_order(Agreement, {**facts, **lists, "draft": _in_order(Draft, facts)}), Agreement)


def _in_order(kind: type[msgspec.Struct], said: Mapping[str, Any]) -> list[Any]:
    """What is said of the fields of a struct that is stored without their names."""
    told = {**_defaults(kind), **said}
    return [told[name] for name in kind.__struct_fields__]


@cache
def _defaults(kind: type[msgspec.Struct]) -> dict[str, Any]:
    optional = [each for each in msgspec.structs.fields(kind) if not each.required]
    return {each.name: [] if each.default is msgspec.NODEFAULT else each.default for each in optional}
