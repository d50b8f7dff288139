"""`cpd import staff` makes people known to every service that asks who they are."""

from datetime import date
from pathlib import Path

from services.requests.runtime import open_runtime
from shared.imports.offered import Offered
from shared.service import services
from shared.settings import read_settings
from tests.integration.agreements.imports.files import STAFF, staff
from tests.integration.importing import Cpd, last_line, write_csv
from tests.integration.requests.imports.files import ledger_of_this_home


def test_staff_are_known_to_the_requests_service_too(cpd_import: Cpd, tmp_path: Path):
    row = STAFF | {"line_manager_id": "p9"}
    assert cpd_import("staff", write_csv(tmp_path / "s.csv", [row])).exit_code == 0
    with ledger_of_this_home() as requests:
        person = requests.person("p1")
        requests.require_known_school("900001")
    assert person is not None
    employment = person.current
    assert (employment.id, employment.school_urn, employment.started_on) == ("e1", "900001", date(2020, 9, 1))
    assert (employment.role_category, employment.line_manager_id) == ("teacher", "p9")


def test_what_only_one_service_has_by_now_is_completed_in_the_other(cpd_import: Cpd, tmp_path: Path):
    """As after a crash between the two, or where a service was added later."""
    path = write_csv(tmp_path / "s.csv", map(staff, (1, 2)))
    assert last_line(cpd_import("staff", path).output) == "imported: 2, already there: 0, skipped: 0"
    log = open_runtime(read_settings()).stores.ledger.database
    for part in ("", "-wal", "-shm"):
        Path(f"{log}{part}").unlink(missing_ok=True)
    assert last_line(cpd_import("staff", path).output) == "imported: 2, already there: 0, skipped: 0"
    with ledger_of_this_home() as requests:
        assert requests.person("p2") is not None
    assert last_line(cpd_import("staff", path).output) == "imported: 0, already there: 2, skipped: 0"


def test_staff_go_into_one_service_alone_where_the_others_are_out_of_reach(cpd_import: Cpd, tmp_path: Path):
    path = write_csv(tmp_path / "s.csv", [STAFF])
    result = cpd_import("staff", "--service", "agreements", path)
    assert last_line(result.output) == "imported: 1, already there: 0, skipped: 0"
    assert not Path(open_runtime(read_settings()).stores.ledger.database).exists()
    assert last_line(cpd_import("staff", path).output) == "imported: 1, already there: 0, skipped: 0"


def test_whoever_takes_in_the_same_file_reads_the_same_columns():
    offered: list[Offered] = [each for service in services() for each in service.imports]
    by_name: dict[str, list[Offered]] = {}
    for each in offered:
        by_name.setdefault(each.name, []).append(each)
    assert [each.service for each in by_name["staff"]] == ["requests", "agreements", "reviews"]
    assert all(len({each.help for each in same}) == 1 for same in by_name.values())
