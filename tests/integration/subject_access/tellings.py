"""For each service: everything that can be said about a person, told with marked text in every field that takes it."""

from collections.abc import Callable
from pathlib import Path

from tests.integration.agreements import marked
from tests.integration.agreements.marked import Marker
from tests.integration.agreements.world import ADMIN, FINANCE, HEAD, HR, SCHOOL, person
from tests.integration.requests import story
from tests.integration.requests.world import LEADER
from tests.integration.reviews import story as reading

ENTRY = {"activity_type": "course", "on": "2024-10-01", "hours": 6.0}
Tell = Callable[[Marker, str, Path], None]

ABOUT_NOBODY = {
    "agreements": ["PUT /v1/schools/*"],
    "requests": [
        "PUT /v1/schools/*",
        "* /v1/priorities*",
        "* /v1/budgets/*",
        "* /v1/service-agreements*",
        "* /v1/programmes/*",
        "* /v1/minutes*",
    ],
    "reviews": ["PUT /v1/schools/*", "* /v1/annual-reviews/*"],
}
"""What takes text about a school, its plan, its money and its meetings."""


def agreements(marker: Marker, other: str, folder: Path) -> None:
    marked.everything_is_said(marker.world, marker)
    marked.files_are_imported(marker.world, marker, folder)
    marked.poisoned(marker.world, marker)


def requests(marker: Marker, other: str, folder: Path) -> None:
    """A request that `other` takes part in goes the whole way; two more are declined and withdrawn."""
    world, text, done, me = marker.world, marker.text, marker.done, person(marker.staff_id)
    described = {"role_category": "teacher", "line_manager_id": "manager"}
    marker.told("hr.staff.v1", story.hr_event("StaffJoined", marker.staff_id, name=text("her name"), **described), HR)
    need = {"school_urn": SCHOOL, "staff_id": marker.staff_id, "source": "appraisal", "rank": 1}
    done("/v1/needs", need | {"title": text("need"), "evidence": text("evidence")}, me)
    plan = story.priority(world)

    def asked(name: str, **changes: object) -> str:
        texts = {
            "title": text(f"{name} title"),
            "benefit": text(f"{name} benefit"),
            "provider": text(f"{name} provider"),
        }
        body = story.body(plan, marker.staff_id, participants=[marker.staff_id, other], **texts, **changes)
        request_id: str = done("/v1/requests", body, me)["id"]
        return f"/v1/requests/{request_id}"

    details = {"host": text("host")}
    one = asked("asked", activity_type="secondment", details=details, priority_exception=text("exception"))
    change = {"title": text("new title"), "benefit": text("new benefit"), "provider": text("new provider")}
    change |= {"details": {"host": text("new host")}, "priority_exception": text("new exception")}
    asked_for = story.body(plan, marker.staff_id, participants=[marker.staff_id, other], activity_type="secondment")
    whole = {name: each for name, each in (asked_for | change).items() if name not in ("staff_id", "school_urn")}
    marker.put(one, whole, me)
    scored = story.scores() | {"notes": {"good_practice": text("note")}}
    done(f"{one}/assessment", scored, HEAD)
    done(f"{one}/recommendation", {"reason": text("recommendation")}, LEADER)
    done(f"{one}/deferral", {"reason": text("deferral")}, HEAD)
    done(f"{one}/resubmission", {"reason": text("resubmission")}, me)
    story.allocated(world, pence=50_000_00)
    done(f"{one}/approval", story.APPROVAL | {"reason": text("approval")}, HEAD)
    early = asked("early", starts_on="2025-05-01", ends_on="2025-05-02", cost_lines=[])
    done(f"{early}/assessment", story.scores(), HEAD)
    done(f"{early}/approval", story.APPROVAL | {"reason": text("early approval")}, HEAD)
    cost = {"category": "travel", "amount_pence": 100, "on": "2025-05-03"}
    done(f"{early}/costs", cost | {"reference": text("cost of it")}, FINANCE)
    done(f"{early}/refunds", cost | {"reference": text("refund of it")}, FINANCE)
    done(f"{early}/completion", {"completed_on": "2025-05-02"}, HEAD)
    done(f"{early}/rating", {"rating": 2, "note": text("rating")}, me)
    declined = asked("declined")
    done(f"{declined}/assessment", story.scores(0), HEAD)
    done(f"{declined}/decline", {"reason": text("declining")}, HEAD)
    done(f"{declined}/appeal", {"reason": text("appeal")}, me)
    done(f"{asked('withdrawn')}/withdrawal", {"reason": text("taking back")}, me)
    delegation = {"from_role": "slt", "to_staff_id": marker.staff_id, "from": "2025-06-01", "to": "2025-06-30"}
    world.put(f"/v1/schools/{SCHOOL}/settings", {"delegations": [delegation]}, ADMIN)


