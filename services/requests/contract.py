"""What the service publishes: each public event made from a domain event, with its JSON Schema and version."""

from collections.abc import Sequence

from services.requests.domain.budget_facts import BUDGET_FACTS
from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.minute import MINUTE_FACTS
from services.requests.domain.need import NEED_FACTS
from services.requests.domain.priority import PRIORITY_FACTS
from services.requests.domain.programme import PROGRAMME_FACTS
from services.requests.domain.rating import RATING_FACTS
from services.requests.domain.request_facts import (
    REQUEST_FACTS,
    AgreementNoted,
    AgreementReported,
    RequestDrafted,
    TrainingReported,
)
from services.requests.domain.service_agreement import SERVICE_AGREEMENT_FACTS
from shared.eventstore.fact import Fact
from shared.messaging.bus import Record
from shared.messaging.public import public_record
from shared.words import REQUESTS_TOPIC

SERVICE = "requests"
TOPIC = REQUESTS_TOPIC
TOPICS = (TOPIC,)
"""All that `publish` writes to."""

INSIDE = (RequestDrafted, AgreementNoted, AgreementReported, TrainingReported)
"""A draft is nobody's business yet; what an agreement says of a training is the agreements service's to tell."""
PUBLIC: tuple[type[Fact], ...] = (
    *(fact for fact in REQUEST_FACTS if fact not in INSIDE),
    *HISTORY_FACTS,
    *BUDGET_FACTS,
    *PRIORITY_FACTS,
    *NEED_FACTS,
    *PROGRAMME_FACTS,
    *MINUTE_FACTS,
    *SERVICE_AGREEMENT_FACTS,
    *RATING_FACTS,
)
"""Published facts. What HR said of employments, and a school's settings, stay inside."""


def publish(position: int, fact: Fact) -> Sequence[Record]:
    """The messages that a fact of the log makes: one, or none."""
    return (public_record(SERVICE, TOPIC, position, fact),) if isinstance(fact, PUBLIC) else ()
