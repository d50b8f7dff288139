"""`cpd bus verify` finds whatever is wrong with a topic, and nothing else, on both buses."""

import pytest
from click.testing import CliRunner

from shared.messaging import verify as v
from shared.messaging.bus import Record
from shared.messaging.bus_command import bus_command
from shared.messaging.kafka import KafkaBus
from shared.messaging.verify import verify
from tests.integration.messaging.toy import Toy
from tests.integration.messaging.verifying import Beside, changed
from tests.servers.topics import make_topics


@pytest.fixture(params=["embedded", "kafka"])
def beside(request, tmp_path):
    if request.param == "embedded":
        toy, topic = Toy(tmp_path), "cpd.toy.v1"
    else:
        server = request.getfixturevalue("kafka_server")
        topic = server.name()
        make_topics(server, topic)
        toy = Toy(tmp_path, bus=KafkaBus(server.settings(), group="toy"))
    yield Beside(toy, topic)
    toy.bus.close()


def found(beside):
    (verdict,) = verify(beside.published)
    return {kind: count for kind, count in verdict.found.items() if count}


def test_what_the_relay_sent_agrees_with_the_log(beside):
    beside.drop(range(9))
    beside.relay()
    (verdict,) = verify(beside.published)
    assert (verdict.messages, verdict.clean, dict(verdict.found)) == (9, True, {})


def test_facts_that_wait_for_the_relay_are_no_fault(beside):
    beside.drop(range(3))
    beside.relay()
    beside.drop(range(2))
    assert found(beside) == {v.TO_COME: 2}


def test_a_redelivery_is_counted_and_allowed(beside):
    beside.drop(range(6))
    beside.send_as_if_relayed(beside.records())
    beside.toy.bus.publish(beside.records()[2:5])
    assert found(beside) == {v.REPEATED: 3}


def test_a_missing_message_is_found(beside):
    beside.drop(range(6))
    records = beside.records()
    beside.send_as_if_relayed(records[:3] + records[4:])
    assert found(beside) == {v.MISSING: 1}


def test_messages_of_one_key_that_changed_places_are_found(beside):
    beside.drop(range(7))
    first, *between, last = beside.records()
    beside.send_as_if_relayed([last, *between, first])
    assert found(beside)[v.MISPLACED] >= 1
    assert set(found(beside)) == {v.MISPLACED}


def test_messages_of_different_keys_have_no_order(beside):
    beside.drop(range(6))
    beside.send_as_if_relayed(sorted(beside.records(), key=lambda record: record.key))
    assert found(beside) == {}


def test_other_content_under_the_same_id_is_found_whether_alone_or_beside_the_right_one(beside):
    beside.drop(range(3))
    *right, third = beside.records()
    wrong = changed(third, bean="2", note="other")
    beside.send_as_if_relayed([*right, wrong])
    assert found(beside) == {v.DIFFERENT: 1}
    beside.toy.bus.publish([third])
    assert found(beside) == {v.DIFFERENT: 1, v.CONTRADICTED: 1}


def test_a_message_from_before_a_field_was_added_agrees(beside):
    beside.drop(range(3))
    *right, third = beside.records()
    beside.send_as_if_relayed([*right, changed(third, bean="2")])
    assert found(beside) == {v.OLDER: 1}


def test_what_the_log_knows_nothing_of_is_found(beside):
    beside.drop(range(2))
    beside.relay()
    beside.toy.bus.publish([changed(Record(beside.topic, "P1", b""), bean="9"), Record(beside.topic, "P1", b"junk")])
    assert found(beside) == {v.STRANGE: 1, v.UNREADABLE: 1}


def test_the_command_says_what_it_found_and_fails_on_what_is_wrong(beside):
    beside.drop(range(6))
    records = beside.records()
    command, run = bus_command(lambda: [beside.published]), CliRunner().invoke
    beside.send_as_if_relayed(records[:5])
    told = run(command, ["verify", beside.topic])
    assert told.exit_code == 1
    assert "DOES NOT AGREE" in told.output
    assert "/cpd/toy toy/6" in told.output
    beside.toy.bus.publish([records[5], records[0]])
    told = run(command, ["verify"])
    assert told.exit_code == 0
    assert "7 messages; it agrees with the log" in told.output
    assert "1 sent again, the same" in told.output
    assert run(command, ["verify", "cpd.other.v1"]).exit_code == 2


def test_it_tells_how_far_it_has_come_from_the_first_message_to_the_last_fact(beside):
    beside.drop(range(6))
    beside.relay()
    told = []
    verify(beside.published, lambda *each: told.append(each))
    assert told[0] == (0, 12), "six messages and six facts"
    assert (6, 12) in told, "the topic was read, and the log not yet"
    assert told == sorted(told)
    assert told[-1] == (12, 12)
    run = CliRunner().invoke(bus_command(lambda: [beside.published]), ["verify"])
    assert f"{beside.topic}: 12 of 12 messages and facts" in run.stderr
    assert run.stdout.splitlines() == [f"{beside.topic}: 6 messages; it agrees with the log"]
