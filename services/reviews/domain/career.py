"""Where and as what a person worked, day by day: spells, folded from what HR told, in whatever order it came."""

from datetime import date, timedelta

import msgspec

from shared.staff import EmploymentFact, Ended, Resumed, Stated

RANKS = {"support": 1, "teaching_assistant": 1, "teacher": 2, "leadership": 3}
"""What is a step up; governors and those whose role is not known take none."""
FOR_GOOD = date.max


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A school, and the role in which someone works there; empty where nobody said."""

    school_urn: str
    role_category: str = ""


class Job(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One employment: where, from which day on, and the last day where it ends."""

    places: dict[date, Place] = {}
    last_day: date | None = None


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """Days at one place, the last included. `left`: the person left the trust then; `moved_up`: to a higher role."""

    place: Place
    first: date
    last: date
    left: bool = False
    moved_up: bool = False


def change_jobs(jobs: dict[str, Job], fact: EmploymentFact) -> None:
    """Apply what HR told of one employment.

    A statement of another school or role is a move on the day from which it is so; one of the same that is known latest
    corrects the day on which that began. An end that is told before the employment itself is kept for it.
    """
    job = jobs.setdefault(fact.employment_id, Job())
    if isinstance(fact, Ended):
        job.last_day = fact.on
    elif isinstance(fact, Resumed):
        job.last_day = None
    elif isinstance(fact, Stated):
        place = Place(school_urn=fact.school_urn, role_category=fact.role_category or "")
        since, latest = fact.placed_on or fact.on, max(job.places, default=None)
        kept = {day: its for day, its in job.places.items() if not (day == latest and its == place)}
        job.places = dict(sorted((kept | {since: place}).items()))


def spells(jobs: dict[str, Job]) -> list[Spell]:
    """The spells of all employments, each employment's in order."""
    found = [each for job in jobs.values() for each in _of_job(job)]
    return [
        msgspec.structs.replace(spell, left=True) if _leaves(spell, jobs, found) else spell
        for spell in found
        if spell.first <= spell.last
    ]


def _of_job(job: Job) -> list[Spell]:
    days = list(job.places)
    end = job.last_day or FOR_GOOD
    made = []
    for nth, day in enumerate(days):
        following = days[nth + 1] if nth + 1 < len(days) else None
        last = end if following is None else min(end, following - timedelta(days=1))
        up = following is not None and following <= end and _is_up(job.places[day], job.places[following])
        made.append(Spell(place=job.places[day], first=day, last=last, moved_up=up))
    return made


def _is_up(before: Place, after: Place) -> bool:
    ranks = RANKS.get(before.role_category), RANKS.get(after.role_category)
    return ranks[0] is not None and ranks[1] is not None and ranks[1] > ranks[0]


def _leaves(spell: Spell, jobs: dict[str, Job], every: list[Spell]) -> bool:
    """Whether an employment ends with the spell and no other spell goes on from that day, or the next."""
    if all(job.last_day != spell.last for job in jobs.values()):
        return False
    after = spell.last + timedelta(days=1)
    return all(other.last <= spell.last or other.first > after for other in every)
