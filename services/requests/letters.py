"""What operators do about this service's messages and for the people it is about, as facts of its log."""

from typing import ClassVar

from shared.erasure.record import ErasureFacts, HoldLifted, HoldSet, KeyDestroyed
from shared.eventstore.fact import Fact
from shared.messaging.letters import LetterDropped, LetterFacts, LetterRetried
from shared.messaging.rewind import Rewound
from shared.subject_access.record import AccessAnswered


class DeadLetterRetried(LetterRetried, frozen=True, kw_only=True):
    """A message that could not be reacted to was tried again."""

    TOPIC: ClassVar[str] = "requests.DeadLetterRetried"


class DeadLetterDropped(LetterDropped, frozen=True, kw_only=True):
    """A message that could not be reacted to was given up."""

    TOPIC: ClassVar[str] = "requests.DeadLetterDropped"


class PositionRewound(Rewound, frozen=True, kw_only=True):
    """A topic that was made anew is read, or sent, from its beginning."""

    TOPIC: ClassVar[str] = "requests.PositionRewound"


class SubjectAccessAnswered(AccessAnswered, frozen=True, kw_only=True):
    """A person was given all that is held on them."""

    TOPIC: ClassVar[str] = "requests.SubjectAccessAnswered"


class SubjectKeyDestroyed(KeyDestroyed, frozen=True, kw_only=True):
    """A person's texts can no longer be read."""

    TOPIC: ClassVar[str] = "requests.SubjectKeyDestroyed"


class LegalHoldSet(HoldSet, frozen=True, kw_only=True):
    """A person's records are needed."""

    TOPIC: ClassVar[str] = "requests.LegalHoldSet"


class LegalHoldLifted(HoldLifted, frozen=True, kw_only=True):
    """A person's records are needed no more."""

    TOPIC: ClassVar[str] = "requests.LegalHoldLifted"


LETTERS = LetterFacts(DeadLetterRetried, DeadLetterDropped)
ERASURE = ErasureFacts(SubjectKeyDestroyed, LegalHoldSet, LegalHoldLifted)
OPERATORS_FACTS: tuple[type[Fact], ...] = (
    DeadLetterRetried,
    DeadLetterDropped,
    PositionRewound,
    SubjectAccessAnswered,
    *ERASURE,
)
