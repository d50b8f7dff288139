"""Integer pence and the one way of rounding: half a penny goes up."""


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded to the nearest integer, halves upwards. Both are non-negative integers."""
    return (2 * numerator + denominator) // (2 * denominator)
