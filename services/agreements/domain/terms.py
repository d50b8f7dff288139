"""Repayment terms: what an agreement says about paying back, fixed when it is signed."""

from typing import Literal

import msgspec

from shared.words import CostCategory, LeaverReason

POLICY_VERSION = "2024-09"


class Linear(msgspec.Struct, frozen=True, tag_field="kind", tag="linear", kw_only=True):
    """The whole base while fewer than `full_months` are completed, then (months − completed) / months of it."""

    months: int = 12
    full_months: int = 1


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`percent` of the base while fewer than `until_months` are completed."""

    until_months: int
    percent: int


class Steps(msgspec.Struct, frozen=True, tag_field="kind", tag="steps", kw_only=True):
    """Percentages that hold in turn; nothing after the last."""

    steps: list[Step]


class RepaymentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of one agreement. The defaults are the policy's own (section 4)."""

    scale: Linear | Steps = Linear()
    trigger: Literal["notified_on", "last_day"] = "notified_on"
    liable_reasons: list[LeaverReason] = msgspec.field(default_factory=lambda: ["resignation"])
    base: Literal["agreed", "paid"] = "agreed"
    minimum_pence: int = 0
    cost_categories: list[CostCategory] = msgspec.field(default_factory=lambda: ["fee", "exam", "materials"])
    transfer_within_trust_is_leaving: bool = False
    policy_version: str = POLICY_VERSION
