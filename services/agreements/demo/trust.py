"""What the agreements service is told of the demo trust's schools and people."""

from collections.abc import Callable

from services.agreements.application import Agreements
from services.agreements.demo.deeds import Deed, about
from services.agreements.domain import employing
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.terms import RepaymentTerms, Step, Steps
from shared.demo.people import (
    ASHGROVE,
    BRACKENHURST,
    CASTLE_HILL,
    FOUNDED_DAYS_AGO,
    MEMBERS,
    SCHOOLS,
    Member,
    manager_of,
    started,
    told_days_ago,
)
from shared.demo.recording import HR, TRUST_ADMIN, Days
from shared.eventstore.ledger import Call

TWO_YEARS = Steps(steps=[Step(until_months=12, percent=100), Step(until_months=24, percent=50)])
SETTINGS = {
    ASHGROVE: SchoolSettings(name=SCHOOLS[ASHGROVE], auto_require=True, notice_days=14),
    BRACKENHURST: SchoolSettings(name=SCHOOLS[BRACKENHURST], default_terms=RepaymentTerms(scale=TWO_YEARS)),
    CASTLE_HILL: SchoolSettings(name=SCHOOLS[CASTLE_HILL]),
}


def settings_put() -> list[Deed]:
    """Each school's settings, once the ledger begins."""
    return [Deed(FOUNDED_DAYS_AGO, TRUST_ADMIN, _put(urn, settings)) for urn, settings in SETTINGS.items()]


def staff_told_of(days: Days) -> list[Deed]:
    """HR tells who works where; later it corrects a name, and someone moves within the trust."""
    joined = [_joined(days, member) for member in MEMBERS.values()]
    adeyemi, begum = MEMBERS["S040"], MEMBERS["S034"]
    renamed = about(
        adeyemi.staff_id,
        employing.join,
        employment_id=adeyemi.employment_id,
        school_urn=adeyemi.school_urn,
        on=started(days, adeyemi),
        name="Grace Adeyemi-Holt",
    )
    moved = about(
        begum.staff_id, employing.move, employment_id=begum.employment_id, school_urn=BRACKENHURST, on=days.ago(150)
    )
    return [*joined, Deed(400, HR, renamed), Deed(152, HR, moved)]


def _put(urn: str, settings: SchoolSettings) -> Callable[[Agreements, Call], object]:
    return lambda agreements, call: agreements.change_settings(call, urn, settings)


def _joined(days: Days, member: Member) -> Deed:
    return Deed(
        told_days_ago(member),
        HR,
        about(
            member.staff_id,
            employing.join,
            employment_id=member.employment_id,
            school_urn=member.school_urn,
            on=started(days, member),
            role_category=member.role_category,
            line_manager_id=manager_of(member),
            payroll_number=member.payroll_number,
            name=member.name,
        ),
    )
