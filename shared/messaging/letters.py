"""What an operator does about dead letters, and the facts that say so in the service's log."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shared.clock import Clock
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact
from shared.eventstore.ledger import Call, Ledger
from shared.messaging.bus import topic_of
from shared.messaging.consumer import Consumer
from shared.messaging.failure import describe
from shared.messaging.poison import NOBODY, PERSON, DeadLetter, Poison

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:dead-letter")
ROLE = "operator"


class LetterFact(Fact, frozen=True, kw_only=True):
    """What was done about one dead letter. Of the message it says where it stood, and nothing that it said.

    `staff_id` is the message's key, under whose key the operator's reason is sealed; `unknown` where it is no id.
    """

    partition: str
    offset: int
    error_type: str


class LetterRetried(LetterFact, frozen=True, kw_only=True):
    """The message was reacted to once more; where that did not succeed it waits on, with the error's type."""

    succeeded: bool


class LetterDropped(LetterFact, frozen=True, kw_only=True):
    """Nobody will react to the message."""


class LetterFacts(msgspec.Struct, frozen=True):
    """A service's own classes of these facts, with its topics."""

    retried: type[LetterRetried]
    dropped: type[LetterDropped]


class _Letter(Aggregate):
    """The stream of one dead letter."""

    def evolve(self, fact: Fact) -> None:
        """Nothing is decided by what was done before."""


class Letters:
    """The dead letters of one service, which goes by the name `service`."""

    def __init__(
        self,
        *,
        service: str,
        ledger: Ledger,
        poison: Poison,
        consumers: Sequence[Consumer],
        facts: LetterFacts,
        clock: Clock,
    ) -> None:
        self.service = service
        self._ledger = ledger
        self._poison = poison
        self._consumers = {consumer.topic: consumer for consumer in consumers}
        self._facts = facts
        self._clock = clock

    def waiting(self, topic: str | None = None, offset: int | None = None) -> list[DeadLetter]:
        """Those that wait, or those of them in a topic or one of its partitions, or at an offset of it."""
        return [
            letter
            for letter in self._poison.letters()
            if topic_of(letter.topic) in self._consumers
            and topic in (None, letter.topic, topic_of(letter.topic))
            and offset in (None, letter.offset)
        ]

    def retry(self, letter: DeadLetter, actor: str, reason: str = "") -> None:
        """React to it now, whatever its position. Raises what the reaction raises; the letter then waits on."""
        try:
            self._consumers[topic_of(letter.topic)].react_again(letter)
        except Exception as error:
            told = describe(error).type
            self._state(letter, actor, reason, self._facts.retried, error_type=told, succeeded=False)
            raise
        self._state(letter, actor, reason, self._facts.retried, error_type=letter.error_type, succeeded=True)
        self._poison.settle(letter)

    def drop(self, letter: DeadLetter, actor: str, reason: str) -> None:
        """Give it up for good."""
        self._state(letter, actor, reason, self._facts.dropped, error_type=letter.error_type)
        self._poison.settle(letter)

    def _state(self, letter: DeadLetter, actor: str, reason: str, fact: type[LetterFact], **fields: str | bool) -> None:
        stream = stream_of_letter(letter)
        act = Act(recorded_at=self._clock(), actor=actor, role=ROLE, correlation_id=str(stream), reason=reason)
        staff_id = letter.key if PERSON.fullmatch(letter.key) else NOBODY
        where = {"partition": letter.topic, "offset": letter.offset, "staff_id": staff_id}
        self._ledger.execute(_Letter, stream, Call(act=act), lambda one: one.record(fact, **where, **fields))


def stream_of_letter(letter: DeadLetter) -> UUID:
    """The stream in which is stated what was done about a letter."""
    return uuid5(NAMESPACE, f"{letter.topic} {letter.offset}")
