"""What can happen in the requests service, to something that is there, with chance figures."""

from typing import Any

from tests.integration.agreements.world import EXECUTIVE, FINANCE, HEAD, HR, OTHER_SCHOOL, SCHOOL, person
from tests.integration.known.history import HERE, WHY, YEARS, History, Told
from tests.integration.requests import story
from tests.integration.requests.table import ITEM, PLACES, SAID
from tests.integration.requests.world import GOVERNOR, LEADER


def money_is_allocated(h: History) -> Told:
    path = f"/v1/budgets/{h.one_of([SCHOOL, SCHOOL, OTHER_SCHOOL])}/{h.one_of(YEARS)}"
    return Told(h.trust.requests, "PUT", path, {"allocated_pence": h.pence(30_000)}, FINANCE)


def money_is_moved(h: History) -> Told:
    body, from_ = {"amount_pence": h.pence(50), **WHY}, f"/v1/budgets/{SCHOOL}/{h.one_of(YEARS)}"
    if h.chance.random() < 0.5:
        return Told(h.trust.requests, "POST", f"{from_}/carry-over", body, FINANCE)
    return Told(h.trust.requests, "POST", f"{from_}/virement", body | {"to_urn": OTHER_SCHOOL}, EXECUTIVE)


def a_priority_is_adopted(h: History) -> Told:
    body = {"school_urn": SCHOOL, "plan_year": h.one_of(YEARS), "title": f"Priority {h.chance.randint(1, 99)}"}
    return Told(h.trust.requests, "POST", "/v1/priorities", body, HEAD)


def a_priority_changes(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/priorities?status=live")) is None:
        return None
    path = f"/v1/priorities/{one['id']}"
    if h.chance.random() < 0.2:
        return Told(h.trust.requests, "POST", f"{path}/retirement", WHY, HEAD)
    return Told(h.trust.requests, "PUT", path, {"title": f"Otherwise {h.chance.randint(1, 99)}"}, HEAD)


def a_need_is_registered(h: History) -> Told:
    body = {"school_urn": SCHOOL, "staff_id": h.one_of(HERE), "title": "Phonics", "source": "appraisal"}
    rank = {"rank": h.chance.randint(1, 9), "estimated_pence": h.pence()}
    return Told(h.trust.requests, "POST", "/v1/needs", body | rank, HEAD)


def a_programme_goes_on(h: History) -> Told:
    path = f"/v1/programmes/{SCHOOL}/2025-26"
    step = h.one_of(["plan", "plan", "plan", "adoption", "closure"])
    if step == "plan":
        items = [ITEM | {"title": f"Item {n}", "estimated_pence": h.pence()} for n in range(h.chance.randint(1, 3))]
        return Told(h.trust.requests, "PUT", path, {"items": items, **WHY}, LEADER)
    return Told(h.trust.requests, "POST", f"{path}/{step}", {} if step == "adoption" else WHY, HEAD)


def workforce_is_counted(h: History) -> Told:
    counts = [{"characteristic": "disability", "group": "no", "people": h.chance.randint(10, 14), "participants": 10}]
    path = f"/v1/schools/{SCHOOL}/workforce/{h.one_of(YEARS)}"
    return Told(h.trust.requests, "PUT", path, {"on": h.day(90), "counts": counts}, HR)


def places_are_bought(h: History) -> Told:
    days = {"valid_from": h.day(20), "valid_to": h.day(0, 90)}
    return Told(
        h.trust.requests, "POST", "/v1/service-agreements", PLACES | days | {"price_pence": h.pence(9)}, EXECUTIVE
    )


def places_are_paid_or_closed(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/service-agreements")) is None:
        return None
    path, closes = f"/v1/service-agreements/{one['id']}", h.chance.random() < 0.2
    body = WHY if closes else {"amount_pence": h.pence(5), "on": h.day(30), "reference": "INV"}
    return Told(h.trust.requests, "POST", f"{path}/{'closure' if closes else 'costs'}", body, FINANCE)


def minutes_say_so(h: History) -> Told:
    if (one := h.any_of(h.trust.requests, "/v1/minutes")) is not None and h.chance.random() < 0.5:
        body = SAID | {"minute_ref": f"item {h.chance.randint(1, 99)}", **WHY}
        return Told(h.trust.requests, "PUT", f"/v1/minutes/{one['id']}", body, GOVERNOR)
    return Told(h.trust.requests, "POST", "/v1/minutes", SAID | {"school_urn": SCHOOL}, GOVERNOR)


def someone_asks(h: History) -> Told:
    staff_id, those = h.someone(), [each["id"] for each in h.trust.requests.read("/v1/priorities?status=live")["items"]]
    few = h.one_of([1, 1, 2, 12])
    changes = {
        "school_urn": h.school_of(staff_id),
        "priority_ids": [h.one_of(those)] if those and staff_id in HERE else [],
        "priority_exception": "None fits",
        "participants": sorted({staff_id, *h.chance.sample(HERE, few)}) if staff_id in HERE else [staff_id],
        "starts_on": h.day(10),
        "ends_on": h.day(0, 40),
        "provider": h.one_of(["A college", "A trainer"]),
        "cost_lines": [{"category": "fee", "amount_pence": h.pence()}],
        "draft": h.chance.random() < 0.2,
    }
    return Told(h.trust.requests, "POST", "/v1/requests", story.body("", staff_id, **changes), HEAD)


def a_request_is_assessed(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/requests?status=submitted")) is None:
        return None
    return Told(
        h.trust.requests, "POST", f"/v1/requests/{one['id']}/assessment", story.scores(h.one_of([1, 2, 3])), HEAD
    )


def a_request_is_decided(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/requests?status=assessed")) is None:
        return None
    step = h.one_of(["approval", "approval", "approval", "decline", "deferral"])
    body = {**WHY, "funding": "part", "funded_percent": h.one_of([33, 80])} if step == "approval" else WHY
    return Told(h.trust.requests, "POST", f"/v1/requests/{one['id']}/{step}", body, EXECUTIVE)


def a_request_goes_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/requests")) is None:
        return None
    steps: dict[str, Any] = {
        "submission": {},
        "withdrawal": WHY,
        "appeal": WHY,
        "resubmission": WHY,
        "completion": {"completed_on": h.day(15)},
        "costs": {"category": "fee", "amount_pence": h.pence(9), "on": h.day(60), "reference": "INV"},
    }
    step = h.one_of([*steps, "completion", "costs"])
    by = FINANCE if step == "costs" else HEAD
    return Told(h.trust.requests, "POST", f"/v1/requests/{one['id']}/{step}", steps[step], by)


def a_provider_is_rated(h: History) -> Told | None:
    if (one := h.any_of(h.trust.requests, "/v1/requests?status=completed")) is None:
        return None
    body = {"rating": h.chance.randint(0, 3), "note": "Said so"}
    by = person(h.one_of(one["participants"]))
    return Told(h.trust.requests, "POST", f"/v1/requests/{one['id']}/rating", body, by)


DEEDS = (
    money_is_allocated,
    money_is_moved,
    a_priority_is_adopted,
    a_priority_changes,
    a_need_is_registered,
    a_programme_goes_on,
    workforce_is_counted,
    places_are_bought,
    places_are_paid_or_closed,
    minutes_say_so,
    someone_asks,
    a_request_is_assessed,
    a_request_is_decided,
    a_request_goes_on,
    a_provider_is_rated,
)
