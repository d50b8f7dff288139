"""What can happen in the reviews service, to something that is there, with chance figures."""

from tests.integration.agreements.world import HEAD, SCHOOL, person, who
from tests.integration.known.history import WHY, YEARS, History, Told
from tests.integration.reviews import story

QUALITY = who("quality_assurance", staff_id="q1")
STAGES = ("reaction_learning", "use", "outcomes")
BENEFITS = ("teaching_and_learning", "reflective_practice")


def an_activity_is_logged(h: History) -> Told:
    staff_id = h.someone()
    body = story.activity(staff_id, school_urn=h.school_of(staff_id), on=h.day(300), hours=h.chance.randint(1, 9))
    return Told(h.trust.reviews, "POST", "/v1/activities", body, person(staff_id))


def an_activity_is_corrected(h: History) -> Told | None:
    if (one := h.any_of(h.trust.reviews, "/v1/activities")) is None:
        return None
    path, by = f"/v1/activities/{one['id']}", person(one["staff_id"])
    if h.chance.random() < 0.2:
        return Told(h.trust.reviews, "POST", f"{path}/withdrawal", WHY, by)
    body = {"title": "Otherwise", "activity_type": "research", "on": h.day(300), "hours": 4, **WHY}
    return Told(h.trust.reviews, "PUT", path, body, by)


def an_evaluation_goes_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.reviews, "/v1/evaluations")) is None:
        return None
    path, by = f"/v1/evaluations/{one['id']}", person(one["staff_id"])
    step = h.one_of(["submission", "submission", "submission", "exemption", "sharing"])
    if step == "exemption":
        return Told(h.trust.reviews, "POST", f"{path}/exemption", {"stage": h.one_of(STAGES), **WHY}, QUALITY)
    if step == "sharing":
        return Told(h.trust.reviews, "POST", f"{path}/sharing", {"shared": True}, by)
    said = story.answer(confidence_after=h.chance.randint(1, 10), reflection=f"Thought {h.chance.randint(1, 99)}")
    return Told(h.trust.reviews, "POST", f"{path}/submission", said | WHY, by)


def a_portfolio_is_kept(h: History) -> Told:
    staff_id = h.someone()
    by, path = person(staff_id), f"/v1/staff/{staff_id}/portfolio"
    entries = [each for each in h.trust.reviews.read(path, by)["items"] if each["kind"] == "entry"]
    body = {"title": "First aid", "activity_type": "course", "on": h.day(300), "reflection": "A thought", "hours": 2}
    if not entries or h.chance.random() < 0.5:
        return Told(h.trust.reviews, "POST", path, body, by)
    one = f"{path}/{h.one_of(entries)['id']}"
    if h.chance.random() < 0.3:
        return Told(h.trust.reviews, "POST", f"{one}/withdrawal", WHY, by)
    return Told(h.trust.reviews, "PUT", one, body | {"hours": h.chance.randint(1, 9)}, by)


def something_is_passed_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.reviews, "/v1/activities?status=open")) is None:
        return None
    body = {"activity_id": one["id"], "planned_on": h.day(20, 20), "audience": "Year 5", "title": "Questions"}
    return Told(h.trust.reviews, "POST", "/v1/disseminations", body, HEAD)


def a_dissemination_goes_on(h: History) -> Told | None:
    if (one := h.any_of(h.trust.reviews, "/v1/disseminations")) is None:
        return None
    path = f"/v1/disseminations/{one['id']}"
    step = h.one_of(["delivery", "delivery", "cancellation", "plan"])
    if step == "plan":
        body = {"planned_on": h.day(20, 20), "audience": "All", "title": "Answers"}
        return Told(h.trust.reviews, "PUT", path, body, HEAD)
    told = {"delivered_on": h.day(20), "reached": h.chance.randint(2, 9), "learners": ["t5"], **WHY}
    return Told(h.trust.reviews, "POST", f"{path}/{step}", told if step == "delivery" else WHY, HEAD)


def a_year_is_reviewed(h: History) -> Told:
    body = {"school_urn": SCHOOL, "academic_year": h.one_of(YEARS)}
    if (one := h.any_of(h.trust.reviews, "/v1/annual-reviews")) is None or h.chance.random() < 0.2:
        return Told(h.trust.reviews, "POST", "/v1/annual-reviews", body, QUALITY)
    path = f"/v1/annual-reviews/{one['id']}"
    step = h.one_of(["ratings", "ratings", "ratings", "assurance", "sign-off", "publication"])
    rating = {"benefit": h.one_of(BENEFITS), "rating": h.chance.randint(0, 3), "evidence": "Book scrutiny"}
    return Told(
        h.trust.reviews, "POST", f"{path}/{step}", rating if step == "ratings" else {}, h.one_of([QUALITY, HEAD])
    )


DEEDS = (
    an_activity_is_logged,
    an_activity_is_corrected,
    an_evaluation_goes_on,
    a_portfolio_is_kept,
    something_is_passed_on,
    a_dissemination_goes_on,
    a_year_is_reviewed,
)
