"""The made-up trust told to empty logs, a school at a time."""

from collections.abc import Sequence

from shared.progress import Tell, tell_nobody
from shared.sample.conversation import Conversation
from shared.sample.drawing import schools
from shared.sample.part import Part, StoryClock
from shared.sample.plan import Trust


def fill(parts: Sequence[Part], clock: StoryClock, trust: Trust, tell: Tell = tell_nobody) -> dict[str, int]:
    """Tell the whole year. Returns how many facts that is, by service."""
    conversation = Conversation(parts, clock)
    for number, school in enumerate(schools(trust), 1):
        conversation.tell(school)
        for part in parts:
            part.ledger.write()
        tell(number, trust.scale.schools)
    return {part.name: part.ledger.position() for part in parts}
