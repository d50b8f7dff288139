"""Dead letters are looked at, tried again and given up by command, and the log says who did it and why."""

import json

import pytest
from click.testing import CliRunner

from shared.errors import StateForbids
from shared.messaging.bus import Record
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.commands import dead_letters_command
from shared.messaging.letters import NOBODY, stream_of_letter
from tests.integration.messaging.toy import TOPIC, BeanGivenUp, BeanRetried, Toy, bean


class Desk:
    """A toy with two messages that are refused until `broken` is False, and the command over them."""

    def __init__(self, folder):
        self.broken = True
        self.toy = Toy(folder, self.react)
        self.toy.send(bean(1), bean(2))
        self.toy.consumer.step()

    def react(self, event, marks):
        if self.broken:
            raise StateForbids("never for 'Jo Doe'")
        self.toy.react(event, marks)

    def run(self, *arguments):
        return CliRunner().invoke(dead_letters_command(lambda: [self.toy.letters()]), arguments, terminal_width=200)

    def acts(self, letter):
        return list(self.toy.ledger.events.get(stream_of_letter(letter)))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


class TwoDesks(Desk):
    """A second service beside it, on the same bus: it refuses the same messages."""

    def __init__(self, folder):
        super().__init__(folder)
        self.other = Toy(folder / "jars", self.react_too, bus=self.toy.bus)
        self.other.consumer.step()

    def react_too(self, event, marks):
        if self.broken:
            raise StateForbids("not here either")
        self.other.react(event, marks)

    def run(self, *arguments):
        command = dead_letters_command(lambda: [self.toy.letters(), self.other.letters(service="jars")])
        return CliRunner().invoke(command, arguments)


@pytest.fixture
def two(tmp_path):
    return TwoDesks(tmp_path)


def test_they_are_listed_without_what_they_say(desk):
    output = desk.run("list").output
    assert "StateForbids" in output
    assert "Jo Doe" not in output


def test_a_retry_that_is_refused_again_leaves_the_letter_and_is_recorded(desk):
    (letter, _) = desk.toy.poison.letters()
    told = desk.run("retry", TOPIC, "1", "--by", "op7", "--reason", "fixed?")
    assert told.exit_code == 1
    assert "Jo Doe" not in told.output
    assert letter in desk.toy.poison.letters()
    (act,) = desk.acts(letter)
    assert isinstance(act, BeanRetried)
    assert (act.actor, act.role, act.succeeded, act.error_type, act.reason) == (
        "op7", "operator", False, "StateForbids", "fixed?"
    )  # fmt: skip


def test_a_retry_after_the_fix_reacts_once_whatever_came_later(desk):
    letters = desk.toy.poison.letters()
    desk.broken = False
    assert desk.run("retry", TOPIC, "2").output == f"toy {TOPIC} 2: done\n"
    assert desk.toy.beans() == ["2"]
    assert desk.run("retry").output == f"toy {TOPIC} 1: done\n"
    assert desk.toy.beans() == ["2", "1"]
    assert desk.toy.poison.letters() == []
    assert [act.succeeded for letter in letters for act in desk.acts(letter)] == [True, True]
    assert desk.run("retry", TOPIC, "2").exit_code == 1, "it waits no longer"


def test_a_letter_that_was_reacted_to_before_it_was_settled_is_not_reacted_to_again(desk):
    (letter, _) = desk.toy.poison.letters()
    desk.broken = False
    desk.toy.consumer.react_again(letter)
    assert desk.run("retry", TOPIC, "1").exit_code == 0
    assert desk.toy.beans() == ["1"]


