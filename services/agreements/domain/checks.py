"""Rules about fields that more than one command asks for."""

from datetime import date

from services.agreements.domain.agreement import CostLine
from services.agreements.domain.scale import check_scale
from services.agreements.domain.staff_member import StaffMember
from services.agreements.domain.terms import RepaymentTerms
from shared.dates import add_months
from shared.errors import FieldRefused, StateForbids

EARLIEST = date(1990, 1, 1)
HORIZON_MONTHS = 120
LARGEST_SUM_PENCE = 100_000_000


class OwnAffair(StateForbids):
    """Nobody acts for the school in an affair of their own."""


def plausible(today: date, **days: date | None) -> None:
    """Each day lies between 1990 and ten years from today. Raises FieldRefused naming those that do not."""
    latest = add_months(today, HORIZON_MONTHS)
    wrong = {field: day for field, day in days.items() if day is not None and not EARLIEST <= day <= latest}
    if wrong:
        raise FieldRefused(
            **dict.fromkeys(
                wrong, f"must lie between {EARLIEST.isoformat()} and ten years from today ({latest.isoformat()})"
            )
        )


def not_ahead(today: date, **days: date | None) -> None:
    """Each day is a recorded fact, so none lies after today, and each is plausible. Raises FieldRefused."""
    plausible(today, **days)
    wrong = {field: day for field, day in days.items() if day is not None and day > today}
    if wrong:
        raise FieldRefused(
            **dict.fromkeys(wrong, f"is a fact on record, so it cannot lie after today ({today.isoformat()})")
        )


def in_order(**days: date) -> None:
    """The two days given come in that order, or are the same. Raises FieldRefused on the later one."""
    (first, earlier), (second, later) = days.items()
    if later < earlier:
        raise FieldRefused(**{second: f"must not lie before {first} ({earlier.isoformat()})"})


def sound_sum(amount_pence: int) -> None:
    """A sum of money that moves is between a penny and £1,000,000. Raises FieldRefused."""
    if not 0 < amount_pence <= LARGEST_SUM_PENCE:
        raise FieldRefused(amount_pence="must lie between a penny and £1,000,000")


def sound_cost_lines(lines: list[CostLine]) -> None:
    """None is negative, and together they are at most £1,000,000. Raises FieldRefused."""
    if any(line.amount_pence < 0 for line in lines):
        raise FieldRefused(cost_lines="must not be negative")
    if sum(line.amount_pence for line in lines) > LARGEST_SUM_PENCE:
        raise FieldRefused(cost_lines="must not add up to more than £1,000,000")


def sound_share(funded_percent: int) -> None:
    """The school's share is a whole percentage. Raises FieldRefused."""
    if not 0 <= funded_percent <= 100:
        raise FieldRefused(funded_percent="must lie between 0 and 100")


def sound_terms(terms: RepaymentTerms | None, *, mandatory: bool, apprenticeship: bool) -> None:
    """Terms keep to the scale's rules, and mandatory and apprenticeship training have none. Raises FieldRefused."""
    if terms is None:
        return
    if mandatory or apprenticeship:
        kind = "mandatory training" if mandatory else "an apprenticeship"
        raise FieldRefused(terms=f"{kind} cannot be made repayable: leave the terms out, or null")
    check_scale(terms.scale)
    if not 0 <= terms.minimum_pence <= LARGEST_SUM_PENCE:
        raise FieldRefused(minimum_pence="must lie between 0 and £1,000,000")


def nobody_acts_on_their_own(member: StaffMember) -> None:
    """Whoever acts for the school is another person than the one it is about. Raises OwnAffair."""
    act = member.acting
    if act.staff_id == member.staff_id and act.role != "staff":
        raise OwnAffair(f"a {act.role} cannot do this in an affair of their own")
