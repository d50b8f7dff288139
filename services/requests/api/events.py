"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.requests.accesses import ACCESSES
from services.requests.api import budgets, minutes, plans, programmes, providers, requests, schools
from services.requests.api.support import ASKERS, runtime
from services.requests.contract import TOPIC
from services.requests.domain.budget_facts import BUDGET_FACTS
from services.requests.domain.desk import AgreementTied
from services.requests.domain.history_facts import HISTORY_FACTS
from services.requests.domain.minute import MINUTE_FACTS
from services.requests.domain.need import NEED_FACTS
from services.requests.domain.person import PERSON_FACTS, LeavingNoted
from services.requests.domain.priority import PRIORITY_FACTS
from services.requests.domain.programme import PROGRAMME_FACTS
from services.requests.domain.rating import RATING_FACTS
from services.requests.domain.request_facts import REQUEST_FACTS, RequestDrafted
from services.requests.domain.school import SCHOOL_FACTS
from services.requests.domain.service_agreement import SERVICE_AGREEMENT_FACTS
from services.requests.domain.workforce import WORKFORCE_FACTS
from services.requests.inbound import INBOUND
from services.requests.letters import OPERATORS_FACTS
from services.requests.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.audience import HR_AND_THEMSELVES, Audience
from shared.web.bus import Doors
from shared.web.roles import Role
from shared.web.school_settings import SETTINGS_READERS

AUDIENCES = (
    Audience((*REQUEST_FACTS, *HISTORY_FACTS, AgreementTied), requests.READERS),
    Audience((RequestDrafted,), ASKERS),
    Audience(BUDGET_FACTS, budgets.READERS),
    Audience(PRIORITY_FACTS, plans.PRIORITY_READERS, open_to_staff=True),
    Audience(NEED_FACTS, plans.NEED_READERS),
    Audience(PROGRAMME_FACTS, programmes.READERS, open_to_staff=True),
    Audience(SERVICE_AGREEMENT_FACTS, providers.AGREEMENT_READERS, open_to_staff=True),
    Audience(RATING_FACTS, providers.RATING_READERS),
    Audience(MINUTE_FACTS, minutes.READERS),
    Audience(WORKFORCE_FACTS, schools.WORKFORCE_READERS),
    Audience(SCHOOL_FACTS, SETTINGS_READERS),
    Audience(PERSON_FACTS, HR_AND_THEMSELVES),
    Audience((LeavingNoted, *OPERATORS_FACTS, *ACCESSES)),
)

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.FINANCE, Role.STAFF),
    audiences=AUDIENCES,
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM},
    feed_roles={TOPIC: frozenset({Role.HR_PLATFORM})},
).endpoints()
