"""The demo trust's people and schools as reviews know them, and what some of them did by themselves and say of it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.reviews.application import Reviews
from services.reviews.domain import evaluating, keeping, logging
from services.reviews.domain.school import SchoolSettings
from services.reviews.domain.streams import stream_of_person
from shared.demo.people import FOUNDED_DAYS_AGO, MEMBERS, SCHOOLS, Member, joined, told_days_ago
from shared.demo.recording import HR, TRUST_ADMIN, Days, Deed, record, staff
from shared.eventstore.ledger import Call


class Logged(NamedTuple):
    """Something a person did by themselves `days_ago`, the first of theirs; and what they said of it a day later."""

    staff_id: str
    title: str
    activity_type: str
    days_ago: int
    hours: float
    said: dict[str, Any] | None = None


LOGGED = (
    Logged(
        "S004",
        "Reading group: Rosenshine's principles",
        "research",
        210,
        6,
        {
            "reaction": 3,
            "learning": 2,
            "benefits": {"teaching_and_learning": 2, "reflective_practice": 3},
            "reflection": "I now check understanding before I move on.",
        },
    ),
    Logged("S009", "Shadowing the SENCo", "job_enrichment", 120, 12, {"reaction": 2, "learning": 3, "benefits": {}}),
    Logged("S018", "Webinars on retrieval practice", "distance_learning", 60, 4.5),
    Logged("S030", "Writing a phonics handbook", "producing_resources", 8, 10),
)


def seed(reviews: Reviews, today: date) -> None:
    """Fill an empty log with the demo trust, as of `today`; a log that holds anything else stays as it is."""
    record(reviews, _every_deed, today, FOUNDED_DAYS_AGO)


def _every_deed(today: date) -> Sequence[Deed[Reviews]]:
    days = Days(today)
    put = [Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, SchoolSettings(name=name))) for urn, name in SCHOOLS.items()]
    return [*put, *(_joined(days, each) for each in MEMBERS.values()), *_logged(days)]


def _put(urn: str, settings: SchoolSettings) -> Callable[[Reviews, Call], object]:
    return lambda reviews, call: reviews.change_settings(call, urn, settings)


def _joined(days: Days, member: Member) -> Deed[Reviews]:
    def join(reviews: Reviews, call: Call) -> object:
        return reviews.on_person(call, member.staff_id, lambda one: one.describe(joined(days, member)))

    return Deed(told_days_ago(member), HR, join)


def _logged(days: Days) -> Iterator[Deed[Reviews]]:
    for each in LOGGED:
        fields = {
            "school_urn": MEMBERS[each.staff_id].school_urn,
            "title": each.title,
            "activity_type": each.activity_type,
            "on": days.ago(each.days_ago),
            "hours": each.hours,
        }
        yield Deed(each.days_ago, staff(each.staff_id), _of(each.staff_id, logging.log, **fields))
        if each.said is not None:
            said = {"stage": "reaction_learning", **each.said}
            yield Deed(each.days_ago - 1, staff(each.staff_id), _first(each.staff_id, evaluating.submit, **said))
            entry = {name: fields[name] for name in ("title", "activity_type", "on")}
            note = {"title": f"Notes: {each.title}", "reflection": "What I want to try next.", "evidence": "notes.pdf"}
            yield Deed(each.days_ago - 1, staff(each.staff_id), _of(each.staff_id, keeping.add, **entry | note))


def _of(whose: str, command: Any, **fields: Any) -> Callable[[Reviews, Call], object]:
    return lambda reviews, call: reviews.of_person(call, whose, command, **fields)


def _first(staff_id: str, command: Any, **fields: Any) -> Callable[[Reviews, Call], object]:
    activity_id = f"{stream_of_person(staff_id)}-a1"
    return lambda reviews, call: reviews.on_activity(call, activity_id, command, **fields)
