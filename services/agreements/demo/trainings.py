"""The twenty-five agreements of the demo trust and what became of each training."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from services.agreements.demo.deeds import Deed, about, agreement_id
from services.agreements.domain import agreeing, training
from services.agreements.domain.agreement import CostLine
from shared.demo.people import HEADS, MEMBERS
from shared.demo.recording import FINANCE, HR, Days, Person, head, staff

DRAFTED_BEFORE = 21
PAID_AFTER = 10
TOLD_AFTER = 4
"""Days between what happens and its being recorded."""

LINEAR_24 = {"scale": {"kind": "linear", "months": 24}}
WHEN_LEFT = {"trigger": "last_day"}


@dataclass(frozen=True)
class Training:
    """One agreement. `begins` is in days before today, `signed` in days before the beginning (None: never)."""

    staff_id: str
    title: str
    activity_type: str
    begins: int
    lasts: int
    costs: dict[str, int]
    ended: Literal["completed", "withdrawn", "cancelled"] | None = None
    signed: int | None = 7
    consent: bool = True
    refused: bool = False
    number: int = 1
    drafted: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] | UnsetType | None = UNSET


TRAININGS = (
    Training(
        "S003", "NPQ Leading Teaching", "award_bearing", 690, 365, {"fee": 1250_00, "exam": 150_00}, ended="completed"
    ),
    Training(
        "S004", "Primary mathematics specialist", "course", 400, 120, {"fee": 480_00, "materials": 60_00}, "completed"
    ),
    Training("S005", "Leading early reading and phonics", "course", 420, 200, {"fee": 900_00}, "completed"),
    Training(
        "S006",
        "MA in Education, part-time",
        "award_bearing",
        500,
        730,
        {"fee": 3600_00},
        drafted={"funded_percent": 50},
    ),
    Training("S007", "NPQ for Special Educational Needs Co-ordinators", "award_bearing", 560, 330, {"fee": 1800_00}),
    Training("S009", "Higher level teaching assistant", "award_bearing", 300, 150, {"fee": 640_00}, "withdrawn"),
    Training("S012", "AAT level 3 accounting", "distance_learning", 200, 365, {"fee": 1100_00}, consent=False),
    Training("S014", "Chairing a governing body", "course", 150, 30, {"fee": 350_00}, "completed"),
    Training("S002", "NPQ Headship", "award_bearing", 250, 400, {"fee": 2100_00}, signed=-10),
    Training(
        "S010", "Safeguarding level 2", "course", 100, 1, {"fee": 90_00}, "completed", drafted={"mandatory": True}
    ),
    Training("S017", "NPQ Leading Behaviour and Culture", "award_bearing", 640, 300, {"fee": 1300_00}, "completed"),
    Training(
        "S018", "A-level physics for non-specialists", "course", 600, 90, {"fee": 1600_00}, "completed", terms=WHEN_LEFT
    ),
    Training(
        "S019",
        "Secondment to an examination board",
        "secondment",
        330,
        180,
        {"fee": 300_00, "supply_cover": 2000_00},
        "completed",
    ),
    Training(
        "S020", "Teaching for mastery in mathematics", "course", 350, 100, {"fee": 950_00}, "completed", terms=LINEAR_24
    ),
    Training("S021", "Drama in the English classroom", "practical_experience", 60, 20, {"fee": 320_00}, signed=None),
    Training(
        "S023",
        "Teaching assistant, level 3",
        "award_bearing",
        380,
        450,
        {"fee": 5000_00},
        drafted={"apprenticeship": True},
    ),
    Training(
        "S025", "Network engineer certification", "course", 180, 60, {"fee": 1450_00, "exam": 250_00}, "cancelled"
    ),
    Training("S016", "Executive coaching", "coaching_mentoring", 120, 180, {"fee": 1200_00}, terms=None),
    Training("S027", "Safer recruitment", "course", -10, 1, {"fee": 260_00}, signed=None),
    Training("S030", "NPQ Early Years Leadership", "award_bearing", 700, 300, {"fee": 1440_00}, "completed"),
    Training(
        "S031",
        "Forest school practitioner, level 3",
        "practical_experience",
        430,
        150,
        {"fee": 780_00, "materials": 120_00, "travel": 85_00},
        "completed",
    ),
    Training("S036", "Emotional literacy support", "course", 260, 200, {"fee": 620_00, "materials": 80_00}),
    Training("S033", "Teacher research group", "research", 20, 100, {"fee": 400_00}, signed=None, refused=True),
    Training("S038", "Diploma in school business management", "award_bearing", 90, 300, {"fee": 1950_00}),
    Training("S031", "Outdoor first aid", "course", 50, 2, {"fee": 180_00}, "completed", number=2),
)


def agreements_made(days: Days) -> list[Deed]:
    """Every deed of every training up to yesterday, and a few that only one of them has."""
    made = [deed for training_ in TRAININGS for deed in _deeds(days, training_) if deed.days_ago > 0]
    return [*made, *_varied(), *_refunded(days)]


def _deeds(days: Days, it: Training) -> Iterator[Deed]:
    member, id_ = MEMBERS[it.staff_id], agreement_id(it.staff_id, it.number)
    school = _for_the_school(it.staff_id)
    ends = it.begins - it.lasts
    draft = about(
        it.staff_id,
        agreeing.draft,
        school_urn=member.school_urn,
        title=it.title,
        activity_type=it.activity_type,
        planned_start=days.ago(it.begins),
        planned_end=days.ago(ends),
        cost_lines=[CostLine(category=name, amount_pence=pence) for name, pence in it.costs.items()],  # type: ignore[arg-type]
        terms=it.terms,
        **it.drafted,
    )
    yield Deed(it.begins + DRAFTED_BEFORE, school, draft)
    if it.refused:
        refuse = about(it.staff_id, agreeing.refuse, id_)
        yield Deed(it.begins + 5, staff(it.staff_id), refuse, "I will not be bound to a repayment")
    if it.signed is not None:
        signed = it.begins + it.signed
        sign = about(it.staff_id, agreeing.sign, id_, signed_on=days.ago(signed), deduction_consent=it.consent)
        yield Deed(signed, staff(it.staff_id), sign)
    if it.ended == "cancelled":
        call_off = about(
            it.staff_id, training.cancel_training, id_, cancelled_on=days.ago(it.begins + 2), by="provider"
        )
        yield Deed(it.begins + 1, school, call_off, "The provider called the course off")
        return
    if not it.refused:
        yield from _taken(days, it, id_, school)


def _taken(days: Days, it: Training, id_: str, school: Person) -> Iterator[Deed]:
    ends = it.begins - it.lasts
    if it.begins > 0:
        start = about(it.staff_id, training.start, id_, started_on=days.ago(it.begins))
        yield Deed(it.begins - 1, school, start)
    for category, pence in it.costs.items():
        paid = it.begins - PAID_AFTER
        pay = about(
            it.staff_id,
            training.record_cost,
            id_,
            category=category,
            amount_pence=pence,
            on=days.ago(paid),
            reference=f"INV-{it.staff_id}-{it.number}-{category}",
        )
        yield Deed(paid, FINANCE, pay)
    if it.ended == "completed":
        yield Deed(ends - TOLD_AFTER, school, about(it.staff_id, training.complete, id_, completed_on=days.ago(ends)))
    if it.ended == "withdrawn":
        halfway = it.begins - it.lasts // 2
        leave = about(it.staff_id, training.withdraw, id_, withdrawn_on=days.ago(halfway))
        yield Deed(halfway - TOLD_AFTER, school, leave, "Too much beside the work in class")


def _varied() -> list[Deed]:
    """The diploma became dearer: what was signed holds until the new figure is signed too."""
    dearer = [CostLine(category="fee", amount_pence=2150_00), CostLine(category="exam", amount_pence=120_00)]
    vary = about("S038", agreeing.vary, agreement_id("S038"), cost_lines=dearer)
    return [Deed(30, _for_the_school("S038"), vary, "The college raised its fee")]


def _refunded(days: Days) -> list[Deed]:
    """The provider of the forest school course paid a part back."""
    refund = about(
        "S031",
        training.record_refund,
        agreement_id("S031"),
        category="fee",
        amount_pence=130_00,
        on=days.ago(240),
        reference="CN-0231",
    )
    return [Deed(236, FINANCE, refund)]


def _for_the_school(staff_id: str) -> Person:
    """Who acts for the school in this person's affairs: the head, or HR for the head."""
    leader = HEADS[MEMBERS[staff_id].school_urn]
    return HR if leader == staff_id else head(leader)
