"""The two passes over a file: every row judged, then every sound one brought in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BufferedIOBase

from shared.clock import Clock
from shared.errors import Refusal
from shared.eventstore.fact import Act
from shared.eventstore.ledger import OvertakenError
from shared.imports.judged import Judged
from shared.imports.kind import ACTOR, ROLE, ImportKind, Values
from shared.imports.lines import Form, Row, read_rows
from shared.imports.problems import WHOLE_ROW, Problem, problems_of


@dataclass
class Outcome:
    """How many rows went which way; `bad` counts rows, not rules."""

    imported: int = 0
    already_there: int = 0
    bad: int = 0


@dataclass(frozen=True)
class Import:
    """One run over one open file. Each problem is told as it is found, each row once it is done with."""

    kind: ImportKind
    file: BufferedIOBase
    form: Form
    clock: Clock
    correlation_id: str
    tell: Callable[[Problem], None]
    advance: Callable[[], None]

    def judge(self, judged: Judged) -> Outcome:
        """The first pass: notes in `judged` what is bad, and records nothing. Raises UnusableFileError."""
        outcome = Outcome()
        for row in self._rows():
            names: dict[str, str] = {}
            try:
                loaded = self._loaded(row, names)
                judged.note_key(self.kind.key(loaded), row.line, self.kind.key_field)
                if self.kind.is_there(loaded):
                    outcome.already_there += 1
                else:
                    self.kind.check(loaded, self._act(self.clock()))
            except Refusal as refusal:
                outcome.bad += 1
                judged.note_bad(row.line)
                self._tell_all(problems_of(row.line, refusal, names))
        return outcome

    def bring_in(self, judged: Judged) -> Outcome:
        """The second pass: records what was not judged bad. What the log refuses by now is told, and passed over."""
        outcome = Outcome()
        for row in self._rows():
            if judged.is_bad(row.line):
                outcome.bad += 1
                continue
            names: dict[str, str] = {}
            try:
                if self.kind.bring_in(self._loaded(row, names), self._act(self.clock())):
                    outcome.imported += 1
                else:
                    outcome.already_there += 1
            except Refusal as refusal:
                outcome.bad += 1
                self._tell_all(problems_of(row.line, refusal, names))
            except OvertakenError:
                outcome.bad += 1
                self.tell(Problem(row.line, WHOLE_ROW, "others were changing this person all the while: import again"))
        return outcome

    def _rows(self) -> Iterator[Row]:
        for row in read_rows(self.file, self.form, self.kind.columns, self.kind.required):
            yield row
            self.advance()

    def _loaded(self, row: Row, names: dict[str, str]) -> Values:
        """The row, typed; fills `names` with what the file calls its fields."""
        if row.refusal is not None:
            raise row.refusal
        values = row.values
        if self.form == "csv":
            values, shown = self.kind.from_cells(values)
            names.update(shown)
        return self.kind.load(values)

    def _tell_all(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.tell(problem)

    def _act(self, now: datetime) -> Act:
        return Act(recorded_at=now, actor=ACTOR, role=ROLE, correlation_id=self.correlation_id)
