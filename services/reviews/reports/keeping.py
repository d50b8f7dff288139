"""A portfolio made from what is known of a person: the whole of it, or what its owner shares."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from services.reviews.domain.activity import Activity, Evaluation
from services.reviews.domain.activity_facts import SAID
from services.reviews.domain.dissemination import Dissemination
from services.reviews.domain.entry import Entry
from services.reviews.domain.staff_member import left_by
from services.reviews.reports.portfolio import Hours, Item, Portfolio, Post, Said
from shared.dates import academic_year
from shared.staff import Person


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person, its texts readable. `person` is None for someone HR told nothing of."""

    staff_id: str
    person: Person | None
    activities: list[Activity]
    entries: list[Entry]
    disseminations: list[Dissemination]


def portfolio(kept: Kept, on: date, *, complete: bool) -> Portfolio:
    """The portfolio on a day; without `complete` what the owner does not share is left out.

    Others see every activity and dissemination, as they see evaluations; of entries those that are shared; and of
    reflections those that are shared.
    """
    items = [
        *(_activity(each, on, private=complete) for each in kept.activities if each.done),
        *(_entry(each) for each in kept.entries if not each.withdrawn and (complete or each.shared)),
        *(_dissemination(each) for each in kept.disseminations if each.status == "delivered"),
    ]
    shown = sorted((each for each in items if each.on <= on), key=lambda each: (each.on, each.id), reverse=True)
    hours = _hours(shown)
    person = kept.person
    return Portfolio(
        staff_id=kept.staff_id,
        name=person.name if person else "",
        on=on,
        complete=complete,
        left_on=left_by(person, on),
        posts=_posts(person) if person else [],
        hours=hours,
        total_hours=round(sum(each.hours for each in hours), 2),
        items=shown,
    )


def _posts(person: Person) -> list[Post]:
    """Employments, the latest first."""
    names = ("school_urn", "role_category", "started_on", "last_day")
    by_start = sorted(person.employments, key=lambda each: (each.started_on, each.id), reverse=True)
    return [Post(**{name: getattr(each, name) for name in names}) for each in by_start]


def _activity(activity: Activity, on: date, *, private: bool) -> Item:
    evaluation, day = activity.evaluation, activity.completed_on or on
    return Item(
        id=activity.id,
        kind="activity",
        on=day,
        academic_year=academic_year(day),
        school_urn=activity.school_urn,
        title=activity.title,
        activity_type=activity.activity_type,
        hours=activity.hours,
        shared=evaluation is not None and evaluation.shared,
        source=activity.source,
        evaluation_status=None if evaluation is None else evaluation.status(on),
        said=[] if evaluation is None else _said(evaluation, private=private or evaluation.shared),
    )


def _said(evaluation: Evaluation, *, private: bool) -> list[Said]:
    said = []
    for stage in evaluation.stages:
        if stage.submission is not None:
            fields = {name: getattr(stage.submission, name) for name in SAID}
            fields["reflection"] = (fields["reflection"] or None) if private else None
            said.append(Said(stage=stage.stage, submitted_on=stage.submission.submitted_on, **fields))
    return said


def _entry(entry: Entry) -> Item:
    return Item(
        id=entry.id,
        kind="entry" if entry.colleague_id is None else "learned",
        on=entry.on,
        academic_year=academic_year(entry.on),
        school_urn=entry.school_urn,
        title=entry.title,
        activity_type=entry.activity_type,
        hours=entry.hours,
        shared=entry.shared,
        reflection=entry.reflection or None,
        evidence=entry.evidence or None,
        colleague_id=entry.colleague_id,
    )


def _dissemination(dissemination: Dissemination) -> Item:
    day = dissemination.delivered_on or dissemination.planned_on
    return Item(
        id=dissemination.id,
        kind="dissemination",
        on=day,
        academic_year=academic_year(day),
        school_urn=dissemination.school_urn,
        title=dissemination.title,
        activity_type=None,
        hours=None,
        shared=True,
        audience=dissemination.audience,
        reached=dissemination.reached,
        resources=dissemination.resources or None,
    )


def _hours(items: Iterable[Item]) -> list[Hours]:
    """By academic year, the latest first, and type of activity; of what has a type."""
    groups: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        if item.activity_type is not None:
            groups[item.academic_year, item.activity_type].append(item)
    years = sorted({year for year, _ in groups}, reverse=True)
    return [
        Hours(
            academic_year=year,
            activity_type=kind,  # type: ignore[arg-type]
            activities=len(found),
            hours=round(sum(each.hours or 0 for each in found), 2),
            without_hours=sum(each.hours is None for each in found),
        )
        for year in years
        for (its_year, kind), found in sorted(groups.items())
        if its_year == year
    ]
