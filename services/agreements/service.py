"""The only wiring: what the service is made of, from which its web app, its worker and its commands follow."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.agreements import contract, erasing
from services.agreements.accesses import ACCESSES
from services.agreements.api import agreements, events, repayments, resignations, schools, staff_liability
from services.agreements.cli import commands
from services.agreements.demo import seed
from services.agreements.domain.staff_member import stream_in, stream_of
from services.agreements.imports.offered import OFFERED
from services.agreements.inbound import DEDUCTIONS_TOPIC, INBOUND
from services.agreements.letters import ERASURE, LETTERS, PositionRewound, SubjectAccessAnswered
from services.agreements.notices import Notices
from services.agreements.reactions import Reactions
from services.agreements.runtime import NAME, Runtime, open_runtime
from services.agreements.sample import part
from services.agreements.scrutiny import SCRUTINY
from services.agreements.welcome import welcome
from shared.assembly import Assembly
from shared.audit.chronicle import AGREEMENT, REPAYMENT, STAFF
from shared.audit.comparing import Figures
from shared.erasure.retention import Kept
from shared.hr import HR_TOPIC
from shared.messaging.consumer import React
from shared.words import REQUESTS_TOPIC
from shared.worker import Step

RESOURCES = (agreements, resignations, repayments, staff_liability, schools, events)
AGREEMENTS = "/v1/agreements?limit=200"
FIGURES = (
    Figures("/v1/trust/liability?on={on}"),
    Figures(AGREEMENTS),
    Figures("/v1/agreements/{id}/liability?on={on}", of=AGREEMENTS),
    Figures("/v1/repayments?limit=200"),
)


def _reactions(runtime: Runtime) -> Mapping[str, React]:
    reactions = Reactions(runtime.commands, runtime.stores.sealer, runtime.clock)
    return {
        HR_TOPIC: reactions.to_hr,
        DEDUCTIONS_TOPIC: reactions.to_payroll,
        REQUESTS_TOPIC: reactions.to_requests,
    }


def _timers(runtime: Runtime) -> Sequence[Step]:
    return [Notices(runtime.commands, runtime.repayments, runtime.clock).step]


def _seed(runtime: Runtime, today: date) -> None:
    seed(runtime.commands, today)


def _kept(runtime: Runtime, staff_id: str) -> Sequence[Kept]:
    return erasing.kept(runtime.commands, staff_id)


def _owed(runtime: Runtime, staff_id: str) -> Sequence[str]:
    return erasing.owed(runtime.commands, staff_id)


ASSEMBLY = Assembly(
    name=NAME,
    number=2,
    wsgi="services.agreements.service:wsgi()",
    open_runtime=open_runtime,
    resources=[module.endpoints for module in RESOURCES],
    publish=contract.publish,
    writes=contract.TOPICS,
    takes=tuple(INBOUND),
    follows=(REQUESTS_TOPIC,),
    reactions=_reactions,
    timers=_timers,
    letters=LETTERS,
    rewound=PositionRewound,
    answered=SubjectAccessAnswered,
    erasure=ERASURE,
    accesses=ACCESSES,
    kept=_kept,
    scrutiny=SCRUTINY,
    owed=_owed,
    commands=commands,
    welcome=welcome,
    seed=_seed,
    sample=part,
    imports=OFFERED,
    streams={STAFF: stream_of, AGREEMENT: stream_in, REPAYMENT: stream_in},
    figures=FIGURES,
)
SERVICE = ASSEMBLY.service
wsgi = ASSEMBLY.wsgi_app
