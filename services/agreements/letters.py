"""What operators do about this service's dead letters, as facts of its log."""

from typing import ClassVar

from shared.eventstore.fact import Fact
from shared.messaging.letters import LetterDropped, LetterFacts, LetterRetried


class DeadLetterRetried(LetterRetried, frozen=True, kw_only=True):
    """A message that could not be reacted to was tried again."""

    TOPIC: ClassVar[str] = "agreements.DeadLetterRetried"


class DeadLetterDropped(LetterDropped, frozen=True, kw_only=True):
    """A message that could not be reacted to was given up."""

    TOPIC: ClassVar[str] = "agreements.DeadLetterDropped"


LETTERS = LetterFacts(DeadLetterRetried, DeadLetterDropped)
LETTER_FACTS: tuple[type[Fact], ...] = (DeadLetterRetried, DeadLetterDropped)
