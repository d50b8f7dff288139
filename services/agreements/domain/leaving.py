"""Commands on leaving: an employment ends, ends otherwise than first said, or does not end after all."""

from datetime import date
from typing import Any

from services.agreements.domain.assessment import reassess
from services.agreements.domain.liability import reason_is_liable
from services.agreements.domain.staff_facts import (
    Ending,
    ResignationCorrected,
    ResignationWithdrawn,
    StaffResigned,
    WithdrawalCameEarly,
)
from services.agreements.domain.staff_member import StaffMember
from shared.checks import in_order, not_ahead, plausible
from shared.errors import FieldRefused, StateForbids
from shared.eventstore.fact import ERASED
from shared.words import LeaverReason


class ResignationAlreadyOpen(StateForbids):
    """The employment has an ending that stands; correct that one."""


class ResignationIsWithdrawn(StateForbids):
    """A withdrawn resignation stays withdrawn; a later one is a new one."""


def resign(
    member: StaffMember,
    *,
    notified_on: date,
    last_day: date,
    reason: LeaverReason,
    school_urn: str,
    employment_id: str | None = None,
    payroll_number: str = "",
) -> tuple[Ending, bool]:
    """An employment ends. The same ending again is the same fact. Returns it and whether it is new.

    Raises FieldRefused, ResignationAlreadyOpen.
    """
    _sound_leaving(member.acting.today, notified_on, last_day)
    values = {
        "notified_on": notified_on,
        "last_day": last_day,
        "reason": reason,
        "school_urn": school_urn,
        "payroll_number": payroll_number,
    }
    repeated = next((e for e in _open_endings(member) if employment_id is None and _same(e, values)), None)
    if repeated is not None:
        return repeated, False
    employment = _employment(member, employment_id)
    standing = member.open_ending(employment)
    if standing is not None:
        if _same(standing, values):
            return standing, False
        raise ResignationAlreadyOpen(f"{standing.id} ends this employment already; correct or withdraw that one")
    return _end(member, employment, values), True


def correct_resignation(
    member: StaffMember,
    ending_id: str,
    *,
    notified_on: date,
    last_day: date,
    reason: LeaverReason,
    school_urn: str,
    employment_id: str | None = None,
    payroll_number: str = "",
) -> Ending:
    """Other days, reason or school than recorded first. Raises FieldRefused, ResignationIsWithdrawn."""
    ending = member.ending(ending_id)
    if ending.withdrawn_on is not None:
        raise ResignationIsWithdrawn(f"withdrawn on {ending.withdrawn_on.isoformat()}")
    if employment_id not in (None, ending.employment_id):
        raise FieldRefused(employment_id="is not the employment that this resignation ends")
    _sound_leaving(member.acting.today, notified_on, last_day)
    values = {
        "notified_on": notified_on,
        "last_day": last_day,
        "reason": reason,
        "school_urn": school_urn,
        "payroll_number": payroll_number or ending.payroll_number,
    }
    _correct(member, ending, values)
    return ending


def withdraw_resignation(member: StaffMember, ending_id: str, *, withdrawn_on: date) -> Ending:
    """The ending does not come about after all. The same day again changes nothing. Raises ResignationIsWithdrawn."""
    ending = member.ending(ending_id)
    not_ahead(member.acting.today, withdrawn_on=withdrawn_on)
    in_order(notified_on=ending.notified_on, withdrawn_on=withdrawn_on)
    if ending.withdrawn_on is not None and ending.withdrawn_on != withdrawn_on:
        raise ResignationIsWithdrawn(f"withdrawn on {ending.withdrawn_on.isoformat()}")
    if ending.withdrawn_on is None:
        member.record(
            ResignationWithdrawn, ending_id=ending_id, school_urn=ending.school_urn, withdrawn_on=withdrawn_on
        )
        reassess(member)
    return ending


def note_ending(member: StaffMember, *, employment_id: str, on: date, given: dict[str, Any]) -> None:
    """HR's message that an employment ends, or ends otherwise than known: a fact, and a correction where one stands.

    `given` holds what the message says of notified_on, last_day, reason, school_urn, payroll_number; what it leaves
    out stays as known. The trigger is `on` where nobody ever said when notice was given. A message that says no more
    than an ending that was withdrawn is that one, come late or again; one of a later day is a new ending.
    Raises FieldRefused.
    """
    standing = member.open_ending(employment_id)
    if standing is None and any(_told_by(ending, on, given) for ending in _withdrawn(member, employment_id)):
        return
    notified_on = given.get("notified_on", on)
    unsaid = {
        "notified_on": notified_on,
        "last_day": max(on, notified_on),
        "reason": "other",
        "payroll_number": "",
    }
    values = (unsaid if standing is None else _values(standing)) | given
    if notified_on != on:
        not_ahead(member.acting.today, notified_on=notified_on)
    plausible(member.acting.today, notified_on=values["notified_on"], last_day=values["last_day"])
    if {"notified_on", "last_day"} <= given.keys():
        in_order(notified_on=values["notified_on"], last_day=values["last_day"])
    values["last_day"] = max(values["notified_on"], values["last_day"])
    if standing is None:
        _end(member, employment_id, values)
    else:
        _correct(member, standing, values)


