"""What is wrong with a file, and with one row of it: the line, the field, the rule in words."""

from typing import NamedTuple

from shared.errors import FieldRefused, Refusal

WHOLE_ROW = "row"


class UnusableFileError(Exception):
    """Not a file that can be read row by row; each problem says why."""

    def __init__(self, *problems: "Problem") -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.rule}" for problem in problems))
        self.problems = problems


class Problem(NamedTuple):
    """One broken rule of one row. Its texts are safe to print."""

    line: int
    field: str
    rule: str


def problems_of(line: int, refusal: Refusal, names: dict[str, str] | None = None) -> list[Problem]:
    """Every rule that `refusal` names, under the name that its field has in the file."""
    if not isinstance(refusal, FieldRefused):
        return [Problem(line, WHOLE_ROW, printable(str(refusal)))]
    shown = names or {}
    return [
        Problem(line, printable(shown.get(field, field)), printable(text))
        for field, texts in refusal.errors.items()
        for text in texts
    ]


def printable(text: str) -> str:
    """`text` with whatever could not be printed, or would steer a terminal, written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:500])
