"""When someone may be erased, what stands against it, and that it is finished however often it is broken off."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.access_log.store import Wanted as Accesses
from shared.erasure import erasing
from shared.erasure.record import REASONS, keeping_of
from shared.eventstore import keystore
from shared.eventstore.fact import ERASED
from tests.integration.agreements import story
from tests.integration.agreements.world import AUDITOR, HR
from tests.integration.erasure.conftest import Trust

LEFT = "2025-05-31"
LAST_KEPT, DUE = datetime(2031, 5, 31, 10, tzinfo=UTC), datetime(2031, 6, 1, 10, tzinfo=UTC)
"""Six years after the last day of service; the next day the time is over."""


def leaver(trust: Trust, staff_id: str = "t1") -> None:
    """Someone who joined and left, and owes nothing."""
    for kind, data in (("StaffJoined", {"name": "Jo Numbat"}), ("EmploymentEnded", {"on": LEFT})):
        event = story.hr_event(kind, staff_id, **data)
        assert trust.agreements.post("/v1/inbox/hr.staff.v1", [event], HR).status_code == 202
    trust.catch_up()


def stated(trust: Trust) -> dict[str, list[Any]]:
    trust.catch_up()
    path = "/v1/events?type=SubjectKeyDestroyed"
    return {name: world.read(path, AUDITOR)["items"] for name, world in trust.worlds.items()}


def reasons(trust: Trust) -> set[str]:
    return {each["data"]["because"] for events in stated(trust).values() for each in events}


def test_nobody_is_erased_before_the_time_is_over(trust: Trust) -> None:
    leaver(trust)
    trust.clock.now = LAST_KEPT
    refused = trust.erase("t1")
    assert refused.exit_code == 1
    assert "employment: 6 years from 2025-05-31, so until 2031-05-31" in refused.output
    assert trust.keys.stands("t1") == "kept"
    trust.clock.now = DUE
    assert trust.erase("t1").exit_code == 0
    assert trust.keys.stands("t1") == "destroyed"
    for events in stated(trust).values():
        ((data, actor),) = [(each["data"], each["actor"]) for each in events]
        assert (data["early"], data["due_on"], data["rules"], actor) == (False, "2031-06-01", ["employment"], "dpo")


def test_while_another_process_judges_nothing_is_erased_and_no_hold_set(trust: Trust) -> None:
    leaver(trust)
    trust.clock.now = DUE
    with erasing.alone(trust.keys.engine):
        for refused in (trust.erase("t1"), trust.hold("set", "t1"), trust.erase("t1", "--again")):
            assert (refused.exit_code, "another process sets a hold or erases" in refused.output) == (1, True)
    assert trust.keys.stands("t1") == "kept"
    assert trust.erase("t1").exit_code == 0


def test_early_is_allowed_and_told(trust: Trust) -> None:
    story.joins(trust.agreements)
    trust.catch_up()
    assert "is still employed" in trust.erase("t1").output
    done = trust.erase("t1", "--early")
    assert done.exit_code == 0
    assert "EARLY: t1 is still employed" in done.output
    assert {each["data"]["early"] for events in stated(trust).values() for each in events} == {True}


def test_money_of_six_full_tax_years_is_kept(trust: Trust) -> None:
    story.taken(trust.agreements)
    trust.catch_up()
    trust.clock.now = datetime(2032, 4, 5, 10, tzinfo=UTC)
    assert "money: 6 full tax years from 2025-08-31, so until 2032-04-05" in trust.erase("t1").output
    trust.clock.advance(days=1)
    done = trust.erase("t1")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("option", [(), ("--early",)])
def test_who_owes_or_is_owed_money_is_not_erased(trust: Trust, option: tuple[str, ...]) -> None:
    story.required(trust.agreements)
    trust.catch_up()
    trust.clock.now = datetime(2040, 1, 1, tzinfo=UTC)
    assert "£1,800.00 of repayment" in trust.erase("t1", *option).output
    repayment = trust.agreements.read("/v1/repayments?staff_id=t1")["items"][0]["id"]
    story.paid(trust.agreements, repayment, 180001)
    refused = trust.erase("t1", *option)
    assert (refused.exit_code, "a refund of £0.01 is due" in refused.output) == (1, True)
    assert trust.keys.stands("t1") == "kept"


def test_a_hold_forbids_it_until_it_is_lifted(trust: Trust) -> None:
    leaver(trust)
    trust.clock.now = DUE
    assert trust.hold("set", "t1", reason="Numbat v Trust").exit_code == 0
    assert "a hold was on before" in trust.hold("set", "t1").output
    assert "t1: a hold is on, set by solicitor" in trust.run(trust.commands("hold"), "list").output
    for option in ((), ("--early",)):
        refused = trust.erase("t1", *option)
        assert (refused.exit_code, "a hold is on, set by solicitor" in refused.output) == (1, True)
    assert "a hold is on" in trust.retention("due").output
    assert trust.hold("lift", "t1", reason="settled").exit_code == 0
    assert "no hold was on" in trust.hold("lift", "t1").output
    assert trust.run(trust.commands("hold"), "list").output == "nobody is held\n"
    assert trust.erase("t1").exit_code == 0
    for world in trust.worlds.values():
        types = [each["type"] for each in world.read("/v1/events?staff_id=t1", AUDITOR)["items"]]
        assert types[-3:] == ["LegalHoldSet", "LegalHoldLifted", "SubjectKeyDestroyed"]
    assert trust.hold("set", "t1").exit_code == 1, "nothing is left to be held"


def test_who_is_due_is_told_with_what_stands_against_it(trust: Trust) -> None:
    leaver(trust, "t1")
    leaver(trust, "t2")
    story.joins(trust.agreements, "t3")
    trust.catch_up()
    assert "0 of 3 people are due on 2031-05-31" in trust.retention("due", "--on", "2031-05-31").output
    due = trust.retention("due", "--on", "2031-06-01").output
    assert "2 of 3 people are due on 2031-06-01" in due
    assert all(word in due for word in ("t1", "t2", "employment", "nothing"))
    trust.clock.now = DUE
    trust.erase("t1")
    assert "1 of 2 people are due" in trust.retention("due").output
    assert "Academy Trust Handbook" in trust.retention("rules").output


def test_nobody_is_erased_without_a_name_a_reason_or_a_record(trust: Trust) -> None:
    leaver(trust)
    trust.clock.now = DUE
    assert trust.erase("t1", reason=" ").exit_code == 2
    assert "nothing is held on t9" in trust.erase("t9").output
    assert trust.keys.stands("t1") == "kept"


def test_why_someone_was_erased_is_kept_for_six_years_and_then_forgotten(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "REMEMBERED_SECONDS", 0.0)
    leaver(trust)
    trust.clock.now = DUE
    trust.erase("t1", reason="Numbat v Trust is over")
    assert {each["data"]["because"] for events in stated(trust).values() for each in events} == {
        "Numbat v Trust is over"
    }
    erase = ("--reasons", "--by", "dpo", "--yes")
    trust.clock.now = datetime(2037, 6, 1, 10, tzinfo=UTC)
    assert trust.run(trust.commands("erase"), *erase).output == "no reason is due\n"
    assert "need not be kept, run `cpd erase --reasons`: t1" in trust.retention("due", "--on", "2037-06-02").output
    trust.clock.advance(days=1)
    key = trust.keys.kept(REASONS + "t1")
    assert trust.run(trust.commands("erase"), *erase).output == "erased why these were erased: t1\n"
    assert key is not None
    assert not any(key in path.read_bytes() for path in trust.home.rglob("*") if path.is_file())
    assert trust.run(trust.commands("erase"), *erase).output == "no reason is due\n"
    assert reasons(trust) == {ERASED}
    for world in trust.worlds.values():
        (_, noted), *_ = world.runtime.stores.accesses.find(Accesses(by="dpo"))
        assert (noted.what, noted.staff_id, noted.role) == ("erase --reasons", "t1", "operator")


class KilledError(BaseException):
    """The process ends here."""


def killed(*_: Any) -> None:
    raise KilledError


@pytest.mark.parametrize("number", [1, 2, 3])
def test_broken_off_between_key_and_logs_it_is_finished_by_running_it_again(
    trust: Trust, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    leaver(trust)
    trust.clock.now = DUE
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "state_destroyed", dies_at(number, erasing.state_destroyed))
        with pytest.raises(KilledError):
            trust.erase("t1", by="dpo", reason="first")
    assert trust.keys.stands("t1") == "destroyed"
    assert "a log does not say so yet" in trust.retention("due").output
    assert trust.erase("t1", by="someone else", reason="second").exit_code == 0
    for events in stated(trust).values():
        ((data, actor),) = [(each["data"], each["actor"]) for each in events]
        assert (actor, data["because"]) == ("dpo", "first"), "by the authority that destroyed it"
    assert "does not say so yet" not in trust.retention("due").output


def test_broken_off_before_the_key_nothing_has_happened(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    leaver(trust)
    trust.clock.now = DUE
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_note", killed)
        with pytest.raises(KilledError):
            trust.erase("t1")
    assert (trust.keys.stands("t1"), trust.keys.erasure("t1")) == ("kept", None)
    assert trust.erase("t1").exit_code == 0


def dies_at(number: int, deed: Callable[..., None]) -> Callable[..., None]:
    calls = iter(range(1, 10))

    def run(*given: Any) -> None:
        if next(calls) == number:
            raise KilledError
        deed(*given)

    return run


def test_keys_that_a_backup_brings_back_are_destroyed_again(trust: Trust) -> None:
    leaver(trust)
    before = trust.keys.kept("t1")
    trust.clock.now = DUE
    trust.erase("t1")
    engine = trust.keys.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM erasures")
        connection.exec_driver_sql("UPDATE personal_keys SET key = ? WHERE subject = 't1'", (before,))
    assert trust.keys.stands("t1") == "kept"
    again = trust.run(trust.commands("erase"), "--again", "--by", "op")
    assert (again.exit_code, again.output) == (0, "erased again: t1\n")
    assert trust.keys.stands("t1") == "destroyed"
    assert "nobody was" in trust.run(trust.commands("erase"), "--again", "--by", "op").output
    assert [len(each) for each in stated(trust).values()] == [1, 1, 1]


def test_a_log_that_a_backup_takes_back_is_told_again(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    leaver(trust)
    trust.clock.now = DUE
    with monkeypatch.context() as patch:  # as if this log had been restored from before
        patch.setattr(erasing, "state_destroyed", lambda *_: None)
        trust.erase("t1")
    assert [len(each) for each in stated(trust).values()] == [0, 0, 0]
    assert trust.run(trust.commands("erase"), "--again", "--by", "op").output == "erased again: t1\n"
    assert [len(each) for each in stated(trust).values()] == [1, 1, 1]


def test_figures_do_not_move_when_someone_erased_is_heard_of_again(trust: Trust) -> None:
    story.taken(trust.agreements)
    trust.catch_up()
    before = trust.agreements.read("/v1/staff/t1/liability")
    assert trust.erase("t1", "--early").exit_code == 0
    for name in ("refunds", "costs"):
        cost = {"category": "travel", "amount_pence": 100, "on": "2025-06-02", "reference": "late"}
        agreement = before["agreements"][0]["agreement_id"]
        trust.agreements.done(f"/v1/agreements/{agreement}/{name}", cost, story.FINANCE)
    told_again = story.hr_event("EmploymentEnded", on="2025-08-31", reason="resignation", notified_on="2025-05-31")
    trust.agreements.post("/v1/inbox/hr.staff.v1", [told_again], HR)
    trust.catch_up()
    after = trust.agreements.read("/v1/staff/t1/liability")
    sums = ("contingent_pence", "receivable_pence")
    assert [after[name] for name in sums] == [before[name] for name in sums]
    assert [each["refund_due_pence"] for each in trust.agreements.read("/v1/repayments?staff_id=t1")["items"]] == [0]


def test_what_a_log_says_of_it_is_one_stream(trust: Trust) -> None:
    leaver(trust)
    trust.clock.now = DUE
    trust.erase("t1")
    keeping = keeping_of(trust.agreements.runtime.stores.ledger, "t1")
    assert keeping.destroyed is not None
    assert keeping.destroyed.due_on == date(2031, 6, 1)
