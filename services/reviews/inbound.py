"""What the service takes in: HR's messages, and what requests and agreements tell of training."""

from datetime import date

import msgspec

from shared.hr import HR_SCHEMAS, HR_TOPIC
from shared.words import ActivityType, CostCategory

INBOUND = {HR_TOPIC: HR_SCHEMAS}
"""What the inbox takes."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A cost line."""

    category: CostCategory
    amount_pence: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's part of a request's costs."""

    staff_id: str
    cost_lines: list[Line]


class ApprovedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of `RequestApproved`."""

    request_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    starts_on: date
    ends_on: date
    funded_percent: int
    shares: list[Share]
    hours: float | None = None
    mandatory: bool = False


class DraftedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of `AgreementDrafted`."""

    agreement_id: str
    staff_id: str
    school_urn: str
    title: str
    activity_type: ActivityType
    planned_start: date
    planned_end: date
    funded_percent: int
    cost_lines: list[Line]
    request_id: str | None = None
    mandatory: bool = False


class TrainingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an agreement's messages about its training; which of it is there depends on the message."""

    agreement_id: str
    staff_id: str
    completed_on: date | None = None
    actor: str = ""


class CompletedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of `ActivityCompleted`."""

    request_id: str
    completed_on: date
    participants: list[str]
