"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.requests.api.support import runtime
from services.requests.contract import TOPIC
from services.requests.domain.rating import ProviderRated
from services.requests.domain.workforce import WorkforceCounted
from services.requests.inbound import INBOUND
from services.requests.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.bus import Doors
from shared.web.roles import Role

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.FINANCE, Role.STAFF),
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM},
    feed_roles={TOPIC: frozenset({Role.HR_PLATFORM})},
    private={ProviderRated.event_name(): frozenset({"note"})},
    for_auditors=frozenset({WorkforceCounted.event_name()}),
).endpoints()
