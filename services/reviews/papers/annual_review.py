"""The annual review of a school's development on paper (policy section 7)."""

from datetime import date

from services.reviews.domain.words import HIGHEST_SCORE
from services.reviews.papers import impact
from services.reviews.papers.wording import BENEFITS, NOTHING, day, instant, spoken, value_of
from services.reviews.reports.documents import AnnualReport, Deed, EarlierYear, Rating
from shared.dates import london_day
from shared.documents.marks import bar
from shared.documents.model import Bar, Block, Chart, Column, Document, Section, Table, Text

MEANINGS = ("not at all", "a little", "in part", "clearly")


def annual_review(report: AnnualReport) -> Document:
    """The review, dated by what was done last to it."""
    return Document(
        title=f"Annual review of professional development {report.academic_year}",
        subtitle=report.school_name or f"School {report.school_urn}",
        made_on=_dated(report),
        about=_about(report),
        sections=[
            Section(heading="Benefits", blocks=_benefits(report)),
            Section(heading="The year in figures", blocks=impact.figures(report.impact)),
            Section(heading="Confidence", blocks=impact.confidence(report.impact.confidence)),
            *impact.staying(report.impact),
            *_earlier(report),
            impact.definitions(report.impact.figures),
            Section(heading="Where the figures come from", blocks=[Text(text=_sources(report))]),
        ],
    )


def _dated(report: AnnualReport) -> date:
    deeds = (report.published, report.signed_off, report.assured, report.opened)
    return max([each.on for each in deeds if each is not None] + [london_day(report.impact.known_at)])


def _about(report: AnnualReport) -> list[tuple[str, str]]:
    steps: dict[str, Deed | None] = {
        "Opened": report.opened,
        "Assured": report.assured,
        "Signed off": report.signed_off,
        "Published": report.published,
    }
    return [
        ("School", report.school_urn),
        ("Status", f"{spoken(report.status)}, version {report.version}"),
        *((name, f"{day(each.on)}, {spoken(each.role).lower()}") for name, each in steps.items() if each is not None),
        *([("Minutes", report.minute_ref)] if report.minute_ref else []),
    ]


def _benefits(report: AnnualReport) -> list[Block]:
    rated = {each.benefit: each for each in report.ratings}
    rows = [
        Bar(label=name, value=_said(found), marks=bar(found.rating if found else 0, HIGHEST_SCORE))
        for key, name in BENEFITS.items()
        for found in [rated.get(key)]
    ]
    caption = "What the year's development did for"
    chart = Chart(caption=caption, columns=("Benefit", "Rating"), rows=rows, scale=("0", str(HIGHEST_SCORE)))
    evidence = [[BENEFITS[each.benefit], each.evidence, day(each.rated_on)] for each in report.ratings if each.evidence]
    columns = [Column(heading="Benefit"), Column(heading="What shows it", share=3), Column(heading="Rated on")]
    return [chart, Table(caption="Evidence", columns=columns, rows=evidence)] if evidence else [chart]


def _said(rating: Rating | None) -> str:
    return "not rated" if rating is None else f"{rating.rating} ({MEANINGS[rating.rating]})"


def _earlier(report: AnnualReport) -> list[Section]:
    """This year's ratings and figures beside those of the years before."""
    if not report.earlier:
        return []
    now = EarlierYear(
        academic_year=report.academic_year,
        review_id=report.id,
        ratings={each.benefit: each.rating for each in report.ratings},
        figures=[each for each in report.impact.figures if impact.is_everyone(each.group)],
    )
    return [compared([now, *report.earlier])]


def compared(years: list[EarlierYear]) -> Section:
    """Years side by side, in the order given."""
    in_years = [Column(heading=each.academic_year, number=True) for each in years]
    ratings = [[name, *(str(each.ratings.get(key, NOTHING)) for each in years)] for key, name in BENEFITS.items()]
    known = {(each.name, each.group): impact.name_of_all(each) for year in years for each in year.figures}
    figures = [[name, *(_in_year(*which, year) for year in years)] for which, name in known.items()]
    return Section(
        heading="Compared with earlier years",
        blocks=[
            Table(caption="Ratings (0 to 3)", columns=[Column(heading="Benefit"), *in_years], rows=ratings),
            Table(caption="Figures of the whole school", columns=[Column(heading="Figure"), *in_years], rows=figures),
        ],
    )


def _in_year(name: str, group: str, year: EarlierYear) -> str:
    return next((value_of(each) for each in year.figures if (each.name, each.group) == (name, group)), NOTHING)


def _sources(report: AnnualReport) -> str:
    return (
        f"{impact.source(report.impact)}\n"
        f"The events behind each of them: GET /v1/annual-reviews/{report.id}/events?figure=NAME&group=GROUP\n"
        f"They rest on the log of the reviews service up to position {report.log_position}, and were frozen at "
        f"{instant(report.impact.known_at)}; this is review {report.id}."
    )
