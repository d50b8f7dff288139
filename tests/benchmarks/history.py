"""A realistic log in bulk: the facts of many agreements, stated as commands would, in the order of life."""

import heapq
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import create_engine

from services.agreements.application import FACTS
from services.agreements.domain import agreement_facts as agreed
from services.agreements.domain import repayment_facts as repaid
from services.agreements.domain.agreement import CostLine
from services.agreements.domain.repayment import Computation
from services.agreements.domain.staff_facts import StaffJoined, StaffResigned
from services.agreements.domain.staff_member import stream_of
from services.agreements.domain.terms import RepaymentTerms
from shared.eventstore.fact import Fact
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import MARK, Sealer

SCHOOLS = 20
AGREEMENTS_EACH = 3
FACTS_EACH = 6
"""How many facts an agreement has on average, those of its person and its repayment included."""
BEGINNING = datetime(2022, 9, 1, 8, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
SEALED = f"{MARK}p~{'A' * 80}"
"""As long as a sealed title, which nobody opens here."""

Statement = tuple[type[Fact], dict[str, Any]]
Act = tuple[datetime, list[Statement]]


def open_log(folder: Path) -> Ledger:
    """The ledger of the agreements service under `folder`, its tables made."""
    keys = KeyStore(create_engine(f"sqlite:///{folder / 'keys.sqlite'}"))
    keys.create_tables()
    return Ledger(str(folder / "log.sqlite"), FACTS, Sealer(keys))


def fill(ledger: Ledger, agreements: int) -> int:
    """Append the whole lives of so many agreements to an empty log. Returns how many facts that is."""
    into = f"INSERT INTO {ledger.recorder.events_table_name} VALUES (?, ?, ?, ?)"  # noqa: S608  the library's name
    with ledger.recorder.datastore.transaction(commit=True) as cursor:
        cursor.sqlite_cursor.executemany(into, stored_rows(agreements))
    return ledger.position()


def staff_id_of(number: int, agreements: int) -> str:
    """The person whose agreement the one so numbered is."""
    return f"s{number % max(1, agreements // AGREEMENTS_EACH):06}"


def stored_rows(agreements: int) -> Iterator[tuple[str, int, str, bytes]]:
    """Stream, version, topic and state of every fact, in order."""
    encode = msgspec.json.Encoder().encode
    versions: dict[UUID, int] = {}
    for number, (recorded_at, statements) in enumerate(_in_order(agreements)):
        correlation_id = blake2b(number.to_bytes(8), digest_size=16).hexdigest()  # as random as those of requests
        for kind, fields in statements:
            stream = stream_of(fields["staff_id"])
            versions[stream] = versions.get(stream, 0) + 1
            fact = kind(
                originator_id=stream,
                originator_version=versions[stream],
                recorded_at=recorded_at,
                correlation_id=correlation_id,
                actor=f"u{number % 500}",
                role="headteacher",
                **fields,
            )
            yield stream.hex, versions[stream], kind.TOPIC, encode(fact)


def _in_order(agreements: int) -> Iterator[Act]:
    """The acts of every agreement, by recorded instant; each begins a little after the one before it."""
    chance = random.Random(1)  # noqa: S311  a log, not a secret
    ahead: list[tuple[datetime, int, list[Statement], Iterator[Act]]] = []
    for number in range(agreements):
        drafted_at = BEGINNING + YEARS * (number / agreements)
        while ahead and ahead[0][0] < drafted_at:
            yield from _next(ahead)
        _put(ahead, number, _life(number, agreements, drafted_at, chance))
    while ahead:
        yield from _next(ahead)


def _next(ahead: list[Any]) -> Iterator[Act]:
    at, number, statements, life = heapq.heappop(ahead)
    yield at, statements
    _put(ahead, number, life)


def _put(ahead: list[Any], number: int, life: Iterator[Act]) -> None:
    act = next(life, None)
    if act is not None:
        heapq.heappush(ahead, (act[0], number, act[1], life))


def _life(number: int, agreements: int, drafted_at: datetime, chance: random.Random) -> Iterator[Act]:
    staff_id = staff_id_of(number, agreements)
    nth, person = divmod(number, max(1, agreements // AGREEMENTS_EACH))
    stream = stream_of(staff_id)
    whose = {"staff_id": staff_id, "school_urn": f"{100001 + person % SCHOOLS}"}
    its = whose | {"agreement_id": f"{stream}-a{nth + 1}"}
    fee = chance.randrange(200_00, 4_000_00)
    starts_at = drafted_at + timedelta(days=chance.randrange(14, 60))
    ends_at = starts_at + timedelta(days=chance.randrange(20, 200))
    joined: list[Statement] = []
    if nth == 0:
        joined = [(StaffJoined, whose | {"employment_id": f"{staff_id}-e1", "on": BEGINNING.date(), "name": SEALED})]
    drafted = {
        "employment_id": f"{staff_id}-e1",
        "title": SEALED,
        "activity_type": "award_bearing",
        "planned_start": starts_at.date(),
        "planned_end": ends_at.date(),
        "cost_lines": [CostLine(category="fee", amount_pence=fee), CostLine(category="travel", amount_pence=50_00)],
        "funded_percent": chance.choice((100, 100, 50)),
        "terms": RepaymentTerms(base=chance.choice(("agreed", "agreed", "agreed", "paid"))),
        "request_id": f"{stream}-r{nth + 1}",
    }
    yield drafted_at, [*joined, (agreed.AgreementDrafted, its | drafted)]
    signed_at = drafted_at + timedelta(days=chance.randrange(1, 10))
    signature = {"signed_on": signed_at.date(), "deduction_consent": chance.random() < 0.8, "by_governor": False}
    yield signed_at, [(agreed.AgreementSigned, its | signature)]
    if chance.random() < 0.8:
        yield starts_at, [(agreed.TrainingStarted, its | {"started_on": starts_at.date()})]
    for part in range(chance.choice((1, 1, 2))):
        paid_at = starts_at + timedelta(days=10 * part + 1)
        cost = {"category": "fee", "amount_pence": fee // 2, "on": paid_at.date(), "reference": SEALED}
        yield paid_at, [(agreed.CostRecorded, its | cost)]
    if chance.random() < 0.9:
        yield ends_at, [(agreed.TrainingCompleted, its | {"completed_on": ends_at.date()})]
        if chance.random() < 0.2:
            before = (ends_at - timedelta(days=3)).date()
            correction = {"completed_on": before, "previously": ends_at.date(), "reason": SEALED}
            yield ends_at + timedelta(days=5), [(agreed.CompletionCorrected, its | correction)]
    if chance.random() < 0.1:
        yield from _leaving(its, f"{stream}-e{nth + 1}", ends_at + timedelta(days=chance.randrange(20, 300)), fee)


def _leaving(its: dict[str, Any], ending_id: str, at: datetime, fee: int) -> Iterator[Act]:
    employment, last_day = f"{its['staff_id']}-e1", (at + timedelta(days=60)).date()
    whose = {"staff_id": its["staff_id"], "school_urn": its["school_urn"]}
    owed = Computation(trigger_on=at.date(), base_pence=fee, rule="full_period", amount_pence=fee, deductible=True)
    payroll = {"employment_id": employment, "payroll_number": "P1", "last_day": last_day}
    resigned = payroll | {"ending_id": ending_id, "notified_on": at.date(), "leaving_reason": SEALED, "liable": True}
    assessed = its | payroll | {"repayment_id": f"{its['agreement_id']}-r1", "ending_id": ending_id}
    of_it = its | {"repayment_id": assessed["repayment_id"]}
    sent = {
        "revision": 1,
        "message": "RepaymentRequired",
        "amount_pence": fee,
        "taken_pence": 0,
        "refunded_pence": 0,
        "outstanding_pence": fee,
        "refund_due_pence": 0,
        "deducted_pence": 0,
        "pay_element_code": "CPD",
        "pay_period": at.date().isoformat()[:7],
        "final_pay": False,
        "consent_reference": "",
        "computation": owed,
    }
    taken = {"deduction_id": f"{of_it['repayment_id']}/1", "revision": 1, "pay_period": sent["pay_period"]}
    yield (
        at,
        [
            (StaffResigned, whose | resigned),
            (repaid.RepaymentAssessed, assessed | {"computation": owed}),
        ],
    )
    yield (
        at + timedelta(days=2),
        [
            (repaid.RepaymentRequired, of_it | {"amount_pence": fee}),
            (repaid.RepaymentSent, of_it | payroll | sent),
        ],
    )
    yield (
        at + timedelta(days=30),
        [(repaid.DeductionTaken, of_it | taken | {"taken_pence": fee, "outcome": "taken", "on": last_day})],
    )
