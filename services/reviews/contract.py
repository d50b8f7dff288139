"""What the service publishes: each public event made from a domain event, with its JSON Schema and version."""

from collections.abc import Sequence

from services.reviews.domain.activity_facts import ACTIVITY_FACTS, ActivityNoted, ParticipationNoted
from services.reviews.domain.annual_review import ANNUAL_REVIEW_FACTS
from services.reviews.domain.dissemination import DISSEMINATION_FACTS
from services.reviews.domain.entry import ENTRY_FACTS
from shared.eventstore.fact import Fact
from shared.messaging.bus import Record
from shared.messaging.public import public_record
from shared.words import REVIEWS_TOPIC

SERVICE = "reviews"
TOPIC = REVIEWS_TOPIC
TOPICS = (TOPIC,)
"""All that `publish` writes to."""

INSIDE = (ActivityNoted, ParticipationNoted)
"""What another service said of an activity is that service's to tell."""
PUBLIC: tuple[type[Fact], ...] = (
    *(fact for fact in ACTIVITY_FACTS if fact not in INSIDE),
    *ENTRY_FACTS,
    *DISSEMINATION_FACTS,
    *ANNUAL_REVIEW_FACTS,
)
"""Published facts. What HR said of employments, and a school's settings, stay inside."""
WITHHELD = frozenset({"impact"})
"""Fields that stay inside: a review's figures are read from it, by who may."""


def publish(position: int, fact: Fact) -> Sequence[Record]:
    """The messages that a fact of the log makes: one, or none."""
    return (public_record(SERVICE, TOPIC, position, fact, WITHHELD),) if isinstance(fact, PUBLIC) else ()
