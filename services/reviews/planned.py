"""What the requests service tells of a school's plan and money, as the report to its governing body needs it."""

from collections.abc import Mapping

import msgspec

from services.reviews.domain.desk import Desk
from services.reviews.domain.plan import BudgetNoted, PriorityNoted, PriorityRetirementNoted
from services.reviews.heard import Handler
from shared.messaging.heard import Heard


class Adopted(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a priority as the plan has it."""

    school_urn: str
    priority_id: str
    plan_year: str
    title: str


class Retired(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a priority that was taken out."""

    school_urn: str
    priority_id: str


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of the books; which of it is there depends on the message."""

    school_urn: str
    academic_year: str
    allocated_pence: int = 0
    change_pence: int = 0
    amount_pence: int = 0
    committed_pence: int = 0
    actual_pence: int = 0
    from_committed_pence: int = 0
    from_actual_pence: int = 0


def _adopted(desk: Desk, message: Heard) -> None:
    said = message.read(Adopted)
    fields = {"priority_id": said.priority_id, "plan_year": said.plan_year, "objective": said.title}
    desk.plan(said.school_urn).record(
        PriorityNoted, school_urn=said.school_urn, told=message.order, reason="", **fields
    )


def _retired(desk: Desk, message: Heard) -> None:
    said = message.read(Retired)
    about = {"school_urn": said.school_urn, "priority_id": said.priority_id}
    desk.plan(said.school_urn).record(PriorityRetirementNoted, told=message.order, reason="", **about)


def _allocated(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    _book(desk, message, said, allocated_pence=said.allocated_pence)


def _moved(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    _book(desk, message, said, change_pence=said.change_pence)


def _committed(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    _book(desk, message, said, committed_pence=said.amount_pence)


def _spent(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    _book(desk, message, said, committed_pence=-said.from_committed_pence, actual_pence=said.amount_pence)


def _released(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    released = {"committed_pence": -said.from_committed_pence, "actual_pence": -said.from_actual_pence}
    _book(desk, message, said, **released)


def _counted(desk: Desk, message: Heard) -> None:
    said = message.read(Booked)
    _book(desk, message, said, committed_pence=said.committed_pence, actual_pence=said.actual_pence)


def _book(desk: Desk, message: Heard, said: Booked, **pence: int) -> None:
    about = {"school_urn": said.school_urn, "academic_year": said.academic_year}
    desk.budget(said.school_urn, said.academic_year).record(
        BudgetNoted, told=message.order, reason="", **about, **pence
    )


PLANNED: Mapping[str, Handler] = {
    "cpd.requests.PriorityAdopted.v1": _adopted,
    "cpd.requests.PriorityRevised.v1": _adopted,
    "cpd.requests.PriorityRetired.v1": _retired,
    "cpd.requests.BudgetAllocated.v1": _allocated,
    "cpd.requests.BudgetVired.v1": _moved,
    "cpd.requests.BudgetCarriedOver.v1": _moved,
    "cpd.requests.FundsCommitted.v1": _committed,
    "cpd.requests.CostActualised.v1": _spent,
    "cpd.requests.FundsReleased.v1": _released,
    "cpd.requests.PastRequestCounted.v1": _counted,
}
