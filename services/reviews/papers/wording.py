"""How words of ours, days, numbers and figures read on paper."""

from datetime import date, datetime

from services.reviews.domain.words import Benefit, Level, Stage
from shared.dates import LONDON, in_words
from shared.figures import Figure
from shared.money import pounds
from shared.words import ActivityType, RoleCategory

HIDDEN = "not shown"
"""Instead of a figure of a small group, or of one that would give it away."""
NOTHING = "–"
PENCE = "_pence"

ACTIVITIES: dict[ActivityType, str] = {
    "course": "Course or conference",
    "in_school": "In-school training",
    "external_consultant": "External consultant",
    "school_visit": "School visit",
    "secondment": "Secondment",
    "award_bearing": "Award-bearing work",
    "research": "Research",
    "distance_learning": "Distance learning",
    "practical_experience": "Practical experience",
    "job_enrichment": "Job enrichment",
    "producing_resources": "Producing resources",
    "coaching_mentoring": "Coaching and mentoring",
    "partnership": "Partnership",
    "learning_environment": "Improving the learning environment",
}
ROLES: dict[RoleCategory, str] = {
    "leadership": "Leadership",
    "teacher": "Teachers",
    "teaching_assistant": "Teaching assistants",
    "support": "Support staff",
    "governor": "Governors",
}
BENEFITS: dict[Benefit, str] = {
    "pupil_attainment": "Pupil and school attainment",
    "teaching_and_learning": "Teaching and learning",
    "pupil_understanding": "Pupil understanding and enthusiasm",
    "staff_confidence": "Staff confidence",
    "reflective_practice": "Reflective practice",
    "recruitment_retention": "Recruitment, retention and career progression",
}
STAGES: dict[Stage, str] = {
    "reaction_learning": "On completion",
    "use": "Six weeks later",
    "outcomes": "Six months later",
}
LEVELS: dict[Level, str] = {
    "reaction": "reaction",
    "learning": "learning",
    "organisation_support": "support by the school",
    "use": "use in practice",
    "pupil_outcomes": "outcomes for pupils",
}
FIGURES = {
    "requests": "Requests",
    "approvals": "Approvals",
    "spend_pence": "Spending",
    "participants": "People taking part",
    "without_participation": "People taking part in nothing",
    "completions": "Completed activities",
    "evaluation_rate": "Evaluated activities",
    "benefit_rating": "Rating of benefits",
    "dissemination_reach": "Colleagues reached",
    "cost_per_participant_pence": "Cost for each participant",
    "retention": "Retention",
}
SHARES = ("approvals", "participants", "without_participation", "evaluation_rate", "retention")
"""Figures that are a part of a whole: shown in percent, with the counts where they are a ratio of counts."""


def spoken(word: str) -> str:
    """`signed_off` as Signed off."""
    return word.replace("_", " ").capitalize()


def day(on: date | None) -> str:
    return NOTHING if on is None else in_words(on)


def instant(at: datetime) -> str:
    """In London's time, to the second."""
    local = at.astimezone(LONDON)
    return f"{in_words(local.date())}, {local:%H:%M:%S} ({local.tzname()})"


def hours(number: float | None) -> str:
    return NOTHING if number is None else f"{number:,.2f}".rstrip("0").removesuffix(".")


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def sum_of(pence: int | None) -> str:
    return HIDDEN if pence is None else pounds(pence)


def name_of(figure: Figure) -> str:
    return FIGURES.get(figure.name, spoken(figure.name))


def value_of(figure: Figure) -> str:
    """What the figure says: money in pounds, shares in percent with what they are of, else a number."""
    if figure.suppressed:
        return HIDDEN
    if figure.value is None:
        return NOTHING
    if figure.name.endswith(PENCE):
        return pounds(round(figure.value))
    if figure.name in SHARES:
        of = "" if figure.numerator is None else f" ({figure.numerator:,} of {figure.denominator:,})"
        return f"{percent(figure.value)}{of}"
    return f"{figure.value:,.0f}" if figure.denominator is None else f"{figure.value:,.2f}"
