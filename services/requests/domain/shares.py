"""How costs are shared: equally among the participants, to the penny; and the school's part of them."""

from collections.abc import Iterable, Sequence

import msgspec

from shared.money import half_up
from shared.words import CostCategory


class CostLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one category is expected to cost, in pence net of recoverable VAT. `hours` are those of supply cover."""

    category: CostCategory
    amount_pence: int
    hours: float | None = None


class SharedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's part of one cost line, in pence."""

    category: CostCategory
    amount_pence: int


def shared_equally(lines: Sequence[CostLine], people: int) -> list[list[SharedLine]]:
    """Each person's lines, in the order of the people. Every line adds up to its whole, by largest remainder.

    Pennies left over go in turn, over all lines, so that no two people's sums differ by more than a penny.
    """
    shares: list[list[SharedLine]] = [[] for _ in range(people)]
    turn = 0
    for line in lines:
        each, left = divmod(line.amount_pence, people)
        for place, share in enumerate(shares):
            extra = 1 if (place - turn) % people < left else 0
            share.append(SharedLine(category=line.category, amount_pence=each + extra))
        turn = (turn + left) % people
    return shares


def schools_share_pence(amounts_pence: Iterable[int], funded_percent: int) -> int:
    """The school's part of a sum: rounded once, half a penny up."""
    return half_up(sum(amounts_pence) * funded_percent, 100)