def note_reversal(member: StaffMember, *, employment_id: str, on: date) -> None:
    """HR's message that an ending was withdrawn or the person reinstated.

    Where it comes before the ending that it takes back, it waits for that one. The message that withdrew an earlier
    ending, come again, leaves a later one as it is. Raises FieldRefused.
    """
    plausible(member.acting.today, on=on)
    standing, withdrawn = member.open_ending(employment_id), _withdrawn(member, employment_id)
    if standing is None:
        if (
            not any(ending.notified_on <= on for ending in withdrawn)
            and member.early_withdrawals.get(employment_id) != on
        ):
            member.record(WithdrawalCameEarly, employment_id=employment_id, withdrawn_on=on)
    elif not (on < standing.notified_on and any(ending.withdrawn_on == on for ending in withdrawn)):
        member.record(ResignationWithdrawn, ending_id=standing.id, school_urn=standing.school_urn, withdrawn_on=on)
        reassess(member)


def _end(member: StaffMember, employment_id: str, values: dict[str, Any]) -> Ending:
    ending_id = member.new_id("e", member.endings)
    member.record(StaffResigned, ending_id=ending_id, employment_id=employment_id, **_as_recorded(member, values))
    taken_back = member.early_withdrawals.get(employment_id)
    if taken_back is not None and values["notified_on"] <= taken_back:
        urn = values["school_urn"]
        member.record(ResignationWithdrawn, ending_id=ending_id, school_urn=urn, withdrawn_on=taken_back)
    reassess(member)
    return member.ending(ending_id)


def _correct(member: StaffMember, ending: Ending, values: dict[str, Any]) -> None:
    if values == _values(ending, told=values):
        return
    said = _as_recorded(member, values) | ({"liable": ending.liable} if values["reason"] == ERASED else {})
    member.record(ResignationCorrected, ending_id=ending.id, employment_id=ending.employment_id, **said)
    reassess(member)


def _values(ending: Ending, *, told: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is known of an ending. A reason that was erased is taken to be the one that is `told`."""
    return {
        "notified_on": ending.notified_on,
        "last_day": ending.last_day,
        "reason": (told or {}).get("reason", ERASED) if ending.reason == ERASED else ending.reason,
        "school_urn": ending.school_urn,
        "payroll_number": ending.payroll_number,
    }


def _open_endings(member: StaffMember) -> list[Ending]:
    return [e for e in member.endings.values() if e.withdrawn_on is None and not e.transfer]


def _withdrawn(member: StaffMember, employment_id: str) -> list[Ending]:
    return [e for e in member.endings.values() if e.employment_id == employment_id and e.withdrawn_on is not None]


def _told_by(ending: Ending, on: date, given: dict[str, Any]) -> bool:
    """Whether a message says no more than this withdrawn ending did: the same notice, or nothing of a later day."""
    known = _values(ending, told=given)
    return known == known | given and ("notified_on" in given or on <= (ending.withdrawn_on or on))


def _as_recorded(member: StaffMember, values: dict[str, Any]) -> dict[str, Any]:
    usual = member.settings_of(values["school_urn"]).default_terms
    named = {("leaving_reason" if name == "reason" else name): value for name, value in values.items()}
    return named | {"liable": reason_is_liable(usual, values["reason"])}


def _sound_leaving(today: date, notified_on: date, last_day: date) -> None:
    not_ahead(today, notified_on=notified_on)
    plausible(today, last_day=last_day)
    in_order(notified_on=notified_on, last_day=last_day)


def _employment(member: StaffMember, employment_id: str | None) -> str:
    current = member.current_employment()
    if current is None:
        raise FieldRefused(staff_id="no member of staff of this trust is known by this id")
    if employment_id is None:
        return current.id
    if employment_id not in member.employments:
        raise FieldRefused(employment_id="is not an employment of this member of staff")
    return employment_id


def _same(ending: Ending, values: dict[str, Any]) -> bool:
    """Whether `values` say what is known; a payroll number left out says nothing."""
    known = _values(ending, told=values)
    return known == values | {"payroll_number": values["payroll_number"] or known["payroll_number"]}
