"""What operators do about this service's messages and for those who ask what is held on them, as facts of its log."""

from typing import ClassVar

from shared.eventstore.fact import Fact
from shared.messaging.letters import LetterDropped, LetterFacts, LetterRetried
from shared.messaging.rewind import Rewound
from shared.subject_access.record import AccessAnswered


class DeadLetterRetried(LetterRetried, frozen=True, kw_only=True):
    """A message that could not be reacted to was tried again."""

    TOPIC: ClassVar[str] = "reviews.DeadLetterRetried"


class DeadLetterDropped(LetterDropped, frozen=True, kw_only=True):
    """A message that could not be reacted to was given up."""

    TOPIC: ClassVar[str] = "reviews.DeadLetterDropped"


class PositionRewound(Rewound, frozen=True, kw_only=True):
    """A topic that was made anew is read, or sent, from its beginning."""

    TOPIC: ClassVar[str] = "reviews.PositionRewound"


class SubjectAccessAnswered(AccessAnswered, frozen=True, kw_only=True):
    """A person was given all that is held on them."""

    TOPIC: ClassVar[str] = "reviews.SubjectAccessAnswered"


LETTERS = LetterFacts(DeadLetterRetried, DeadLetterDropped)
OPERATORS_FACTS: tuple[type[Fact], ...] = (DeadLetterRetried, DeadLetterDropped, PositionRewound, SubjectAccessAnswered)
