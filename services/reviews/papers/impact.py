"""Impact statistics on paper: figures by group, confidence, who stayed; how each is made, and where it comes from."""

from collections.abc import Iterable, Sequence

from services.reviews.domain.impact import ALL
from services.reviews.domain.words import HIGHEST_SCORE
from services.reviews.papers.wording import (
    ACTIVITIES,
    BENEFITS,
    FIGURES,
    HIDDEN,
    NOTHING,
    ROLES,
    SHARES,
    instant,
    name_of,
    percent,
    value_of,
)
from services.reviews.reports.documents import Change, Comparison, Impact, Membership, Survival
from shared.documents.marks import bar, interval
from shared.documents.model import Bar, Block, Chart, Column, Mark, Section, Table, Text
from shared.figures import Figure

GROUPS: dict[str, str] = {ALL: "Everyone"} | dict(ROLES) | dict(ACTIVITIES) | dict(BENEFITS)
SMALL = "Groups under ten people, and those that would give them away, are not shown."
HOW_ESTIMATED = (
    "From the first day of the year to its last, or to the day of the figures where that comes first, by Kaplan and "
    "Meier's estimate with 95 % bounds. Trained is who completed an activity in the year or the one before, from the "
    "day after. A difference is no proof of a cause."
)
WHAT_CHANGED = (
    "Confidence from 1 to 10 after an activity, less that before it: the mean over people, with its 95 % bounds. "
    "It says what changed, not why."
)
LIKELY, LEAST_TOLD = 0.05, 0.001
MOST_CHANGE = 9
"""Confidence is said from 1 to 10."""
SCALES: dict[str, tuple[str, float, str]] = {
    **dict.fromkeys(SHARES, ("0 %", 1.0, "100 %")),
    "benefit_rating": ("0", float(HIGHEST_SCORE), str(HIGHEST_SCORE)),
}
"""By figure, the end of its scale, with what stands at its two ends."""
TONES: dict[Membership, int] = {"trained": 0, "untrained": 1}
EVENTS = {"left": "stayed in the trust", "moved_up": "had not yet moved up"}


def group_name(group: str) -> str:
    """A group's name, also where it is of a part of one (`all, trained`); what is no word of ours is as it is."""
    return ", ".join(GROUPS.get(part, part) for part in group.split(", "))


def is_everyone(group: str) -> bool:
    """Whether a group is of all people together, or of a part of all."""
    return group.partition(", ")[0] == ALL


def figures(impact: Impact) -> list[Block]:
    """Those of everyone in a table, and a chart for each that there is by group; who stayed is told by `staying`."""
    charts: list[Block] = []
    for name in FIGURES:
        groups = [each for each in impact.figures if each.name == name and each.group not in BENEFITS]
        if name != "retention" and any(not is_everyone(each.group) for each in groups):
            charts.append(_chart(name, FIGURES[name], groups))
        if benefits := [each for each in impact.figures if each.name == name and each.group in BENEFITS]:
            charts.append(_chart(name, f"{FIGURES[name]}, one by one", benefits))
    return [_overview(impact), *charts]


def _overview(impact: Impact) -> Table:
    rows = [[name_of_all(each), value_of(each)] for each in impact.figures if is_everyone(each.group)]
    columns = [Column(heading="Figure", share=2), Column(heading="Value", number=True)]
    return Table(caption=f"{impact.academic_year} at a glance", columns=columns, rows=rows)


def name_of_all(figure: Figure) -> str:
    """`retention` of `all, trained` as Retention, trained."""
    return ", ".join([name_of(figure), *figure.group.split(", ")[1:]])


def _chart(name: str, caption: str, figures: Sequence[Figure]) -> Chart:
    """On a scale of their own, with everyone's; else the groups beside each other, on the scale of the largest."""
    scale = SCALES.get(name)
    shown = [each for each in figures if scale is not None or not is_everyone(each.group)]
    most = max((each.value or 0 for each in shown), default=0) if scale is None else scale[1]
    rows = [
        Bar(
            label=group_name(each.group),
            value=value_of(each),
            marks=bar(each.value or 0, most, tone=int(is_everyone(each.group))),
        )
        for each in shown
    ]
    ends = None if scale is None else (scale[0], scale[2])
    return Chart(caption=caption, columns=("Group", "Value"), rows=rows, scale=ends)


