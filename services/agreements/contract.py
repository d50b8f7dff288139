"""What the service publishes: each public event made from a domain event, with its JSON Schema and version."""

from collections.abc import Sequence
from typing import Any

import msgspec

from services.agreements.domain.agreement_facts import AGREEMENT_FACTS
from services.agreements.domain.repayment_facts import REPAYMENT_FACTS, RepaymentSent
from services.agreements.domain.staff_facts import ResignationCorrected, ResignationWithdrawn, StaffResigned
from shared.eventstore.fact import Fact
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.public import event_of, key_of, public_record
from shared.words import AGREEMENTS_TOPIC

TOPIC = AGREEMENTS_TOPIC
PAYROLL_TOPIC = "cpd.repayments.v1"
TOPICS = (TOPIC, PAYROLL_TOPIC)
"""All that `publish` writes to."""
SERVICE = "agreements"
SCHEMAS = "urn:cpd:agreements"
PAYROLL_SCHEMAS = f"{SCHEMAS}:payroll"
"""Payroll is told of `RefundDue` and others in other fields than the public event of that name has."""

PUBLIC: tuple[type[Fact], ...] = (
    *AGREEMENT_FACTS,
    StaffResigned,
    ResignationCorrected,
    ResignationWithdrawn,
    *REPAYMENT_FACTS,
)
"""Published facts. What HR itself said of employments, and a school's settings, stay inside."""

WITHHELD = frozenset({"leaving_reason", "payroll_number"})
"""Fields that stay inside: why someone leaves, and what only payroll needs."""

PAYROLL_FIELDS = (
    "repayment_id",
    "revision",
    "agreement_id",
    "staff_id",
    "employment_id",
    "school_urn",
    "payroll_number",
    "amount_pence",
    "taken_pence",
    "deducted_pence",
    "refunded_pence",
    "outstanding_pence",
    "refund_due_pence",
    "pay_element_code",
    "pay_period",
    "final_pay",
    "last_day",
    "consent_reference",
    "computation",
)
"""A payroll message is complete in itself: it replaces every earlier one of its repayment."""


def publish(position: int, fact: Fact) -> Sequence[Record]:
    """The messages that a fact of the log makes: none, one, or two where payroll is told."""
    if not isinstance(fact, PUBLIC):
        return ()
    public = public_record(SERVICE, TOPIC, position, fact, WITHHELD)
    if isinstance(fact, RepaymentSent):
        return (public, Record(PAYROLL_TOPIC, key_of(fact), _payroll_event(fact).encode()))
    return (public,)


def payroll_data(fact: RepaymentSent) -> dict[str, Any]:
    """The `data` of a message to payroll."""
    whole = msgspec.to_builtins(fact)
    return {name: whole[name] for name in PAYROLL_FIELDS if name in whole}


def _payroll_event(fact: RepaymentSent) -> CloudEvent:
    message_id = f"{fact.repayment_id}/{fact.revision}"
    return event_of(SERVICE, fact, payroll_data(fact), id=message_id, name=fact.message, schemas=PAYROLL_SCHEMAS)
