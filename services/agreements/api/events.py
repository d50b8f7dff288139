"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.agreements.accesses import ACCESSES
from services.agreements.api import agreements, repayments, resignations
from services.agreements.api.support import runtime
from services.agreements.contract import PAYROLL_TOPIC, TOPIC
from services.agreements.domain.agreement_facts import AGREEMENT_FACTS
from services.agreements.domain.granting import GRANT_FACTS
from services.agreements.domain.repayment_facts import REPAYMENT_FACTS
from services.agreements.domain.school import SCHOOL_FACTS
from services.agreements.domain.staff_facts import EMPLOYMENT_FACTS, ENDING_FACTS
from services.agreements.inbound import DEDUCTIONS_TOPIC, INBOUND
from services.agreements.letters import OPERATORS_FACTS
from services.agreements.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.audience import HR_AND_THEMSELVES, Audience
from shared.web.bus import Doors
from shared.web.roles import Role
from shared.web.school_settings import SETTINGS_READERS

AUDIENCES = (
    Audience(AGREEMENT_FACTS, agreements.READERS),
    Audience(REPAYMENT_FACTS, repayments.READERS),
    Audience(ENDING_FACTS, resignations.READERS),
    Audience(EMPLOYMENT_FACTS, HR_AND_THEMSELVES),
    Audience(SCHOOL_FACTS, SETTINGS_READERS),
    Audience((*GRANT_FACTS, *OPERATORS_FACTS, *ACCESSES)),
)

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.FINANCE, Role.STAFF),
    audiences=AUDIENCES,
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM, DEDUCTIONS_TOPIC: Role.PAYROLL},
    feed_roles={
        TOPIC: frozenset({Role.HR_PLATFORM}),
        PAYROLL_TOPIC: frozenset({Role.HR_PLATFORM, Role.PAYROLL}),
    },
).endpoints()