def confidence(changes: Sequence[Change]) -> list[Block]:
    """How confidence changed, with its bounds; from -9 to 9."""
    if not changes:
        return [Text(text="Nobody has said yet how their confidence changed.", quiet=True)]
    rows = [Bar(label=group_name(each.group), value=_change(each), marks=_changed(each)) for each in changes]
    chart = Chart(caption="Change in confidence", columns=("Group", "Mean change"), rows=rows, scale=("−9", "+9"))
    return [chart, Text(text=WHAT_CHANGED, quiet=True)]


def _change(change: Change) -> str:
    if change.suppressed or change.mean is None:
        return HIDDEN
    if change.lower is None or change.upper is None:
        return f"{_signed(change.mean)} ({change.people} people)"
    return f"{_signed(change.mean)} ({_signed(change.lower)} to {_signed(change.upper)}; {change.people} people)"


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "−")


def _changed(change: Change) -> list[Mark]:
    return interval(_on_scale(change.mean), _on_scale(change.lower), _on_scale(change.upper))


def _on_scale(change: float | None) -> float | None:
    return None if change is None else min(1.0, max(0.0, (change + MOST_CHANGE) / (2 * MOST_CHANGE)))


def staying(impact: Impact) -> list[Section]:
    """Who stayed and who moved up, trained and untrained, and whether they differ by more than chance; if known."""
    blocks: list[Block] = []
    for event, words in EVENTS.items():
        those = [each for each in impact.survival if each.event == event]
        if those:
            blocks.append(_stayed(f"Share who {words} by the last day", those))
            blocks += _compared([each for each in impact.comparisons if each.event == event])
    note = Text(text=HOW_ESTIMATED, quiet=True)
    return [Section(heading="Staying and moving up", blocks=[*blocks, note])] if blocks else []


def _stayed(caption: str, those: Sequence[Survival]) -> Chart:
    rows = [
        Bar(
            label=f"{group_name(each.group)}, {each.membership}",
            value=_share(each),
            marks=interval(each.value, each.lower, each.upper, TONES[each.membership]),
        )
        for each in those
    ]
    return Chart(caption=caption, columns=("Group", "Share"), rows=rows, scale=("0 %", "100 %"))


def _share(each: Survival) -> str:
    if each.suppressed or each.value is None:
        return HIDDEN
    bounds = "" if each.lower is None or each.upper is None else f" ({percent(each.lower)} to {percent(each.upper)})"
    return f"{percent(each.value)}{bounds}"


def _compared(comparisons: Sequence[Comparison]) -> list[Text]:
    told = [f"{group_name(each.group)}: {_difference(each.p)}" for each in comparisons if each.p is not None]
    return [Text(text="\n".join(told))] if told else []


def _difference(p: float | None) -> str:
    if p is None:
        return NOTHING
    words = "differ by more than chance would explain" if p < LIKELY else "do not differ by more than chance"
    chance = f"p = {p:.3f}" if p >= LEAST_TOLD else f"p < {LEAST_TOLD}"
    return f"trained and untrained people {words} (log-rank test, {chance})."


def definitions(figures: Iterable[Figure]) -> Section:
    """How each figure is made, once."""
    known = {each.name: each for each in figures}
    rows = [[name_of(each), each.definition] for each in known.values()]
    columns = [Column(heading="Figure"), Column(heading="How it is made", share=3)]
    return Section(
        heading="How each figure is made",
        blocks=[Table(caption="Definitions", columns=columns, rows=rows), Text(text=SMALL, quiet=True)],
    )


def source(impact: Impact) -> str:
    """Where the figures come from, so that they can be asked for again."""
    school = "" if impact.school_urn is None else f"school_urn={impact.school_urn}&"
    cut = "" if impact.cut is None else f"&cut={impact.cut}"
    query = f"{school}academic_year={impact.academic_year}&by={impact.by}{cut}"
    frozen = f"frozen at the end of {impact.cut}" if impact.cut else f"as known on {instant(impact.known_at)}"
    return f"The figures are {frozen}: GET /v1/statistics/impact?{query}"
