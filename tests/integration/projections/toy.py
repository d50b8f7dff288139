"""A toy of the domain on a real log: loans that are lent, paid, and moved with their person to another school."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from sqlalchemy import create_engine

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Act, Fact, Sealed
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger
from shared.eventstore.sealing import Sealer
from shared.projections.history import HistoryView
from shared.projections.schedule import Owing, Schedule
from shared.projections.versions import VersionsView

NAMESPACE = UUID("5a2f0c52-6c1f-4d0e-8f6c-0e3f3a0f1d11")
ON_BOTH = pytest.mark.parametrize("place", ["files", "PostgreSQL"], indirect=True)
NOON = datetime(2025, 1, 6, 12, tzinfo=UTC)


class Lent(Fact, frozen=True):
    TOPIC = "toys.Lent"
    EFFECTIVE = "lent_on"
    loan_id: str
    pence: int
    lent_on: date
    note: Sealed = ""


class Paid(Fact, frozen=True):
    TOPIC = "toys.Paid"
    EFFECTIVE = "paid_on"
    loan_id: str
    pence: int
    paid_on: date


class Moved(Fact, frozen=True):
    """A person moves to another school, and each named loan with them."""

    TOPIC = "toys.Moved"
    loan_ids: list[str]


class Greeted(Fact, frozen=True):
    TOPIC = "toys.Greeted"


FACTS: tuple[type[Fact], ...] = (Lent, Paid, Moved, Greeted)


class Loan(msgspec.Struct, kw_only=True):
    staff_id: str
    school_urn: str
    lent_on: date
    pence: int
    note: str
    payments: list[tuple[date, int]] = []
    basis: list[int] = []


class LoansView(VersionsView[Loan]):
    name = "loans"
    version = 1
    facts = (Lent, Paid, Moved)
    state_type = Loan
    moves = True

    def resource_ids(self, fact: Any) -> Sequence[str]:
        return fact.loan_ids if isinstance(fact, Moved) else (fact.loan_id,)

    def fold(self, state: Loan | None, fact: Any, position: int) -> Loan | None:
        if isinstance(fact, Lent):
            state = Loan(
                staff_id=fact.staff_id,
                school_urn=fact.school_urn,
                lent_on=fact.lent_on,
                pence=fact.pence,
                note=fact.note,
            )
        if state is None or (isinstance(fact, Paid) and fact.pence == 0):
            return None
        if isinstance(fact, Paid):
            state.payments.append((fact.paid_on, fact.pence))
        if isinstance(fact, Moved):
            state.school_urn = fact.school_urn
        state.basis.append(position)
        return state

    def status(self, state: Loan) -> str:
        paid = sum(pence for _, pence in state.payments) >= state.pence
        return "paid" if paid else "open"

    def owing(self, state: Loan, before: Owing | None) -> Schedule:  # noqa: ARG002  it is short enough to make anew
        days, owed, left = [state.lent_on], [state.pence], state.pence
        for on, pence in sorted(state.payments):
            left = max(0, left - pence)
            days.append(on)
            owed.append(left)
        return Schedule.of(days, owed_pence=owed, half_pence=[pence // 2 for pence in owed])


class LouderLoansView(LoansView):
    """The next version of the same view: it shows another status."""

    version = 2

    def status(self, state: Loan) -> str:
        return super().status(state).upper()


class Person(Aggregate):
    def evolve(self, fact: Fact) -> None:
        pass


def open_ledger(folder: Path, url: str | None = None) -> Ledger:
    """A ledger in the database at `url`, or in the folder, where its keys are in any case."""
    keys = create_engine(f"sqlite:///{folder / 'keys.sqlite'}")
    store = KeyStore(keys)
    store.create_tables()
    keys.dispose()
    return Ledger(url or str(folder / "log.sqlite"), FACTS, Sealer(store))


def record(ledger: Ledger, staff_id: str, at: timedelta, fact: type[Fact], **fields: Any) -> int:
    """State one fact about a person, `at` after noon of the first day. Returns its position."""
    act = Act(recorded_at=NOON + at, actor="u1", role="headteacher", correlation_id=f"c-{staff_id}")
    stream = uuid5(NAMESPACE, staff_id)
    done = ledger.execute(
        Person, stream, Call(act=act), lambda person: person.record(fact, staff_id=staff_id, **fields)
    )
    return done.position


def views() -> tuple[LoansView, HistoryView]:
    return LoansView(), HistoryView(FACTS)


def lend(ledger: Ledger, staff_id: str, pence: int, school_urn: str = "100001") -> int:
    """At noon, a loan from 10 January."""
    loan = {"loan_id": f"{staff_id}-l0", "pence": pence, "lent_on": date(2025, 1, 10), "note": "for a course"}
    return record(ledger, staff_id, timedelta(0), Lent, school_urn=school_urn, **loan)


def pay(ledger: Ledger, staff_id: str, pence: int, *, at: timedelta) -> int:
    """Some of it, paid on 20 January."""
    payment = {"loan_id": f"{staff_id}-l0", "pence": pence, "paid_on": date(2025, 1, 20)}
    return record(ledger, staff_id, at, Paid, school_urn="100001", **payment)
