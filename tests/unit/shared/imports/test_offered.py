"""One kind of import that several services take in."""

from datetime import UTC, datetime
from typing import Any

from shared.eventstore.fact import Act
from shared.imports.offered import Together

ACT = Act(recorded_at=datetime(2025, 1, 1, tzinfo=UTC), actor="import", role="hr_platform", correlation_id="c")
ROW = {"id": "r1"}


class Kind:
    """Remembers what was judged and brought in."""

    columns = required = ("id",)
    key_field = "id"

    def __init__(self, *there: str) -> None:
        self.there, self.judged = set(there), list[str]()

    def from_cells(self, cells: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        return cells, {}

    def load(self, values: dict[str, Any]) -> dict[str, Any]:
        return values

    def key(self, row: dict[str, Any]) -> str:
        return str(row["id"])

    def is_there(self, row: dict[str, Any]) -> bool:
        return row["id"] in self.there

    def check(self, row: dict[str, Any], _act: Act) -> None:
        self.judged.append(row["id"])

    def bring_in(self, row: dict[str, Any], _act: Act) -> bool:
        new = row["id"] not in self.there
        self.there.add(row["id"])
        return new


def test_a_row_is_there_once_every_service_has_it():
    assert not Together([Kind("r1"), Kind()]).is_there(ROW)
    assert Together([Kind("r1"), Kind("r1")]).is_there(ROW)


def test_only_who_does_not_have_it_judges_it():
    has_it, has_not = Kind("r1"), Kind()
    Together([has_it, has_not]).check(ROW, ACT)
    assert (has_it.judged, has_not.judged) == ([], ["r1"])


def test_what_one_service_lacks_after_a_crash_is_brought_in_and_counts_as_new():
    kinds = [Kind("r1"), Kind(), Kind()]
    together = Together(kinds)
    assert together.bring_in(ROW, ACT)
    assert all(kind.is_there(ROW) for kind in kinds)
    assert not together.bring_in(ROW, ACT)
