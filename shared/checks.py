"""Rules about days and sums of money that every service asks for."""

from datetime import date

from shared.dates import add_months
from shared.errors import FieldRefused

EARLIEST = date(1990, 1, 1)
HORIZON_MONTHS = 120
LARGEST_SUM_PENCE = 100_000_000


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


def sound_amounts(amounts_pence: list[int]) -> None:
    """No cost line is negative, and together they are at most £1,000,000. Raises FieldRefused."""
    if any(pence < 0 for pence in amounts_pence):
        raise FieldRefused(cost_lines="must not be negative")
    if sum(amounts_pence) > LARGEST_SUM_PENCE:
        raise FieldRefused(cost_lines="must not add up to more than £1,000,000")


def sound_share(funded_percent: int) -> None:
    """The school's share is a whole percentage. Raises FieldRefused."""
    if not 0 <= funded_percent <= 100:
        raise FieldRefused(funded_percent="must lie between 0 and 100")
