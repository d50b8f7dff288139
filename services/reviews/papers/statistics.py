"""Impact statistics on paper, by whatever groups they were asked for."""

from datetime import date

from services.reviews.papers import impact
from services.reviews.reports.documents import Impact
from shared.documents.model import Document, Section, Text


def statistics(made: Impact, on: date) -> Document:
    """The statistics of a year, dated `on`."""
    return Document(
        title=f"Impact of professional development {made.academic_year}",
        subtitle=f"School {made.school_urn}" if made.school_urn else "The trust",
        made_on=on,
        sections=[
            Section(heading="The year in figures", blocks=impact.figures(made)),
            Section(heading="Confidence", blocks=impact.confidence(made.confidence)),
            *impact.staying(made),
            impact.definitions(made.figures),
            Section(heading="Where the figures come from", blocks=[Text(text=impact.source(made))]),
        ],
    )
