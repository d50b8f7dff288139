"""Processes killed at random during a load, what was sent sent twice: everything accepted happened once."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from services.agreements.contract import PAYROLL_TOPIC, TOPIC, publish
from services.agreements.domain.payroll import outstanding
from services.agreements.domain.repayment import current_balance
from shared.dates import london_day
from shared.eventstore.fact import Fact
from tests.faults.house import House
from tests.faults.lives import COMMANDS
from tests.faults.load import Load
from tests.faults.payroll import Payroll
from tests.faults.places import Place, on_files, on_servers
from tests.processes import eventually

SEED = 20241116
TODAY = london_day(datetime.now(UTC))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]


@pytest.fixture(scope="module", params=[on_files, on_servers], ids=["files", "PostgreSQL and Kafka"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp("home")) as place:
        yield place


@pytest.fixture(scope="module")
def house(place: Place) -> House:
    return place.house


@pytest.fixture(scope="module")
def payroll(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payroll]:
    payroll = Payroll(house, tmp_path_factory.mktemp("payroll"))
    yield payroll
    payroll.kill()


def kill_at_random(place: Place, payroll: Payroll, load: Load, chance: random.Random) -> Counter[str]:
    """Kill something after every so many commands, all in the first three quarters. Returns how many of each kind.

    The load goes on meanwhile, as far as the next kill: on any machine each is in the middle of it.
    """
    kills = Counter[str]()
    due = [nth * place.people * COMMANDS * 3 // (place.kills * 4) for nth in range(1, place.kills + 1)]
    for now, load.limit in zip(due, [*due[1:], place.people * COMMANDS], strict=True):
        while not load.problems and len(load.answers) < now:
            time.sleep(0.01)
        if load.problems:
            break
        name, kill = place.death(chance)
        kill(place.house, chance)
        kills[name] += 1
        if kills.total() % 6 == 0:
            payroll.kill()
            payroll.start()
    load.join()
    return kills


@pytest.fixture(scope="module")
def load(place: Place, house: House, payroll: Payroll) -> Load:
    """Thousands of commands given while processes were killed one after the other, and everything at rest again."""
    chance = random.Random(SEED)  # noqa: S311  chance that a failure can be repeated with
    begun = time.monotonic()
    load = Load(house, place.people, TODAY, SEED, place.most_seconds)
    payroll.start()
    load.start()
    try:
        kills = kill_at_random(place, payroll, load, chance)
    except BaseException:
        load.give_up("nothing is killed any more")
        raise
    assert load.problems == []
    eventually(house.is_ready)
    payroll.kill()
    payroll.come_to_rest()
    retries = sum(caller.retries for caller in load.callers)
    print(
        f"seed {SEED}: {len(load.answers)} commands in {time.monotonic() - begun:.0f} s, {load.sent_twice} sent twice, "
        f"{retries} retries, killed {dict(kills)} and payroll {payroll.kills} times"
    )
    return load


def facts(house: House) -> list[tuple[int, Fact]]:
    ledger = house.runtime.stores.ledger
    rows = ledger.recorder.select_notifications(start=1, limit=1_000_000)
    return [(int(row.id), ledger.mapper.decode(row.topic, row.state)) for row in rows]


def test_every_accepted_command_is_in_the_log_once_and_no_refused_one(place: Place, load: Load, house: House) -> None:
    stated = Counter((fact.correlation_id, fact.event_name()) for _, fact in facts(house))
    assert len(load.answers) == place.people * COMMANDS
    wanted = {(command.key, command.fact): int(answer.accepted) for command, answer in load.answers.values()}
    assert {key: stated[key] for key in wanted} == wanted
    assert sum(wanted.values()) > 0.9 * len(wanted)


def test_a_command_sent_twice_is_answered_the_same(place: Place, load: Load) -> None:
    assert load.unlike == []
    assert load.sent_twice > 2 * place.people


def test_no_caller_sees_an_unforeseen_error(load: Load) -> None:
    assert [failure for caller in load.callers for failure in caller.failures] == []


def test_every_repayment_reached_payrolls_ledger_once_and_to_the_penny(
    place: Place, load: Load, house: House, payroll: Payroll
) -> None:
    found = payroll.figures()
    told = [row.state for row in house.runtime.repayments.as_known() if row.state.messages]
    assert len(told) > 0.9 * place.people
    assert set(found) == {repayment.id for repayment in told}
    for repayment in told:
        now, ours = current_balance(repayment), found[repayment.id]
        assert {
            name: ours[name] for name in ("revision", "taken_by_us_pence", "refunded_pence", "outstanding_pence")
        } == {
            "revision": repayment.revision,
            "taken_by_us_pence": repayment.deducted_pence,
            "refunded_pence": now.refunded_pence,
            "outstanding_pence": outstanding(repayment, TODAY),
        }
        assert now.refund_due_pence == ours["refund_due_pence"] == 0
    assert max(payroll.applied().values()) == 1


def test_the_views_are_what_the_log_says(load: Load, house: House) -> None:
    ran = house.cpd("replay", "--check", "--service", "agreements")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_bus_is_what_the_log_says(load: Load, house: House) -> None:
    assert house.bus_differs() == ""


def test_each_persons_messages_are_complete_and_in_order(load: Load, house: House) -> None:
    for topic in (TOPIC, PAYROLL_TOPIC):
        expected: dict[str, list[bytes]] = defaultdict(list)
        for position, fact in facts(house):
            for record in publish(position, fact):
                if record.topic == topic:
                    expected[record.key].append(record.value)
        arrived: dict[str, dict[bytes, None]] = defaultdict(dict)
        for received in house.messages(topic):
            arrived[received.key].setdefault(received.value)
        assert {key: list(messages) for key, messages in arrived.items()} == expected


def test_no_message_was_given_up(load: Load, house: House) -> None:
    assert [msgspec.structs.asdict(letter) for letter in house.runtime.stores.poison.letters()] == []
