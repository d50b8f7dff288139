"""A portfolio, an annual review and a governing body's report of some size, as their makers give them."""

from datetime import UTC, date, datetime
from typing import Any, get_args

from services.reviews.domain.words import BENEFITS
from services.reviews.reports.documents import (
    AnnualReport,
    Budget,
    Change,
    Comparison,
    Deed,
    EarlierYear,
    GoverningBodyReport,
    Impact,
    PriorityRow,
    Rating,
    Survival,
)
from services.reviews.reports.portfolio import Hours, Item, Portfolio, Post, Said
from shared.figures import Figure, figure
from shared.words import ActivityType, RoleCategory

KNOWN_AT = datetime(2026, 9, 30, 22, 59, 59, tzinfo=UTC)
TYPES: tuple[ActivityType, ...] = get_args(ActivityType)
ROLES: tuple[RoleCategory, ...] = get_args(RoleCategory)
REFLECTION = (
    "I had expected a day of slides. What I took home is a habit: I now let a pupil finish the thought, however long "
    "it takes.\n\nIn year 5 this showed first in reading, where the quietest table began to ask questions of their own."
)


def an_item(number: int, **changes: Any) -> Item:
    year = 2026 - number // 4
    usual: dict[str, Any] = {
        "id": f"a{number}",
        "kind": "activity",
        "on": date(year, 5, 1 + number % 28),
        "academic_year": f"{year - 1}-{year % 100:02}",
        "school_urn": "136419",
        "title": f"Course {number}",
        "activity_type": TYPES[number % len(TYPES)],
        "hours": 6.5,
        "shared": False,
        "source": "requests",
        "evaluation_status": "submitted",
    }
    return Item(**usual | changes)


def said(**changes: Any) -> Said:
    usual: dict[str, Any] = {
        "stage": "reaction_learning",
        "submitted_on": date(2026, 5, 3),
        "reaction": 3,
        "learning": 2,
        "organisation_support": None,
        "use": 1,
        "pupil_outcomes": 0,
        "confidence_before": 4,
        "confidence_after": 7,
        "benefits": {"teaching_and_learning": 3, "staff_confidence": 0},
        "reflection": REFLECTION,
    }
    return Said(**usual | changes)


def a_portfolio(length: int = 12, **changes: Any) -> Portfolio:
    usual: dict[str, Any] = {
        "staff_id": "S031",
        "name": "Siân Llŷr-Wiśniewska",
        "on": date(2026, 11, 28),
        "complete": True,
        "left_on": None,
        "posts": [
            Post(school_urn="136419", role_category="teacher", started_on=date(2019, 9, 1), last_day=date(2023, 8, 31)),
            Post(school_urn="100002", role_category="leadership", started_on=date(2023, 9, 1), last_day=None),
        ],
        "hours": [
            Hours(academic_year="2025-26", activity_type="course", activities=3, hours=32.5, without_hours=0),
            Hours(academic_year="2025-26", activity_type="coaching_mentoring", activities=4, hours=11, without_hours=1),
            Hours(academic_year="2024-25", activity_type="research", activities=1, hours=2.25, without_hours=0),
        ],
        "total_hours": 45.75,
        "items": [
            an_item(0, said=[said(), said(stage="use", reflection=None, benefits={})]),
            an_item(
                1, kind="entry", source=None, evaluation_status=None, reflection=REFLECTION, evidence="Certificate 12"
            ),
            an_item(2, kind="dissemination", activity_type=None, hours=None, audience="All of key stage 2", reached=14),
            an_item(3, kind="learned", colleague_id="S007", source=None, evaluation_status=None),
            *(an_item(number) for number in range(4, length)),
        ],
    }
    return Portfolio(**usual | changes)