def test_one_is_given_up_with_a_reason_that_only_the_persons_key_opens(desk, tmp_path):
    (letter, _) = desk.toy.poison.letters()
    assert desk.run("drop", TOPIC, "1").exit_code == 2
    assert desk.run("drop", TOPIC, "1", "--reason", " ").exit_code == 2
    told = desk.run("drop", TOPIC, "1", "--reason", "HR sent it again for Jo Doe", "--by", "op7")
    assert told.output == f"toy {TOPIC} 1: dropped\n"
    (act,) = desk.acts(letter)
    assert isinstance(act, BeanGivenUp)
    assert (act.actor, act.reason, act.partition, act.offset) == ("op7", "HR sent it again for Jo Doe", TOPIC, 1)
    assert [waiting.offset for waiting in desk.toy.poison.letters()] == [2]
    assert not any(b"Jo Doe" in path.read_bytes() for path in tmp_path.rglob("log.sqlite*"))
    assert desk.run("drop", TOPIC, "1", "--reason", "again").exit_code == 1


def test_a_letter_is_shown_without_personal_text(tmp_path):
    def refuse(event, marks):
        raise StateForbids("no")

    toy = Toy(tmp_path, refuse)
    data = {
        "staff_id": "S-1042",
        "on": "2024-12-31",
        "pence": 5,
        "name": "Jo Doe",
        "note": toy.sealer.seal("P1", "ill"),
    }
    toy.send(CloudEvent.of(id="b/1", source="/hr", type="toy.Bean.v1", data=data))
    toy.bus.publish([Record(TOPIC, "", b"Jo Doe is no event")])
    toy.consumer.step()
    command = dead_letters_command(lambda: [toy.letters()])
    shown = CliRunner().invoke(command, ["show", TOPIC, "1"]).output
    message = json.loads(shown)["message"]
    assert (message["id"], message["source"]) == ("b/1", "/hr")
    assert message["data"] == {
        "staff_id": "S-1042", "on": "2024-12-31", "pence": 5, "name": "(text of 6 characters)", "note": "(sealed)"
    }  # fmt: skip
    other = CliRunner().invoke(command, ["show", TOPIC, "2"]).output
    assert "18 bytes that are no CloudEvent" in other
    assert "Jo Doe" not in shown + other


def test_letters_of_all_services_are_listed_together(two):
    lines = [line for line in two.run("list").output.splitlines() if TOPIC in line]
    assert [line.strip("│").split("│")[0].strip() for line in lines] == ["toy", "toy", "jars", "jars"]
    assert "toy" not in two.run("list", "--service", "jars").output


def test_a_letter_that_two_services_have_needs_the_services_name(two):
    for command in (["show", TOPIC, "1"], ["retry", TOPIC, "1"], ["drop", TOPIC, "1", "--reason", "junk"]):
        told = two.run(*command)
        assert told.exit_code == 2
        assert f"jars and toy each have a dead letter of {TOPIC} at 1: name one by --service" in told.output
    told = two.run("drop", TOPIC, "1", "--reason", "junk", "--service", "jars")
    assert told.output == f"jars {TOPIC} 1: dropped\n"
    assert [letter.offset for letter in two.toy.poison.letters()] == [1, 2], "the other service decides for itself"
    assert json.loads(two.run("show", TOPIC, "1").output)["service"] == "toy", "only one has it now"


def test_a_service_without_dead_letters_is_refused_with_those_there_are(two):
    told = two.run("list", "--service", "reviews")
    assert told.exit_code == 2
    assert "there is no service reviews with dead letters; there is toy, jars" in told.output


def test_a_retry_without_an_offset_is_for_every_service(two):
    two.broken = False
    done = two.run("retry", TOPIC).output.splitlines()
    assert sorted(done) == [f"{service} {TOPIC} {offset}: done" for service in ("jars", "toy") for offset in (1, 2)]


def test_what_came_without_a_key_can_be_given_up_too(tmp_path):
    toy = Toy(tmp_path)
    toy.bus.publish([Record(TOPIC, "", b"junk")])
    toy.consumer.step()
    (letter,) = toy.poison.letters()
    toy.letters().drop(letter, "op7", "it is junk")
    (act,) = toy.ledger.events.get(stream_of_letter(letter))
    assert (act.staff_id, act.reason) == (NOBODY, "it is junk")
