"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.agreements.api.support import runtime
from services.agreements.contract import PAYROLL_TOPIC, TOPIC
from services.agreements.inbound import DEDUCTIONS_TOPIC, INBOUND
from services.agreements.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.bus import Doors
from shared.web.roles import Role

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.FINANCE, Role.STAFF),
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM, DEDUCTIONS_TOPIC: Role.PAYROLL},
    feed_roles={
        TOPIC: frozenset({Role.HR_PLATFORM}),
        PAYROLL_TOPIC: frozenset({Role.HR_PLATFORM, Role.PAYROLL}),
    },
).endpoints()
