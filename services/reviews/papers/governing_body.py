"""The governing body's report on paper: development against the plan, money, impact."""

from services.reviews.papers import annual_review, impact
from services.reviews.papers.wording import HIDDEN, day, instant, spoken, sum_of
from services.reviews.reports.documents import Budget, GoverningBodyReport, PriorityRow
from shared.documents.model import Bar, Block, Chart, Column, Document, Mark, Section, Table, Text
from shared.money import pounds

PARTS = ("actual", "committed", "available")
PARTS_OF_IT = (
    "Actual: spent, less refunds. Committed: held by approvals, not spent yet. Available: what may still be approved."
)


def governing_body(report: GoverningBodyReport) -> Document:
    """The report as at its day."""
    return Document(
        title="Professional development: report to the governing body",
        subtitle=report.school_name or f"School {report.school_urn}",
        made_on=report.on,
        about=[
            ("School", report.school_urn),
            ("As at", f"{day(report.on)}, academic year {report.academic_year}"),
            ("As known at", instant(report.known_at)),
        ],
        sections=[
            Section(heading="Money", blocks=_money(report.budget)),
            Section(heading="The improvement plan", blocks=_plan(report.priorities)),
            Section(heading="Impact", blocks=impact.figures(report.impact)),
            Section(heading="Confidence", blocks=impact.confidence(report.impact.confidence)),
            *impact.staying(report.impact),
            *([annual_review.compared(report.reviews)] if report.reviews else []),
            impact.definitions(report.impact.figures),
            Section(heading="Where the figures come from", blocks=[Text(text=impact.source(report.impact))]),
        ],
    )


def _money(budget: Budget) -> list[Block]:
    """The parts of the allocation one after the other, on the scale of the whole."""
    whole = max(budget.allocated_pence, budget.actual_pence + budget.committed_pence, 1)
    rows, reached = [], 0.0
    for tone, part in enumerate(PARTS):
        pence: int = getattr(budget, f"{part}_pence")
        end = min(1.0, reached + max(0, pence) / whole)
        marks = [Mark(kind="bar", start=reached, end=end, tone=tone)] if end > reached else []
        rows.append(Bar(label=spoken(part), value=pounds(pence), marks=marks))
        reached = end
    chart = Chart(
        caption=f"Budget {budget.academic_year}: {pounds(budget.allocated_pence)} allocated",
        columns=("Part", "Sum"),
        rows=rows,
        scale=("£0", pounds(whole) if budget.allocated_pence else "£0"),
    )
    return [chart, Text(text=PARTS_OF_IT, quiet=True)]


def _plan(priorities: list[PriorityRow]) -> list[Block]:
    if not priorities:
        return [Text(text="The plan has no priority.")]
    columns = [
        Column(heading="Priority", share=3),
        Column(heading="Plan year"),
        Column(heading="Requests", number=True),
        Column(heading="Approved", number=True),
        Column(heading="Completed", number=True),
        Column(heading="Spending", number=True),
    ]
    rows = [
        [
            each.title if each.status == "live" else f"{each.title} (retired)",
            each.plan_year,
            *(HIDDEN if count is None else str(count) for count in (each.requests, each.approved, each.completions)),
            sum_of(each.spend_pence),
        ]
        for each in priorities
    ]
    without = [each.title for each in priorities if each.status == "live" and each.requests == 0]
    note = f"Nothing was asked for yet for: {'; '.join(without)}." if without else "Every live priority is asked for."
    return [Table(caption="Priorities and what was done for them", columns=columns, rows=rows), Text(text=note)]
