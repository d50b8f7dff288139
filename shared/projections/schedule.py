"""What is owed from which day on, as a row of a view has it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec

NEVER = 2**31 - 1
"""Later than the ordinal of any day."""


class Owing(Protocol):
    """A struct from which the amounts of any day can be worked out. Encoded it is what the row stores."""

    def amounts_on(self, day: date) -> Mapping[str, int]:
        """Pence by the amount's name. One that is not named is 0."""
        ...

    def owed_until(self) -> int:
        """The ordinal of a day from which every amount is 0 for good, the first or near it; `NEVER` for none."""
        ...


class Schedule(msgspec.Struct, frozen=True, array_like=True):
    """`amounts[name][i]` pence hold from `steps_from[i]` (an ordinal day) until the next step; before the first, 0."""

    steps_from: Sequence[int] = ()
    amounts: Mapping[str, Sequence[int]] = {}

    @classmethod
    def of(cls, days: Sequence[date], **amounts: Sequence[int]) -> "Schedule":
        """The schedule of rising `days` and, for each named amount, as many pence."""
        return cls([day.toordinal() for day in days], amounts)

    def amounts_on(self, day: date) -> Mapping[str, int]:
        on = day.toordinal()
        return {name: amount_at(self.steps_from, pence, on) for name, pence in self.amounts.items()}

    def owed_until(self) -> int:
        """The ordinal of the first day from which every amount is 0 for good; `NEVER` if one stays positive."""
        until = NEVER
        for step in range(len(self.steps_from) - 1, -1, -1):
            for pence in self.amounts.values():
                if pence[step]:
                    return until
            until = self.steps_from[step]
        return 0


def amount_at(steps_from: Sequence[int], amounts: Sequence[int], on: int) -> int:
    """The amount that holds on the ordinal day `on`."""
    step = bisect_right(steps_from, on)
    return amounts[step - 1] if step and amounts else 0
