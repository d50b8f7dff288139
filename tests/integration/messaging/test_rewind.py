"""A topic that was made anew is read, or sent, from its beginning by command; nothing is taken in twice."""

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient
from sqlalchemy import create_engine, delete

from shared.errors import StateForbids
from shared.messaging.bus import Record
from shared.messaging.embedded import MESSAGES
from shared.messaging.letters import NOBODY
from shared.messaging.relay import TRACKED_AS, Relay
from shared.messaging.rewind import stream_of_topic
from shared.messaging.rewind_command import rewind_command
from shared.worker_lock import FileLock
from tests.integration.messaging.toy import TOPIC, BeanPositionRewound, Toy, bean
from tests.integration.messaging.toy_member import Member
from tests.processes import eventually
from tests.servers.topics import make_topics

REASON = ("--reason", "Jo Doe made the topic anew", "--by", "op7")
OUT = "beans.out.v1"


class KilledError(Exception):
    """The process ends here."""


def rewind(*positions, answer=None, arguments=(TOPIC, *REASON, "--yes")):
    return CliRunner().invoke(rewind_command(lambda: positions), arguments, input=answer)


def make_anew(toy):
    engine = create_engine(f"sqlite:///{toy.bus._engine.url.database}")
    with engine.begin() as connection:
        connection.execute(delete(MESSAGES))
    engine.dispose()


@pytest.fixture
def remade(tmp_path):
    """A toy that has read nine messages of a topic which holds three by now, one of them sent again."""
    toy = Toy(tmp_path)
    toy.send(*(bean(number) for number in range(9)))
    toy.consumer.step()
    make_anew(toy)
    toy.send(bean(8), bean(9), bean(10))
    toy.consumer.close()
    return toy


def test_what_a_remade_topic_holds_is_taken_in_once_it_is_rewound(remade):
    assert remade.consumer.step() == 0
    assert remade.consumer.lost == 1, "it is told that something is wrong"
    told = rewind(remade.positions())
    assert told.output.splitlines() == [
        f"toy: {TOPIC} was read up to 9, and ends at 3, BEYOND WHAT IS THERE",
        f"toy: {TOPIC} begins anew when a worker is started",
    ]
    assert remade.consumer.step() == 3
    assert remade.beans() == [str(number) for number in range(11)]


def test_the_log_says_who_put_it_back_from_where_and_why(remade, tmp_path):
    rewind(remade.positions())
    (act,) = remade.ledger.events.get(stream_of_topic(TOPIC))
    assert isinstance(act, BeanPositionRewound)
    assert (act.actor, act.role, act.partition, act.offset, act.staff_id) == ("op7", "operator", TOPIC, 9, NOBODY)
    assert act.reason == "Jo Doe made the topic anew"
    assert not any(b"Jo Doe" in path.read_bytes() for path in tmp_path.rglob("log.sqlite*"))


def test_killed_once_the_log_says_so_it_was_put_back(remade, monkeypatch):
    insert = remade.ledger.recorder.insert_events

    def killed(*arguments, **marks):
        insert(*arguments, **marks)
        raise KilledError

    monkeypatch.setattr(remade.ledger.recorder, "insert_events", killed)
    assert isinstance(rewind(remade.positions()).exception, KilledError)
    assert len(list(remade.ledger.events.get(stream_of_topic(TOPIC)))) == 1
    assert [stand.position for stand in remade.positions().stands(TOPIC)] == [0]


def test_a_topic_of_kafka_that_was_deleted_and_made_again_is_taken_in(kafka_server, tmp_path):
    topic = kafka_server.name("beans")
    make_topics(kafka_server, topic)
    first = Member(tmp_path, kafka_server.bootstrap, topic)
    first.send(range(30))
    eventually(lambda: (first.step(), first.consumer.position() == 30)[1])
    ours = first.toy.positions(reads=topic)
    before = {stand.name: stand.position for stand in ours.stands(topic)}
    first.close()
    _delete(kafka_server, topic)
    make_topics(kafka_server, topic)
    second = Member(tmp_path, kafka_server.bootstrap, topic)
    ours = second.toy.positions(reads=topic)
    second.send([29, *range(30, 36)])
    assert rewind(ours, arguments=(topic, *REASON, "--yes")).exit_code == 0
    eventually(lambda: (second.step(), second.consumer.position() == 7)[1])
    assert sorted(number for jar in second.jars().values() for number in jar) == list(range(36))
    acts = second.toy.ledger.events.get(stream_of_topic(topic))
    assert {act.partition: act.offset for act in acts} == {name: read for name, read in before.items() if read}
    second.close()


