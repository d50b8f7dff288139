"""The demo trust as reviews know it: what people did by themselves, said of it, kept of it and passed on.

What they did in other services' stories comes by those services' messages, and nobody has said anything of it yet.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from services.reviews.application import Reviews
from services.reviews.domain import evaluating, keeping, logging, passing_on
from services.reviews.domain.calendar import DUE_AFTER_DAYS
from services.reviews.domain.school import SchoolSettings
from services.reviews.domain.streams import stream_of_person
from services.reviews.domain.words import Stage
from shared.demo.people import FOUNDED_DAYS_AGO, HEADS, MEMBERS, SCHOOLS, Member, joined, told_days_ago
from shared.demo.recording import HR, TRUST_ADMIN, Days, Deed, head, record, staff
from shared.eventstore.ledger import Call

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:reviews:demo")
ANSWERED_AFTER = 3


class Logged(NamedTuple):
    """Something a person did by themselves `days_ago`, the first of theirs, and what they said of it by stage."""

    staff_id: str
    title: str
    activity_type: str
    days_ago: int
    hours: float
    said: dict[Stage, dict[str, Any]] = {}  # noqa: RUF012  never changed


class PassedOn(NamedTuple):
    """How what somebody logged was passed on: planned `days_ago` for ten days later, and whom it reached, if any."""

    staff_id: str
    days_ago: int
    audience: str
    reached: int | None = None
    learners: tuple[str, ...] = ()


LIKED = {"reaction": 3, "learning": 2, "confidence_before": 4, "confidence_after": 7}
LOGGED = (
    Logged(
        "S004",
        "Reading group: principles of instruction",
        "research",
        210,
        6,
        {
            "reaction_learning": LIKED | {"reflection": "I check understanding before I move on."},
            "use": {"use": 3, "organisation_support": 2, "benefits": {"teaching_and_learning": 3}},
            "outcomes": {"pupil_outcomes": 2, "benefits": {"pupil_attainment": 2, "reflective_practice": 3}},
        },
    ),
    Logged(
        "S009",
        "Shadowing the SENCo",
        "job_enrichment",
        120,
        12,
        {
            "reaction_learning": {"reaction": 2, "learning": 3, "benefits": {"staff_confidence": 2}},
            "use": {"use": 2, "benefits": {"pupil_understanding": 2}},
        },
    ),
    Logged("S018", "Webinars on retrieval practice", "distance_learning", 60, 4.5, {"reaction_learning": LIKED}),
    Logged("S021", "Visit to a school with a strong music department", "school_visit", 30, 7),
    Logged("S030", "Writing a phonics handbook", "producing_resources", 8, 10),
    Logged("S037", "Peer observation in mathematics", "coaching_mentoring", 5, 2, {"reaction_learning": LIKED}),
)
PASSED_ON = (
    PassedOn("S004", 190, "Teachers of key stage 2", 6, ("S005", "S006")),
    PassedOn("S021", 6, "The music working group"),
)
ENTRIES = (
    ("S004", "Certificate: safeguarding refresher", "distance_learning", 400, "certificate S004-12", True),
    ("S021", "Conducting the staff choir", "learning_environment", 90, "programme of the summer concert", False),
)
"""Whose, what, of what type, how many days ago, what shows it, and whether it is shared."""


def seed(reviews: Reviews, today: date) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is."""
    record(reviews, _every_deed, today, FOUNDED_DAYS_AGO)


def _every_deed(today: date) -> Sequence[Deed[Reviews]]:
    days = Days(today)
    put = [Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, SchoolSettings(name=name))) for urn, name in SCHOOLS.items()]
    people = [_joined(days, each) for each in MEMBERS.values()]
    return [*put, *people, *_logged(days), *_passed_on(days), *_kept(days)]


def _logged(days: Days) -> Iterator[Deed[Reviews]]:
    for each in LOGGED:
        fields = {
            "school_urn": MEMBERS[each.staff_id].school_urn,
            "title": each.title,
            "activity_type": each.activity_type,
            "on": days.ago(each.days_ago),
            "hours": each.hours,
        }
        by = staff(each.staff_id)
        yield Deed(each.days_ago, by, _of(each.staff_id, logging.log, **fields))
        for stage, said in each.said.items():
            answered = each.days_ago - DUE_AFTER_DAYS[stage] - ANSWERED_AFTER
            yield Deed(answered, by, _first(each.staff_id, evaluating.submit, stage=stage, **said))
    exempt = _first("S018", evaluating.exempt, stage="use")
    yield Deed(10, head(HEADS[MEMBERS["S018"].school_urn]), exempt, "Teaches another subject since Easter")


def _passed_on(days: Days) -> Iterator[Deed[Reviews]]:
    for each in PASSED_ON:
        id_ = str(uuid5(NAMESPACE, f"dissemination {each.staff_id}"))
        title = next(logged.title for logged in LOGGED if logged.staff_id == each.staff_id)
        held = each.days_ago - 10
        plan = {"title": f"From: {title}", "audience": each.audience, "planned_on": days.ago(held)}
        activity_id = _first_activity(each.staff_id)
        yield Deed(each.days_ago, staff(each.staff_id), _at_desk(passing_on.plan, id_, activity_id=activity_id, **plan))
        if each.reached is not None:
            told = {"delivered_on": days.ago(held), "reached": each.reached, "learners": list(each.learners)}
            yield Deed(held - 1, staff(each.staff_id), _at_desk(passing_on.deliver, id_, **told))


def _kept(days: Days) -> Iterator[Deed[Reviews]]:
    for staff_id, title, activity_type, ago, evidence, shared in ENTRIES:
        fields = {"title": title, "activity_type": activity_type, "on": days.ago(ago), "evidence": evidence}
        yield Deed(ago - 1, staff(staff_id), _of(staff_id, keeping.add, shared=shared, **fields))


def _put(urn: str, settings: SchoolSettings) -> Callable[[Reviews, Call], object]:
    return lambda reviews, call: reviews.change_settings(call, urn, settings)


def _joined(days: Days, member: Member) -> Deed[Reviews]:
    def join(reviews: Reviews, call: Call) -> object:
        return reviews.on_person(call, member.staff_id, lambda one: one.describe(joined(days, member)))

    return Deed(told_days_ago(member), HR, join)


def _of(staff_id: str, command: Any, **fields: Any) -> Callable[[Reviews, Call], object]:
    return lambda reviews, call: reviews.of_person(call, staff_id, command, **fields)


def _first(staff_id: str, command: Any, **fields: Any) -> Callable[[Reviews, Call], object]:
    """A command on what somebody logged first."""
    return lambda reviews, call: reviews.on_activity(call, _first_activity(staff_id), command, **fields)


def _first_activity(staff_id: str) -> str:
    return f"{stream_of_person(staff_id)}-a1"


def _at_desk(command: Any, id_: str, **fields: Any) -> Callable[[Reviews, Call], object]:
    return lambda reviews, call: reviews.at_desk(call, command, id_, **fields)
