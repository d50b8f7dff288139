"""The schools of the demo trust and the forty people who work there."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from services.agreements.application import Agreements
from services.agreements.demo.deeds import HR, TRUST_ADMIN, Days, Deed, about
from services.agreements.domain import employing
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.terms import RepaymentTerms, Step, Steps
from shared.eventstore.ledger import Call
from shared.words import RoleCategory

ASHGROVE, BRACKENHURST, CASTLE_HILL = "900101", "900102", "900103"
HEADS = {ASHGROVE: "S001", BRACKENHURST: "S015", CASTLE_HILL: "S028"}
TWO_YEARS = Steps(steps=[Step(until_months=12, percent=100), Step(until_months=24, percent=50)])
SETTINGS = {
    ASHGROVE: SchoolSettings(name="Ashgrove Primary School", auto_require=True, notice_days=14),
    BRACKENHURST: SchoolSettings(name="Brackenhurst Academy", default_terms=RepaymentTerms(scale=TWO_YEARS)),
    CASTLE_HILL: SchoolSettings(name="Castle Hill School"),
}

FOUNDED_DAYS_AGO = 760
JOINED_LATER = {"S013": 320, "S026": 290}
"""Who joined after the ledger began, and how many days ago."""


class Member(NamedTuple):
    staff_id: str
    name: str
    school_urn: str
    role_category: RoleCategory

    @property
    def employment_id(self) -> str:
        return f"E{self.staff_id[1:]}"

    @property
    def payroll_number(self) -> str:
        return "" if self.role_category == "governor" else f"PN{10_000 + int(self.staff_id[1:])}"


_ROLES: dict[str, list[tuple[RoleCategory, int]]] = {
    ASHGROVE: [("leadership", 2), ("teacher", 6), ("teaching_assistant", 3), ("support", 2), ("governor", 1)],
    BRACKENHURST: [("leadership", 2), ("teacher", 6), ("teaching_assistant", 2), ("support", 2), ("governor", 1)],
    CASTLE_HILL: [("leadership", 2), ("teacher", 6), ("teaching_assistant", 2), ("support", 1), ("governor", 2)],
}
_NAMES = (
    "Margaret Whitfield", "Daniel Okafor", "Hannah Prentice", "Tom Ashworth", "Priya Raman",
    "Gareth Bowen", "Louise Hartley", "Callum Reid", "Sadie Norris", "Amira Hussain",
    "Joanne Pickles", "Kevin Stott", "Beth Lomax", "Richard Fairfax", "Helen Carmichael",
    "Imran Siddiqui", "Eleanor Voss", "Peter Langley", "Naomi Clarke", "Stuart McAllister",
    "Rosie Tran", "Owen Griffiths", "Katie Holroyd", "Yusuf Demir", "Graham Tully",
    "Leanne Booth", "Dorothy Ainsley", "Andrew Kershaw", "Fiona Drummond", "Rebecca Sinclair",
    "Jamie Thornton", "Chloe Bannister", "Martin Eccles", "Aisha Begum", "Lucy Farnworth",
    "Debbie Hargreaves", "Nathan Cole", "Sandra Whittle", "William Beaumont", "Grace Adeyemi",
)  # fmt: skip
_PLACES = [(urn, role) for urn, roles in _ROLES.items() for role, count in roles for _ in range(count)]
MEMBERS = {
    f"S{number:03}": Member(f"S{number:03}", name, urn, role)
    for number, (name, (urn, role)) in enumerate(zip(_NAMES, _PLACES, strict=True), start=1)
}


def settings_put() -> list[Deed]:
    """Each school's settings, once the ledger begins."""
    return [Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, settings)) for urn, settings in SETTINGS.items()]


def staff_told_of(days: Days) -> list[Deed]:
    """HR tells who works where; later it corrects a name, and someone moves within the trust."""
    joined = [_joined(days, number, member) for number, member in enumerate(MEMBERS.values())]
    adeyemi, begum = MEMBERS["S040"], MEMBERS["S034"]
    renamed = about(
        adeyemi.staff_id,
        employing.join,
        employment_id=adeyemi.employment_id,
        school_urn=adeyemi.school_urn,
        on=_started(days, 39, adeyemi),
        name="Grace Adeyemi-Holt",
    )
    moved = about(
        begum.staff_id, employing.move, employment_id=begum.employment_id, school_urn=BRACKENHURST, on=days.ago(150)
    )
    return [*joined, Deed(400, HR, renamed), Deed(152, HR, moved)]


def _put(urn: str, settings: SchoolSettings) -> Callable[[Agreements, Call], object]:
    return lambda agreements, call: agreements.change_settings(call, urn, settings)


def _joined(days: Days, number: int, member: Member) -> Deed:
    told = JOINED_LATER.get(member.staff_id, FOUNDED_DAYS_AGO - 1)
    head = HEADS[member.school_urn]
    return Deed(
        told,
        HR,
        about(
            member.staff_id,
            employing.join,
            employment_id=member.employment_id,
            school_urn=member.school_urn,
            on=_started(days, number, member),
            role_category=member.role_category,
            line_manager_id=None if member.staff_id == head else head,
            payroll_number=member.payroll_number,
            name=member.name,
        ),
    )


def _started(days: Days, number: int, member: Member) -> date:
    """The employment's start: up to ten years ago, each on another day."""
    return days.ago(JOINED_LATER.get(member.staff_id, FOUNDED_DAYS_AGO + 40 + number * 71))