def _delete(server, topic):
    admin = KafkaAdminClient(bootstrap_servers=server.bootstrap)
    admin.delete_topics([topic])
    eventually(lambda: admin.describe_topics([topic])[0]["error_code"] != 0)
    admin.close()


def test_what_was_sent_goes_out_again_under_the_same_ids(tmp_path):
    toy = Toy(tmp_path)

    def publish(position, fact):
        return [Record(OUT, "P1", str(position).encode())] if fact.TOPIC == "toy.BeanDropped" else []

    toy.drop("1")
    toy.drop("2")
    Relay(toy.ledger, toy.bus, publish).step()
    sent = [each.value for each in toy.bus.read(OUT, 0, 10)]
    make_anew(toy)
    told = rewind(toy.positions(writes=(OUT, "beans.too.v1")), arguments=(OUT, *REASON), answer="y\n")
    assert f"Send everything to {OUT} and beans.too.v1 again, under the same ids?" in told.output
    assert toy.ledger.recorder.max_tracking_id(TRACKED_AS) is None
    Relay(toy.ledger, toy.bus, publish).step()
    assert [each.value for each in toy.bus.read(OUT, 0, 10)] == sent


def test_it_asks_first_and_does_nothing_without_a_yes(remade):
    told = rewind(remade.positions(), arguments=(TOPIC, *REASON), answer="n\n")
    assert told.exit_code == 1
    assert f"Read {TOPIC} again from its beginning?" in told.output
    assert remade.consumer.position() == 9
    assert list(remade.ledger.events.get(stream_of_topic(TOPIC))) == []


def test_beside_a_worker_it_is_refused_for_that_would_move_the_position_on(remade, tmp_path):
    worker = FileLock(tmp_path / "worker.lock")
    assert worker.acquire()
    told = rewind(remade.positions())
    assert told.exit_code == 1
    assert "a worker of toy is at work: stop its workers, do this, and start them again" in told.output
    assert remade.consumer.position() == 9
    worker.release()
    assert rewind(remade.positions()).exit_code == 0


def test_dead_letters_that_wait_are_settled_first_and_new_ones_can_take_the_settled_ones_places(tmp_path):
    def refuse(event, marks):
        raise StateForbids("never")

    toy = Toy(tmp_path, refuse)
    toy.send(bean(1))
    toy.consumer.step()
    told = rewind(toy.positions())
    assert told.exit_code == 1
    assert f"dead letters of {TOPIC} wait (1): retry or drop them first" in told.output
    (old,) = toy.poison.letters()
    toy.letters().drop(old, "op7", "HR sends it again")
    make_anew(toy)
    toy.send(bean(2))
    assert rewind(toy.positions()).exit_code == 0
    toy.consumer.step()
    (new,) = toy.poison.letters()
    assert (new.topic, new.offset) == (old.topic, old.offset)
    assert b'"b/2"' in new.value


def test_attempts_at_what_stood_there_before_do_not_count(remade):
    remade.poison.begin(TOPIC, 1)
    rewind(remade.positions())
    assert remade.poison.begin(TOPIC, 1) == 1


def test_a_topic_at_its_beginning_is_left_alone(tmp_path):
    toy = Toy(tmp_path)
    assert rewind(toy.positions()).output == f"toy: {TOPIC} is at its beginning\n"
    assert list(toy.ledger.events.get(stream_of_topic(TOPIC))) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["other.v1", *REASON], f"no such service reads or writes other.v1; there is toy {TOPIC}, jars {TOPIC}"),
        ([TOPIC, *REASON], f"toy and jars know {TOPIC}: name one by --service"),
        ([TOPIC, *REASON, "--service", "reviews"], "no such service"),
        ([TOPIC], "--reason"),
        ([TOPIC, "--reason", " ", "--service", "toy"], "--reason must say why"),
    ],
)
def test_what_is_unclear_is_refused_with_what_there_is(remade, arguments, said):
    told = rewind(remade.positions(), remade.positions("jars"), arguments=arguments)
    assert told.exit_code == 2
    assert said in " ".join(told.output.split())
    assert remade.consumer.position() == 9
