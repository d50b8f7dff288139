"""The demo trust: its size, what became of its leavers, and that it is recorded once."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.agreements.application import FACTS, Agreements
from services.agreements.demo import HEADTEACHER_ID, SCHOOL_URN, STAFF_ID, seed
from services.agreements.demo.trust import SETTINGS
from services.agreements.domain.repayment import current_balance, status
from services.agreements.domain.staff_facts import StaffResigned
from services.agreements.domain.status import agreement_status
from shared.dates import london_day
from shared.demo.people import MEMBERS
from shared.eventstore.fact import Act, Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger
from shared.eventstore.sealing import Sealer
from shared.messaging.database import open_database

TODAY = date(2026, 3, 31)
Opened = Callable[[str], Agreements]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a ledger by name; all of them are closed at the end."""
    keys = KeyStore(open_database(tmp_path / "keys.sqlite"))
    keys.create_tables()
    ledgers: list[Ledger] = []

    def open_it(name: str) -> Agreements:
        ledgers.append(Ledger(str(tmp_path / f"{name}.sqlite"), FACTS, Sealer(keys)))
        return Agreements(ledgers[-1])

    yield open_it
    for ledger in ledgers:
        ledger.close()
    keys.engine.dispose()


@pytest.fixture
def trust(opened: Opened) -> Agreements:
    agreements = opened("log")
    seed(agreements, TODAY)
    return agreements


def facts(agreements: Agreements) -> list[Fact]:
    ledger = agreements.ledger
    found = ledger.recorder.select_notifications(start=1, limit=10_000)
    return [ledger.mapper.opened(ledger.mapper.decode(n.topic, n.state)) for n in found]


def people(agreements: Agreements) -> list[Any]:
    return [agreements.person(staff_id) for staff_id in MEMBERS]


def test_three_schools_forty_staff_twenty_five_agreements_and_six_leavers(trust: Agreements):
    told = facts(trust)
    assert sum(trust.school(urn).known for urn in SETTINGS) == 3
    assert len({fact.school_urn for fact in told}) == 3
    assert sum(bool(member.employments) for member in people(trust)) == len(MEMBERS) == 40
    assert sum(len(member.agreements) for member in people(trust)) == 25
    assert len({fact.staff_id for fact in told if isinstance(fact, StaffResigned)}) == 6


def test_every_role_category_works_there_and_the_settings_differ(trust: Agreements):
    roles = Counter(next(iter(member.employments.values())).role_category for member in people(trust))
    assert roles == {"leadership": 6, "teacher": 18, "teaching_assistant": 7, "support": 5, "governor": 4}
    assert [trust.school(urn).settings.auto_require for urn in SETTINGS] == [True, False, False]
    assert len({msgspec.json.encode(trust.school(urn).settings.default_terms) for urn in SETTINGS}) == 2


def test_agreements_stand_at_every_point_of_their_lives(trust: Agreements):
    statuses = {agreement_status(a) for member in people(trust) for a in member.agreements.values()}
    assert statuses == {
        "drafted", "refused", "varied", "in_training", "completed", "withdrawn", "discharged", "cancelled",
    }  # fmt: skip


def test_what_became_of_the_leavers(trust: Agreements):
    repayments = {
        staff_id: repayment for staff_id in MEMBERS for repayment in trust.person(staff_id).repayments.values()
    }
    assert {staff_id: (status(r), r.computation.rule, r.amount_pence) for staff_id, r in repayments.items()} == {
        "S005": ("cancelled", "reduced", 0),
        "S007": ("accepted", "reduced", 1050_00),
        "S018": ("settled", "full_period", 1600_00),
        "S020": ("assessed", "reduced", 712_50),
        "S030": ("settled", "reduced", 1080_00),
        "S036": ("settled", "during_training", 700_00),
    }
    balances = {staff_id: current_balance(repayment) for staff_id, repayment in repayments.items()}
    assert (balances["S018"].taken_pence, balances["S018"].written_off_pence) == (1000_00, 600_00)
    assert balances["S030"].refunded_pence == 120_00
    assert balances["S036"].waived_pence == 350_00


def test_all_was_recorded_in_rising_order_before_today(trust: Agreements):
    instants = [fact.recorded_at for fact in facts(trust)]
    assert instants == sorted(instants)
    assert london_day(instants[-1]) < TODAY
    assert (TODAY - london_day(instants[0])).days > 730


def test_whom_to_look_at(trust: Agreements):
    assert len(trust.person(STAFF_ID).agreements) == 2
    assert {MEMBERS[STAFF_ID].school_urn, MEMBERS[HEADTEACHER_ID].school_urn} == {SCHOOL_URN}
    assert MEMBERS[HEADTEACHER_ID].role_category == "leadership"


def test_again_it_changes_nothing_on_whatever_day(trust: Agreements):
    before = trust.ledger.position()
    seed(trust, TODAY)
    seed(trust, date(2026, 9, 1))
    assert trust.ledger.position() == before


def test_it_is_the_same_each_time(trust: Agreements, opened: Opened):
    other = opened("other")
    seed(other, TODAY)
    assert facts(other) == facts(trust)


@pytest.mark.parametrize("stopped_after", [1, 2, 30, 100, 150])
def test_what_was_interrupted_is_completed_even_on_a_later_day(
    stopped_after: int, trust: Agreements, opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    class Killed(Exception):  # noqa: N818
        pass

    broken, executed = opened("broken"), 0
    execute = broken.ledger.execute

    def counting(*args: Any) -> Any:
        nonlocal executed
        if executed == stopped_after:
            raise Killed
        executed += 1
        return execute(*args)

    monkeypatch.setattr(broken.ledger, "execute", counting)
    with pytest.raises(Killed):
        seed(broken, TODAY)
    monkeypatch.undo()
    seed(broken, date(2026, 4, 2))
    assert facts(broken) == facts(trust)


def test_a_log_with_anything_else_in_it_stays_as_it_is(opened: Opened):
    agreements = opened("used")
    act = Act(
        recorded_at=datetime(2026, 3, 1, 9, tzinfo=UTC), actor="hr_platform", role="hr_platform", correlation_id="c"
    )
    agreements.know_school(Call(act=act), "123456")
    seed(agreements, TODAY)
    assert agreements.ledger.position() == 1


@pytest.mark.parametrize(
    "today", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 5, 31), date(2026, 1, 1), date(2026, 12, 31)]
)
def test_it_can_be_seeded_on_any_day(today: date, opened: Opened):
    agreements = opened("log")
    seed(agreements, today)
    assert sum(len(agreements.person(staff_id).agreements) for staff_id in MEMBERS) == 25