def reviews(marker: Marker, other: str, folder: Path) -> None:
    """Something logged, corrected and evaluated; something logged by mistake; stages that are not asked for."""
    text, done, me = marker.text, marker.done, person(marker.staff_id)
    marker.told("hr.staff.v1", story.hr_event("StaffJoined", marker.staff_id, name=text("their name")), HR)
    logged = done("/v1/activities", reading.activity(marker.staff_id, title=text("logged")), me)
    correction = {name: each for name, each in reading.activity().items() if name not in ("staff_id", "school_urn")}
    correction |= {"title": text("logged anew"), "reason": text("mistaken")}
    marker.put(f"/v1/activities/{logged['id']}", correction, me)
    evaluation = f"/v1/evaluations/{logged['evaluation_id']}"
    done(f"{evaluation}/submission", reading.answer(reflection=text("reflection")), me)
    again = reading.answer(reflection=text("second thought"), reason=text("thought again"))
    done(f"{evaluation}/submission", again, me)
    done(f"{evaluation}/exemption", {"stage": "use", "reason": text("exempt")}, HEAD)
    _kept_and_passed_on(marker, other, logged["id"])
    mistake = done("/v1/activities", reading.activity(marker.staff_id, title=text("mistake")), me)
    done(f"/v1/activities/{mistake['id']}/withdrawal", {"reason": text("it was not")}, me)


def _kept_and_passed_on(marker: Marker, other: str, activity: str) -> None:
    """Entries of a portfolio, and disseminations: one that `other` learns from, one that is cancelled."""
    text, done, me = marker.text, marker.done, person(marker.staff_id)
    portfolio = f"/v1/staff/{marker.staff_id}/portfolio"
    kept = {"title": text("entry"), "reflection": text("of it"), "evidence": text("proof of it")}
    entry = f"{portfolio}/{done(portfolio, ENTRY | kept, me)['id']}"
    marker.put(entry, ENTRY | {"title": text("entry anew"), "reflection": text("anew"), "evidence": text("proof")}, me)
    done(f"{entry}/withdrawal", {"reason": text("taken out")}, me)
    plan = {"planned_on": "2025-06-20", "activity_id": activity}
    passed = done("/v1/disseminations", plan | {"audience": text("audience"), "title": text("first title")}, me)
    plan = {"planned_on": "2025-06-20", "audience": text("new audience"), "title": text("passed on title")}
    marker.put(f"/v1/disseminations/{passed['id']}", plan, me)
    delivery = {"delivered_on": "2025-06-01", "reached": 8, "resources": text("slides"), "learners": [other]}
    done(f"/v1/disseminations/{passed['id']}/delivery", delivery, me)
    corrected = delivery | {"resources": text("better slides"), "reason": text("more came")}
    done(f"/v1/disseminations/{passed['id']}/delivery", corrected, me)
    more = plan | {"activity_id": activity, "audience": text("nobody"), "title": text("never")}
    cancelled = done("/v1/disseminations", more, me)["id"]
    done(f"/v1/disseminations/{cancelled}/cancellation", {"reason": text("no time")}, me)


TELLINGS: dict[str, Tell] = {"agreements": agreements, "requests": requests, "reviews": reviews}
