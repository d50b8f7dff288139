"""Integer pence: the one way of rounding (half a penny goes up), a share of a sum, and how sums read."""


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to the nearest integer, halves upwards. Both are non-negative integers."""
    return (2 * numerator + denominator) // (2 * denominator)


def unless_under(least_pence: int, amount_pence: int) -> int:
    """The amount, or 0 where it is under the least that is asked for."""
    return 0 if amount_pence < least_pence else amount_pence


def share_of(base_pence: int, part: int, whole: int, least_pence: int = 0) -> int:
    """So many `whole`ths of the base: rounded once, then 0 where it is under the least."""
    return unless_under(least_pence, half_up(base_pence * part, whole))


def pounds(pence: int) -> str:
    """£2,400.00; what is below zero has a minus before it."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}.{rest:02}"
