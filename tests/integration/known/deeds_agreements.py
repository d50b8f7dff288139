"""What can happen in the agreements service, to something that is there, with chance figures."""

from typing import Any

from tests.integration.agreements import story
from tests.integration.agreements.world import EXECUTIVE, FINANCE, HEAD, HR, PAYROLL, person
from tests.integration.known.history import WHY, History, Told


def an_agreement_is_drafted(h: History) -> Told:
    staff_id = h.someone()
    body = story.draft(staff_id, school_urn=h.school_of(staff_id), planned_start=h.day(300), planned_end=h.day(0, 90))
    body["cost_lines"] = [{"category": "fee", "amount_pence": h.pence()}]
    return Told(h.trust.agreements, "POST", "/v1/agreements", body, HR)


def an_agreement_is_signed(h: History) -> Told | None:
    if (one := h.any_of(h.trust.agreements, "/v1/agreements?status=drafted")) is None:
        return None
    body = story.SIGNATURE | {"signed_on": h.day(250), "deduction_consent": h.chance.random() < 0.8}
    return Told(h.trust.agreements, "POST", f"/v1/agreements/{one['id']}/signature", body, HEAD)


def training_goes_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.agreements, "/v1/agreements")) is None:
        return None
    steps: dict[str, Any] = {
        "start": {"started_on": h.day(250), **WHY},
        "completion": {"completed_on": h.day(120), **WHY},
        "training-withdrawal": {"withdrawn_on": h.day(60), **WHY},
        "costs": {"category": "fee", "amount_pence": h.pence(9), "on": h.day(200), "reference": "INV"},
        "variation": {"cost_lines": [{"category": "travel", "amount_pence": h.pence()}], **WHY},
        "cancellation": WHY,
    }
    step = h.chance.choices([*steps], [4, 6, 1, 3, 2, 1])[0]
    path = f"/v1/agreements/{one['id']}/{step}"
    return Told(h.trust.agreements, "POST", path, steps[step], FINANCE if step == "costs" else HEAD)


def someone_resigns(h: History) -> Told:
    """Rather someone who trained."""
    trained = h.any_of(h.trust.agreements, "/v1/agreements?status=completed")
    staff_id = trained["staff_id"] if trained is not None else h.someone()
    body = story.resignation(
        notified_on=h.day(90), last_day=h.day(0, 90), school_urn=h.school_of(staff_id), employment_id=f"e-{staff_id}"
    )
    return Told(h.trust.agreements, "POST", f"/v1/staff/{staff_id}/resignations", body, HR)


def a_resignation_is_corrected(h: History) -> Told | None:
    staff_id = h.one_of(["t2", h.someone()])
    if (one := h.any_of(h.trust.agreements, f"/v1/staff/{staff_id}/resignations")) is None:
        return None
    path = f"/v1/staff/{staff_id}/resignations/{one['id']}"
    if h.chance.random() < 0.3:
        return Told(h.trust.agreements, "POST", f"{path}/withdrawal", {"withdrawn_on": h.day(5), **WHY}, HR)
    body = story.resignation(
        notified_on=h.day(150), last_day=h.day(0, 90), school_urn=one["school_urn"], correction_reason="Misread"
    )
    return Told(h.trust.agreements, "PUT", path, body | {"employment_id": one["employment_id"]}, HR)


def a_repayment_goes_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.agreements, "/v1/repayments")) is None:
        return None
    amount = {"amount_pence": h.pence(9)}
    deduction = story.deduction(revision=one["revision"], taken_pence=h.pence(9), outcome="partly_taken")
    steps: dict[str, tuple[Any, Any]] = {
        "confirmation": (WHY, HEAD),
        "requirement": (WHY, HEAD),
        "waiver": (amount | WHY, EXECUTIVE),
        "dispute": (WHY, person(one["staff_id"])),
        "payments": (amount | {"on": h.day(60), "reference": "BACS"}, FINANCE),
        "deductions": (deduction, PAYROLL),
    }
    step = h.one_of([*steps])
    return Told(h.trust.agreements, "POST", f"/v1/repayments/{one['id']}/{step}", *steps[step])


DEEDS = (
    an_agreement_is_drafted,
    an_agreement_is_signed,
    training_goes_on,
    someone_resigns,
    a_resignation_is_corrected,
    a_repayment_goes_on,
)
