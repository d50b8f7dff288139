"""What people of the demo trust do to agreements: one deed is one command, so many days before today."""

from collections.abc import Callable
from typing import Any

from services.agreements.application import Agreements
from services.agreements.domain.staff_member import stream_of
from shared.demo.recording import Deed as AnyDeed
from shared.eventstore.ledger import Call

Deed = AnyDeed[Agreements]


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
