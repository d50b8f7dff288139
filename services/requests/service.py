"""The only wiring: what the service is made of, from which its web app, its worker and its commands follow."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.requests import contract, erasing
from services.requests.accesses import ACCESSES
from services.requests.api import budgets, events, minutes, plans, programmes, providers, requests, schools, statistics
from services.requests.cli import commands
from services.requests.demo import seed
from services.requests.domain.streams import stream_in, stream_of_agreement, stream_of_person
from services.requests.imports.offered import OFFERED
from services.requests.inbound import INBOUND
from services.requests.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from services.requests.reactions import Reactions
from services.requests.runtime import NAME, Runtime, open_runtime
from services.requests.sample import part
from services.requests.scrutiny import SCRUTINY
from services.requests.welcome import welcome
from shared.assembly import Assembly
from shared.audit.chronicle import AGREEMENT, REQUEST, STAFF
from shared.audit.comparing import Figures
from shared.erasure.retention import Kept
from shared.hr import HR_TOPIC
from shared.messaging.consumer import React
from shared.words import AGREEMENTS_TOPIC

RESOURCES = (requests, plans, programmes, budgets, providers, minutes, schools, statistics, events)
FIGURES = (Figures("/v1/reports/budget"), Figures("/v1/requests?limit=200"))


def _reactions(runtime: Runtime) -> Mapping[str, React]:
    reactions = Reactions(runtime.commands, runtime.stores.sealer, runtime.clock)
    return {HR_TOPIC: reactions.to_hr, AGREEMENTS_TOPIC: reactions.to_agreements}


def _seed(runtime: Runtime, today: date) -> None:
    seed(runtime.commands, today)


def _kept(runtime: Runtime, staff_id: str) -> Sequence[Kept]:
    return erasing.kept(runtime.stores, runtime.commands, staff_id)


ASSEMBLY = Assembly(
    name=NAME,
    number=1,
    wsgi="services.requests.service:wsgi()",
    open_runtime=open_runtime,
    resources=[module.endpoints for module in RESOURCES],
    publish=contract.publish,
    writes=contract.TOPICS,
    takes=tuple(INBOUND),
    follows=(AGREEMENTS_TOPIC,),
    reactions=_reactions,
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
    streams={STAFF: stream_of_person, REQUEST: stream_in, AGREEMENT: stream_of_agreement},
    figures=FIGURES,
)
SERVICE = ASSEMBLY.service
wsgi = ASSEMBLY.wsgi_app
