"""The distributions that intervals and tests rest on.

Loading scipy takes a third as long as all else that a command loads: who asks for a figure of these pays for it.
"""


def student_t(freedom: int, below: float) -> float:
    """The value that Student's t with so many degrees of freedom lies below with a probability."""
    from scipy.special import stdtrit  # noqa: PLC0415  see above

    return float(stdtrit(freedom, below))


def chi_squared_above(freedom: int, value: float) -> float:
    """The probability that chi-squared with so many degrees of freedom lies above a value."""
    from scipy.special import chdtrc  # noqa: PLC0415  see above

    return float(chdtrc(freedom, value))
