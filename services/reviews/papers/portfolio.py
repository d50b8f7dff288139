"""A person's portfolio on paper: who they are, what they did by year, and what they say of it."""

from collections.abc import Mapping
from itertools import groupby

from services.reviews.domain.words import HIGHEST_CONFIDENCE, HIGHEST_SCORE, LEVELS
from services.reviews.papers.wording import ACTIVITIES, BENEFITS, NOTHING, STAGES, day, hours, spoken
from services.reviews.papers.wording import LEVELS as LEVEL_NAMES
from services.reviews.reports.portfolio import Hours, Item, ItemKind, Portfolio, Post, Said
from shared.documents.marks import bar
from shared.documents.model import Bar, Block, Chart, Column, Document, Facts, Section, Table, Text
from shared.words import ActivityType

KINDS: dict[ItemKind, str] = {
    "activity": "Activity",
    "entry": "Entry",
    "learned": "Learned from a colleague",
    "dissemination": "Passed on to colleagues",
}
COUNTS: dict[ItemKind, str] = {
    "activity": "Activities completed",
    "entry": "Entries of their own",
    "learned": "Learned from colleagues",
    "dissemination": "Passed on to colleagues",
}
SHARED_ONLY = "What its owner does not share is left out of this copy."


def portfolio(made: Portfolio) -> Document:
    """The portfolio on its day."""
    return Document(
        title=made.name or f"Portfolio of {made.staff_id}",
        subtitle="Professional development portfolio",
        made_on=made.on,
        about=_about(made),
        sections=[Section(heading="In short", blocks=_in_short(made)), *_years(made), *_posts(made)],
    )


def _about(made: Portfolio) -> list[tuple[str, str]]:
    counts = [(name, sum(item.kind == kind for item in made.items)) for kind, name in COUNTS.items()]
    return [
        ("Staff id", made.staff_id),
        ("As on", day(made.on)),
        *([("Left on", day(made.left_on))] if made.left_on else []),
        ("Hours", hours(made.total_hours)),
        *((name, str(count)) for name, count in counts if count),
    ]


def _in_short(made: Portfolio) -> list[Block]:
    note: list[Block] = [] if made.complete else [Text(text=SHARED_ONLY, quiet=True)]
    if not made.hours:
        return [*note, Text(text="Nothing is recorded yet.", quiet=True)]
    return [*note, *_by_type(made.hours), _by_year(made.hours)]


def _by_type(among: list[Hours]) -> list[Chart]:
    """The types of which hours are known, the most first."""
    totals: dict[ActivityType, float] = {}
    for each in among:
        totals[each.activity_type] = totals.get(each.activity_type, 0.0) + each.hours
    known = sorted(((total, kind) for kind, total in totals.items() if total), key=lambda each: (-each[0], each[1]))
    bars = [Bar(label=ACTIVITIES[kind], value=hours(total), marks=bar(total, known[0][0])) for total, kind in known]
    return [Chart(caption="Hours by type of activity", columns=("Type", "Hours"), rows=bars)] if bars else []


def _by_year(among: list[Hours]) -> Table:
    columns = [
        Column(heading="Year"),
        Column(heading="Type", share=2),
        *(Column(heading=name, number=True) for name in COUNTED),
    ]
    rows = [
        [
            each.academic_year,
            ACTIVITIES[each.activity_type],
            str(each.activities),
            hours(each.hours),
            str(each.without_hours),
        ]
        for each in among
    ]
    return Table(caption="Activities and hours by year", columns=columns, rows=rows)


COUNTED = ("Activities", "Hours", "Without hours")


def _years(made: Portfolio) -> list[Section]:
    """The newest first, as the items come."""
    return [
        Section(heading=year, sections=[_item(each) for each in items])
        for year, items in groupby(made.items, key=lambda item: item.academic_year)
    ]


def _item(item: Item) -> Section:
    told = [
        ("What", KINDS[item.kind] + (f": {ACTIVITIES[item.activity_type].lower()}" if item.activity_type else "")),
        ("On", day(item.on)),
        ("Hours", hours(item.hours) if item.hours is not None else ""),
        ("From", item.colleague_id or ""),
        ("Audience", item.audience or ""),
        ("Reached", "" if item.reached is None else str(item.reached)),
        ("Resources", item.resources or ""),
        ("Evidence", item.evidence or ""),
    ]
    blocks: list[Block] = [Facts(rows=[(name, text) for name, text in told if text])]
    if item.reflection:
        blocks.append(Text(text=item.reflection, quoted=True))
    return Section(heading=item.title, blocks=blocks, sections=[_said(each) for each in item.said])


def _said(said: Said) -> Section:
    levels = {LEVEL_NAMES[level]: getattr(said, level) for level in LEVELS}
    benefits = {BENEFITS[benefit]: score for benefit, score in said.benefits.items()}
    told = [
        ("Said on", day(said.submitted_on)),
        (f"Scores (0 to {HIGHEST_SCORE})", _listed(levels)),
        (f"Benefits (0 to {HIGHEST_SCORE})", _listed(benefits)),
        (f"Confidence (1 to {HIGHEST_CONFIDENCE})", _confidence(said.confidence_before, said.confidence_after)),
    ]
    blocks: list[Block] = [Facts(rows=[(name, text) for name, text in told if text])]
    if said.reflection:
        blocks.append(Text(text=said.reflection, quoted=True))
    return Section(heading=STAGES[said.stage], blocks=blocks)


def _listed(scores: Mapping[str, int | None]) -> str:
    return ", ".join(f"{name} {score}" for name, score in scores.items() if score is not None)


def _confidence(before: int | None, after: int | None) -> str:
    told = {"before": before, "after": after}
    return ", ".join(f"{score} {when}" for when, score in told.items() if score is not None)


def _posts(made: Portfolio) -> list[Section]:
    if not made.posts:
        return []
    columns = [Column(heading="School"), Column(heading="As", share=2), Column(heading="From"), Column(heading="Until")]
    return [
        Section(
            heading="Posts",
            blocks=[Table(caption="Where they worked", columns=columns, rows=[_post(each) for each in made.posts])],
        )
    ]


def _post(post: Post) -> list[str]:
    role = spoken(post.role_category) if post.role_category else NOTHING
    return [post.school_urn, role, day(post.started_on), day(post.last_day) if post.last_day else "today"]
