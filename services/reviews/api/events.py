"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.reviews.api.support import runtime
from services.reviews.contract import TOPIC
from services.reviews.domain.activity_facts import EvaluationCorrected, EvaluationSubmitted
from services.reviews.domain.entry import PortfolioEntryAdded, PortfolioEntryChanged
from services.reviews.inbound import INBOUND
from services.reviews.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.bus import Doors
from shared.web.roles import Role

ANSWERS, ENTRIES = frozenset({"reflection"}), frozenset({"title", "reflection", "evidence"})
PRIVATE = {
    EvaluationSubmitted.event_name(): ANSWERS,
    EvaluationCorrected.event_name(): ANSWERS,
    PortfolioEntryAdded.event_name(): ENTRIES,
    PortfolioEntryChanged.event_name(): ENTRIES,
}
"""What a person wrote for themselves; whoever they share it with reads it in the portfolio."""

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.STAFF),
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM},
    feed_roles={TOPIC: frozenset({Role.HR_PLATFORM})},
    private=PRIVATE,
).endpoints()
