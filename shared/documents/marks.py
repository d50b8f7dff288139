"""What is drawn in a chart's row: a bar, or a value with its bounds."""

from shared.documents.model import Mark


def bar(part: float, whole: float, tone: int = 0) -> list[Mark]:
    """A bar from the beginning of the scale; none for nothing."""
    return [Mark(kind="bar", start=0, end=min(1.0, part / whole), tone=tone)] if part > 0 and whole > 0 else []


def interval(value: float | None, lower: float | None, upper: float | None, tone: int = 0) -> list[Mark]:
    """A dot on a line between its bounds, all on the scale from 0 to 1; without bounds the dot alone."""
    if value is None:
        return []
    dot = Mark(kind="dot", start=value, end=value, tone=tone)
    if lower is None or upper is None:
        return [dot]
    return [Mark(kind="line", start=lower, end=upper, tone=tone), dot]
