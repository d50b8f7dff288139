"""What people of the demo trust do: one deed is one command, so many days before today."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.agreements.application import Agreements
from services.agreements.domain.staff_member import stream_of
from shared.eventstore.ledger import Call


class Person(NamedTuple):
    """Who acts: as the token would say it. `staff_id` where it is a member of staff."""

    actor: str
    role: str
    staff_id: str | None = None


HR = Person("hr_platform", "hr_platform")
PAYROLL = Person("payroll", "payroll")
FINANCE = Person("finance", "finance")
TRUST_EXECUTIVE = Person("trust_executive", "trust_executive")
TRUST_ADMIN = Person("trust_admin", "trust_admin")
TIMER = Person("timer", "timer")


def staff(staff_id: str) -> Person:
    """The member of staff, for themselves."""
    return Person(staff_id, "staff", staff_id)


def head(staff_id: str) -> Person:
    """The member of staff, as headteacher."""
    return Person(staff_id, "headteacher", staff_id)


class Deed(NamedTuple):
    """A command, by whom and why. Recorded `days_ago` before today, which is at least yesterday."""

    days_ago: int
    by: Person
    do: Callable[[Agreements, Call], object]
    reason: str = ""


class Days:
    """Days of the story, counted back from today."""

    def __init__(self, today: date) -> None:
        self.today = today

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def about(
    staff_id: str, command: Callable[..., Any], *args: Any, **fields: Any
) -> Callable[[Agreements, Call], object]:
    """A command of the domain, or a function that reads its figures from the ledger first, on one person."""

    def do(agreements: Agreements, call: Call) -> object:
        return agreements.on_person(call, staff_id, command, *args, **fields)

    return do


def agreement_id(staff_id: str, number: int = 1) -> str:
    return f"{stream_of(staff_id)}-a{number}"


def ending_id(staff_id: str) -> str:
    return f"{stream_of(staff_id)}-e1"


def repayment_id(staff_id: str) -> str:
    return f"{agreement_id(staff_id)}-r1"
