"""What the service does when HR or payroll says something: facts, judged on what the log knows, in any order."""

from collections.abc import Callable
from typing import Any

import msgspec

from services.agreements.application import Agreements
from services.agreements.domain import deducting, employing, leaving
from services.agreements.domain.granting import Granted, TakenBack
from services.agreements.domain.staff_member import StaffMember
from services.agreements.inbound import DeductionMessage
from shared.clock import Clock
from shared.errors import FieldRefused, NotThere
from shared.eventstore.ledger import Once
from shared.eventstore.sealing import Sealer
from shared.hr import StaffMessage
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.reacting import call_of
from shared.messaging.schema import read

OUTCOMES = {
    "payroll.DeductionTaken.v1": ("taken", "partly_taken"),
    "payroll.DeductionAccepted.v1": ("accepted",),
    "payroll.DeductionRejected.v1": ("rejected",),
}
DESCRIBING = ("role_category", "line_manager_id", "payroll_number")
WITHDRAWN = "The request from which it was drafted was withdrawn"
"""Said of each person's agreement in our words: why it was withdrawn is said of who asked, and is theirs."""
LEAVING = ("notified_on", "last_day", "reason", "payroll_number")


class Reactions:
    """Reactions to `hr.staff.v1`, `payroll.deductions.v1` and `cpd.requests.v1`.

    A message of HR or payroll of a type that is not known here is refused, and so waits among the dead letters: what HR
    or payroll says in words that a later version knows would be lost.
    """

    def __init__(self, agreements: Agreements, sealer: Sealer, clock: Clock) -> None:
        self.agreements = agreements
        self.sealer = sealer
        self.clock = clock
        self._hr: dict[str, Callable[[StaffMember, StaffMessage], None]] = {
            "hr.StaffJoined.v1": _joined,
            "hr.StaffMoved.v1": _moved,
            "hr.ResignationReceived.v1": _resigned,
            "hr.EmploymentEnded.v1": _ended,
            "hr.LeavingDateChanged.v1": _ended,
            "hr.ResignationWithdrawn.v1": _stayed,
            "hr.Reinstated.v1": _stayed,
        }

    def to_hr(self, event: CloudEvent, marks: Once) -> None:
        """Record what HR says of one person."""
        command = self._hr.get(event.type)
        if command is None:
            raise FieldRefused(type="is none that this version knows")
        said = read(StaffMessage, self.sealer.open_all(event.data), at="data.")
        call = call_of(event, marks, self.clock(), role="hr_platform")
        self.agreements.know_school(call, said.school_urn)
        self.agreements.on_person(call, said.staff_id, command, said)

    def to_payroll(self, event: CloudEvent, marks: Once) -> None:
        """Record what payroll did about one repayment."""
        outcomes = OUTCOMES.get(event.type)
        if outcomes is None:
            raise FieldRefused(type="is none that this version knows")
        said = read(DeductionMessage, self.sealer.open_all(event.data), at="data.")
        if said.outcome not in outcomes:
            raise FieldRefused(outcome=f"must be {' or '.join(outcomes)} in a message of type {event.type}")
        fields = msgspec.structs.asdict(said)
        repayment_id, staff_id, reason = (fields.pop(name) for name in ("repayment_id", "staff_id", "reason"))
        call = call_of(event, marks, self.clock(), role="payroll", reason=reason or "")
        guarded = msgspec.structs.replace(call, guard=lambda repayment: _is_of(repayment, staff_id))
        self.agreements.on_repayment(guarded, repayment_id, deducting.report_deduction, **fields)

    def to_requests(self, event: CloudEvent, marks: Once) -> None:
        """Draft what an approved, funded request asks for; where it is withdrawn, cancel what nobody has signed.

        Of the requests service's other messages none is ours.
        """
        if event.type == "cpd.requests.RequestApproved.v1":
            granted = read(Granted, self.sealer.open_all(event.data), at="data.")
            call = call_of(event, marks, self.clock(), role="requests")
            self.agreements.know_school(call, granted.school_urn)
            self.agreements.grant(call, granted)
        elif event.type == "cpd.requests.RequestWithdrawn.v1":
            call = call_of(event, marks, self.clock(), role="requests", reason=WITHDRAWN)
            self.agreements.take_back(call, read(TakenBack, event.data, at="data."))


def _joined(member: StaffMember, said: StaffMessage) -> None:
    employing.join(
        member,
        employment_id=said.employment_id,
        school_urn=said.school_urn,
        on=said.on,
        name=said.name or "",
        **_described(said),
    )


def _moved(member: StaffMember, said: StaffMessage) -> None:
    _make_known(member, said)
    employing.move(member, employment_id=said.employment_id, school_urn=said.school_urn, on=said.on, **_described(said))


def _resigned(member: StaffMember, said: StaffMessage) -> None:
    _make_known(member, said)
    stated = {"notified_on": said.on, "reason": "resignation"}
    leaving.note_ending(member, employment_id=said.employment_id, on=said.on, given=stated | _leaving(said))


def _ended(member: StaffMember, said: StaffMessage) -> None:
    _make_known(member, said)
    given = {"last_day": said.on} | _leaving(said)
    leaving.note_ending(member, employment_id=said.employment_id, on=said.on, given=given)


def _stayed(member: StaffMember, said: StaffMessage) -> None:
    _make_known(member, said)
    leaving.note_reversal(member, employment_id=said.employment_id, on=said.on)


def _make_known(member: StaffMember, said: StaffMessage) -> None:
    employing.make_known(
        member, employment_id=said.employment_id, school_urn=said.school_urn, on=said.on, **_described(said)
    )


def _described(said: StaffMessage) -> dict[str, Any]:
    return {name: value for name in DESCRIBING if (value := getattr(said, name)) is not None}


def _leaving(said: StaffMessage) -> dict[str, Any]:
    given = {name: value for name in LEAVING if (value := getattr(said, name)) is not None}
    return given | {"school_urn": said.school_urn}


def _is_of(repayment: Any, staff_id: str) -> None:
    if repayment.staff_id != staff_id:
        raise NotThere(f"there is no repayment {repayment.id} of {staff_id}")
