"""`/v1/events`, `/v1/inbox/{topic}`, `/v1/feed/{topic}`: what comes in and goes out of this service, and for whom."""

from services.reviews.accesses import ACCESSES
from services.reviews.api import activities, annual_reviews, portfolios
from services.reviews.api.support import runtime
from services.reviews.contract import TOPIC
from services.reviews.domain.activity_facts import ACTIVITY_FACTS
from services.reviews.domain.annual_review import ANNUAL_REVIEW_FACTS
from services.reviews.domain.dissemination import DISSEMINATION_FACTS
from services.reviews.domain.entry import ENTRY_FACTS
from services.reviews.domain.leaving_facts import LeavingNoted
from services.reviews.domain.person_facts import PERSON_FACTS
from services.reviews.domain.plan import PLAN_FACTS
from services.reviews.domain.school import SCHOOL_FACTS
from services.reviews.domain.staff_member import CompletionNoted
from services.reviews.domain.undertaking_facts import UNDERTAKING_FACTS
from services.reviews.inbound import INBOUND
from services.reviews.letters import OPERATORS_FACTS
from services.reviews.runtime import NAME
from shared.hr import HR_TOPIC
from shared.web.audience import HR_AND_THEMSELVES, Audience
from shared.web.bus import Doors
from shared.web.roles import Role
from shared.web.school_settings import SETTINGS_READERS

AUDIENCES = (
    Audience(ACTIVITY_FACTS, activities.READERS, private=frozenset({"reflection"})),
    Audience(ENTRY_FACTS, portfolios.READERS, private=frozenset({"title", "reflection", "evidence"})),
    Audience(DISSEMINATION_FACTS, activities.READERS),
    Audience(ANNUAL_REVIEW_FACTS, annual_reviews.READERS),
    Audience(PERSON_FACTS, HR_AND_THEMSELVES),
    Audience(SCHOOL_FACTS, SETTINGS_READERS),
    Audience((*UNDERTAKING_FACTS, *PLAN_FACTS, CompletionNoted, LeavingNoted, *OPERATORS_FACTS, *ACCESSES)),
)
"""What a person wrote for themselves is private; whoever they share it with reads it in the portfolio."""

endpoints = Doors(
    service=NAME,
    stores=lambda: runtime().stores,
    readers=(Role.HR_PLATFORM, Role.TRUST_EXECUTIVE, Role.HEADTEACHER, Role.STAFF),
    audiences=AUDIENCES,
    inbound=INBOUND,
    inbox_roles={HR_TOPIC: Role.HR_PLATFORM},
    feed_roles={TOPIC: frozenset({Role.HR_PLATFORM})},
).endpoints()
