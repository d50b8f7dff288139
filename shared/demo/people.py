"""The schools of the demo trust and the forty people who work there."""

from datetime import date
from typing import NamedTuple

from shared.demo.recording import Days
from shared.hr import StaffMessage
from shared.words import RoleCategory

ASHGROVE, BRACKENHURST, CASTLE_HILL = "900101", "900102", "900103"
SCHOOLS = {
    ASHGROVE: "Ashgrove Primary School",
    BRACKENHURST: "Brackenhurst Academy",
    CASTLE_HILL: "Castle Hill School",
}
HEADS = {ASHGROVE: "S001", BRACKENHURST: "S015", CASTLE_HILL: "S028"}

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


def started(days: Days, member: Member) -> date:
    """The employment's start: up to ten years ago, each on another day."""
    return days.ago(JOINED_LATER.get(member.staff_id, FOUNDED_DAYS_AGO + 40 + (int(member.staff_id[1:]) - 1) * 71))


def told_days_ago(member: Member) -> int:
    """How many days ago HR told of a member of staff."""
    return JOINED_LATER.get(member.staff_id, FOUNDED_DAYS_AGO - 1)


def manager_of(member: Member) -> str | None:
    """The school's head manages everybody else."""
    head = HEADS[member.school_urn]
    return None if member.staff_id == head else head


def joined(days: Days, member: Member) -> StaffMessage:
    """What HR said when the member of staff joined."""
    return StaffMessage(
        staff_id=member.staff_id,
        employment_id=member.employment_id,
        school_urn=member.school_urn,
        on=started(days, member),
        role_category=member.role_category,
        line_manager_id=manager_of(member),
        working_pattern="part_time" if int(member.staff_id[1:]) % 4 == 0 else "full_time",
        name=member.name,
    )
