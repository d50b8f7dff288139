"""Stories that between them state every fact of the domain: what schemas, samples and seals are checked against."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from services.agreements.domain.school import PayPeriod, School, SchoolSettings
from services.agreements.domain.staff_member import StaffMember, stream_of
from shared.eventstore.fact import Act, Fact
from tests.given import STAFF_ID, TODAY, Step
from tests.unit.agreements.acts import (
    COMPLETED,
    LEFT,
    REDUCED,
    REQUIRED,
    SIGNED,
    URN,
    cancelled,
    completed,
    confirmed,
    cost,
    cost_refunded,
    deducted,
    disputed,
    drafted,
    employed,
    fee,
    invoiced,
    moved,
    paid,
    refund_paid,
    refused,
    required,
    resignation_corrected,
    resignation_withdrawn,
    reversed_deduction,
    signed,
    started,
    told_of_reversal,
    training_cancelled,
    varied,
    waived,
    withdrew,
    written_off,
)

ANOTHER_DAY = date(2025, 1, 30)
STEPS_SCALE = {"scale": {"kind": "steps", "steps": [{"until_months": 12, "percent": 100}]}, "base": "paid"}

STORIES: dict[str, tuple[Step, ...]] = {
    "repaid from pay": (*REQUIRED, deducted(0, "accepted"), deducted(REDUCED)),
    "rejected, then taken in parts and given back": (
        *REQUIRED,
        deducted(0, "rejected"),
        deducted(100, "partly_taken", deduction_id="d2"),
        reversed_deduction("d2"),
    ),
    "paid by invoice": (*REQUIRED, invoiced(), paid(100), waived(100), written_off(100)),
    "disputed and confirmed": (*LEFT, disputed(), confirmed()),
    "stayed after all, with a refund": (
        *REQUIRED,
        deducted(REDUCED),
        resignation_withdrawn(),
        refund_paid(REDUCED),
    ),
    "told wrong at first": (
        *SIGNED,
        started(),
        started(date(2024, 9, 3)),
        completed(),
        completed(ANOTHER_DAY),
        cost(100),
        cost_refunded(50),
        LEFT[-1],
        resignation_corrected(notified_on=date(2025, 5, 30)),
    ),
    "left the training": (*SIGNED, withdrew(), withdrew(ANOTHER_DAY)),
    "called off": (*SIGNED, training_cancelled()),
    "cancelled": (*COMPLETED, cancelled()),
    "held without a payroll number": (
        employed(payroll_number=""),
        employed(name="Someone", line_manager_id="p2"),
        drafted(),
        signed(),
        moved(),
        LEFT[-1],
    ),
    "varied and refused": (*SIGNED, varied(cost_lines=[fee(1)], terms=STEPS_SCALE), refused()),
    "without terms": (employed(), drafted(terms=None, request_id="q1", mandatory=True)),
    "taken back before it was told": (employed(), told_of_reversal()),
    "confirmed without an end, which comes late": (*SIGNED, LEFT[-1], confirmed(), required(), completed()),
}


def facts_of(*steps: Step) -> list[Fact]:
    """What a story states, in order."""
    member = StaffMember(stream_of(STAFF_ID))
    member.staff_id = STAFF_ID
    return [fact for step in steps for fact in step.take(member)]


def staff_facts() -> Iterator[Fact]:
    """Every fact of every story about a person."""
    for steps in STORIES.values():
        yield from facts_of(*steps)


def school_facts() -> list[Fact]:
    """What is stated of a school."""
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    school = School(stream_of(f"school {URN}"))
    school.act = Act(recorded_at=noon, actor="admin", role="trust_admin", correlation_id="c1")
    school.name_as_known(URN)
    period = PayPeriod(pay_period="P05", closes_on=date(2025, 8, 10), pay_date=date(2025, 8, 20))
    school.change_settings(URN, SchoolSettings(name="A school", auto_require=True, pay_calendar=[period]))
    return list(school.collect_events())
