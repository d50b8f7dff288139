"""A published figure: of which group, how it is made, and whether it may be shown."""

import re
from datetime import date, datetime, timedelta

import msgspec

from shared.dates import add_months, london_day, start_of_london_day
from shared.errors import FieldRefused

CUT = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`value` = numerator / denominator, or the numerator where there is no denominator. Hidden ones say nothing."""

    name: str
    group: str
    numerator: int | None
    denominator: int | None
    value: float | None
    suppressed: bool
    definition: str


def figure(name: str, group: str, definition: str, numerator: int, denominator: int | None, *, hidden: bool) -> Figure:
    """A figure; of a group that is hidden, only that there is one."""
    if hidden:
        return Figure(
            name=name,
            group=group,
            numerator=None,
            denominator=None,
            value=None,
            suppressed=True,
            definition=definition,
        )
    if denominator is None:
        value: float | None = float(numerator)
    else:
        value = round(numerator / denominator, 4) if denominator else None
    return Figure(
        name=name,
        group=group,
        numerator=numerator,
        denominator=denominator,
        value=value,
        suppressed=False,
        definition=definition,
    )


def last_cut(now: datetime) -> str:
    """The cut of the last month that has ended in London: `2024-11`."""
    first = london_day(now).replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def end_of_cut(cut: str, now: datetime) -> tuple[date, datetime]:
    """The last day of a month, and its last instant: what statistics of that cut go by. Raises FieldRefused."""
    if re.fullmatch(CUT, cut) is None:
        raise FieldRefused(cut="must be a month, such as 2024-11")
    next_month = add_months(date.fromisoformat(f"{cut}-01"), 1)
    instant = start_of_london_day(next_month) - timedelta(microseconds=1)
    if instant >= now:
        raise FieldRefused(cut="must be a month that has ended: figures are frozen at its end")
    return next_month - timedelta(days=1), instant
