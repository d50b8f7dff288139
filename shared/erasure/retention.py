"""How long each kind of record is kept, and why: the schedule. Pure.

Sources: the Limitation Act 1980, section 5 (claims on a contract: six years); the Information Management Toolkit for
Schools of the Information and Records Management Society (personnel files: end of employment + 6 years); the Academy
Trust Handbook and the funding agreement (records of money: six years after the period that they are of); UK GDPR,
article 5(2), and the Limitation Act 1980, section 9 (that somebody was rightly erased: six years).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from shared.dates import add_months, next_day

Kind = Literal["employment", "funded_training", "money", "portfolio", "erasure"]
YEARS = 6
TAX_YEAR_ENDS = (4, 5)


def years_after(day: date) -> date:
    """The last day of six years from a day on."""
    return add_months(day, 12 * YEARS)


def full_tax_years_after(day: date) -> date:
    """The last day of the sixth full tax year after the one that holds the day; a tax year ends on 5 April."""
    ends = date(day.year, *TAX_YEAR_ENDS)
    year = day.year if day <= ends else day.year + 1
    return date(year + YEARS, *TAX_YEAR_ENDS)


def not_at_all(day: date) -> date:
    """The day itself."""
    return day


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of record: from which day it counts, how long it is kept, and by what source."""

    what: str
    since: str
    how_long: str
    source: str
    kept_until: Callable[[date], date]


SCHEDULE: dict[Kind, Rule] = {
    "employment": Rule(
        what="employment, requests, needs, evaluations and what was said in them",
        since="the last day of the last employment",
        how_long="6 years",
        source="Limitation Act 1980 s. 5; IRMS Toolkit, personnel files",
        kept_until=years_after,
    ),
    "funded_training": Rule(
        what="funded training: what was agreed or approved and paid",
        since="the end of the training, or the last cost or refund",
        how_long="6 full tax years",
        source="Academy Trust Handbook, funding agreement; Limitation Act 1980 s. 5",
        kept_until=full_tax_years_after,
    ),
    "money": Rule(
        what="repayments, deductions, payments, waivers and write-offs",
        since="the last of them",
        how_long="6 full tax years",
        source="Academy Trust Handbook, funding agreement; Limitation Act 1980 s. 5",
        kept_until=full_tax_years_after,
    ),
    "portfolio": Rule(
        what="the portfolio",
        since="the last day of the last employment",
        how_long="until then: it is the person's own, who takes a copy",
        source="the person's; no duty to keep it",
        kept_until=not_at_all,
    ),
    "erasure": Rule(
        what="why somebody was erased",
        since="the day of it",
        how_long="6 years",
        source="UK GDPR art. 5(2), to show that it was right; Limitation Act 1980 s. 9",
        kept_until=years_after,
    ),
}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One of a person's records: its kind, and the day from which its time counts; None while that has not come.

    What counts from the end of an employment names it; `final` is the word of the service that hears of every ending.
    """

    kind: Kind
    ended_on: date | None
    why_open: str = ""
    employment_id: str = ""
    final: bool = False

    @property
    def due_on(self) -> date | None:
        """The first day on which it need not be kept any more."""
        return None if self.ended_on is None else next_day(SCHEDULE[self.kind].kept_until(self.ended_on))


def employments_kept(
    last_days: Mapping[str, date | None], *, kind: Kind = "employment", final: bool = False
) -> list[Kept]:
    """A record of each employment, by its id: with its last day, or None where nobody has ended it."""
    return [
        Kept(
            kind=kind,
            ended_on=last_day,
            why_open="is still employed" if last_day is None else "",
            employment_id=employment_id,
            final=final,
        )
        for employment_id, last_day in last_days.items()
    ]


def settled(kept: Iterable[Kept]) -> list[Kept]:
    """The records with each employment's end as the service has it that hears of every ending, where it knows of it."""
    whole = list(kept)
    final = {each.employment_id: each for each in whole if each.final}
    return [
        msgspec.structs.replace(each, ended_on=found.ended_on, why_open=found.why_open)
        if (found := final.get(each.employment_id)) is not None and each.employment_id
        else each
        for each in whole
    ]