def figures() -> list[Figure]:
    """Every figure, by role category and of everyone; the smallest two groups hidden."""
    found = []
    whole: dict[str, tuple[int, int | None]] = {
        "requests": (61, None),
        "approvals": (48, 55),
        "spend_pence": (1_234_567, None),
        "participants": (44, 61),
        "without_participation": (17, 61),
        "completions": (57, None),
        "evaluation_rate": (41, 57),
        "benefit_rating": (402, 190),
        "dissemination_reach": (133, None),
        "cost_per_participant_pence": (1_234_567, 44),
    }
    for name, (numerator, denominator) in whole.items():
        definition = f"how {name} is counted, in a sentence that says what is above the line, below it, and left out"
        for number, role in enumerate(ROLES):
            part = None if denominator is None else denominator // (number + 2)
            hidden = role in ("support", "governor")
            found.append(figure(name, role, definition, numerator // (number + 2), part, hidden=hidden))
        found.append(figure(name, "all", definition, numerator, denominator, hidden=False))
    stayed = {"numerator": None, "denominator": 61, "value": 0.9012, "suppressed": False}
    return [*found, Figure(name="retention", group="all", definition="by Kaplan and Meier's estimate", **stayed)]


def an_impact(**changes: Any) -> Impact:
    usual: dict[str, Any] = {
        "school_urn": "136419",
        "academic_year": "2025-26",
        "cut": "2026-09",
        "known_at": KNOWN_AT,
        "by": "role_category",
        "figures": figures(),
        "confidence": [
            Change(group="teacher", people=24, mean=1.84, lower=1.1, upper=2.6, suppressed=False),
            Change(group="leadership", people=11, mean=-0.2, lower=None, upper=None, suppressed=False),
            Change(group="support", people=None, mean=None, lower=None, upper=None, suppressed=True),
        ],
        "survival": [
            a_survival("trained", 0.93),
            a_survival("untrained", 0.84),
            a_survival("trained", None, "moved_up"),
        ],
        "comparisons": [Comparison(event="left", group="all", statistic=4.1, p=0.043)],
    }
    return Impact(**usual | changes)


def a_survival(membership: Any, value: float | None, event: Any = "left") -> Survival:
    known = value is not None
    return Survival(
        event=event,
        group="all",
        membership=membership,
        people=40 if known else None,
        person_days=9000 if known else None,
        events=3 if known else None,
        value=value,
        lower=None if value is None else value - 0.06,
        upper=None if value is None else min(1.0, value + 0.04),
        suppressed=not known,
    )


def earlier() -> EarlierYear:
    ratings: Any = dict.fromkeys(BENEFITS, 1)
    return EarlierYear(
        academic_year="2024-25",
        review_id="r0",
        ratings=ratings,
        figures=[each for each in figures() if each.group == "all"],
    )


def an_annual_report(**changes: Any) -> AnnualReport:
    ratings = [
        Rating(benefit=each, rating=number % 4, evidence=REFLECTION if number < 3 else "", rated_on=date(2026, 10, 2))
        for number, each in enumerate(BENEFITS[:5])
    ]
    usual: dict[str, Any] = {
        "id": "00000000-0000-0000-0000-0000000000aa",
        "version": 1,
        "status": "signed_off",
        "school_urn": "136419",
        "school_name": "Ashgrove Primary School",
        "academic_year": "2025-26",
        "log_position": "41237",
        "impact": an_impact(),
        "ratings": ratings,
        "opened": Deed(on=date(2026, 10, 1), role="quality_assurance"),
        "assured": Deed(on=date(2026, 10, 9), role="quality_assurance"),
        "signed_off": Deed(on=date(2026, 10, 12), role="headteacher"),
        "published": None,
        "minute_ref": None,
        "earlier": [earlier()],
    }
    return AnnualReport(**usual | changes)


def a_governing_body_report(priorities: int = 4, **changes: Any) -> GoverningBodyReport:
    rows = [
        PriorityRow(
            priority_id=f"p{number}",
            plan_year="2025-26",
            title=f"Writing across the curriculum, part {number}",
            status="retired" if number == 2 else "live",
            requests=None if number == 1 else number,
            approved=None if number == 1 else number,
            completions=None if number == 1 else 0,
            spend_pence=None if number == 1 else number * 12_345,
            suppressed=number == 1,
        )
        for number in range(priorities)
    ]
    usual: dict[str, Any] = {
        "school_urn": "136419",
        "school_name": "Ashgrove Primary School",
        "on": date(2026, 11, 28),
        "known_at": KNOWN_AT,
        "academic_year": "2025-26",
        "budget": Budget(
            academic_year="2025-26",
            allocated_pence=2_000_000,
            committed_pence=350_000,
            actual_pence=1_234_567,
            available_pence=415_433,
        ),
        "priorities": rows,
        "impact": an_impact(),
        "reviews": [earlier()],
    }
    return GoverningBodyReport(**usual | changes)
