"""The only wiring: what the service is made of, from which its web app, its worker and its commands follow."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

from services.reviews import contract, erasing
from services.reviews.accesses import ACCESSES
from services.reviews.api import (
    activities,
    annual_reviews,
    disseminations,
    evaluations,
    events,
    portfolios,
    schools,
    statistics,
)
from services.reviews.cli import commands
from services.reviews.demo import seed
from services.reviews.domain.streams import stream_of_person, stream_of_undertaking
from services.reviews.imports.offered import OFFERED
from services.reviews.inbound import INBOUND
from services.reviews.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from services.reviews.reactions import Reactions
from services.reviews.reminders import Reminders
from services.reviews.reports.statistics import Question
from services.reviews.runtime import NAME, Runtime, open_runtime
from services.reviews.sample import part
from services.reviews.scrutiny import SCRUTINY
from services.reviews.statistics.census import By
from services.reviews.welcome import welcome
from shared.assembly import Assembly
from shared.audit.chronicle import AGREEMENT, REQUEST, STAFF
from shared.audit.comparing import Figures
from shared.dates import academic_year, london_day
from shared.erasure.retention import Kept
from shared.hr import HR_TOPIC
from shared.messaging.consumer import React
from shared.words import AGREEMENTS_TOPIC, REQUESTS_TOPIC
from shared.worker import Step

RESOURCES = (evaluations, activities, portfolios, disseminations, schools, annual_reviews, statistics, events)
FIGURES = tuple(Figures(f"/v1/statistics/impact?by={by}") for by in get_args(By))


def _reactions(runtime: Runtime) -> Mapping[str, React]:
    reactions = Reactions(runtime.commands, runtime.stores.sealer, runtime.clock)
    return {
        HR_TOPIC: reactions.to_hr,
        REQUESTS_TOPIC: reactions.to_requests,
        AGREEMENTS_TOPIC: reactions.to_agreements,
    }


def _timers(runtime: Runtime) -> Sequence[Step]:
    return [Reminders(runtime.commands, runtime.activities, runtime.people, runtime.clock).step]


def _seed(runtime: Runtime, today: date) -> None:
    seed(runtime.commands, today)


def _read_ahead(runtime: Runtime) -> None:
    """A year's statistics need the whole year read: half a second that nobody should wait for."""
    now = runtime.clock()
    today = london_day(now)
    asked = Question(school_urn=None, year=academic_year(today), by="role_category", on=today)
    runtime.statistics.impact(asked, now)


def _kept(runtime: Runtime, staff_id: str) -> Sequence[Kept]:
    return erasing.kept(runtime.commands, staff_id)


ASSEMBLY = Assembly(
    name=NAME,
    number=3,
    wsgi="services.reviews.service:wsgi()",
    open_runtime=open_runtime,
    resources=[module.endpoints for module in RESOURCES],
    publish=contract.publish,
    writes=contract.TOPICS,
    takes=tuple(INBOUND),
    follows=(REQUESTS_TOPIC, AGREEMENTS_TOPIC),
    reactions=_reactions,
    timers=_timers,
    read_ahead=_read_ahead,
    letters=LETTERS,
    rewound=PositionRewound,
    answered=SubjectAccessAnswered,
    erasure=ERASURE,
    accesses=ACCESSES,
    kept=_kept,
    scrutiny=SCRUTINY,
    commands=commands,
    welcome=welcome,
    seed=_seed,
    sample=part,
    imports=OFFERED,
    streams={STAFF: stream_of_person, REQUEST: stream_of_undertaking, AGREEMENT: stream_of_undertaking},
    figures=FIGURES,
)
SERVICE = ASSEMBLY.service
wsgi = ASSEMBLY.wsgi_app
