"""An approved request drafts agreements, its withdrawal cancels what nobody signed: in any order, told twice."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.agreements.application import FACTS, Agreements
from services.agreements.domain.granting import Granted, Share, TakenBack, cancel_unsigned, draft_for
from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Call, Ledger
from shared.eventstore.sealing import Sealer
from tests.given import STAFF_ID, TODAY, Step, given
from tests.unit.agreements.acts import (
    OTHER_URN,
    URN,
    completed,
    employed,
    fee,
    moved,
    resigned,
    schools_set,
    signed,
    varied,
)
from tests.unit.agreements.facts import AgreementCancelled, AgreementDrafted, RepaymentAssessed
from tests.unit.agreements.grants import REQUEST, act

EMPLOYED_AGAIN_ON = date(2025, 6, 1)


def share(pence: int = 240000, staff_id: str = STAFF_ID, employment_id: str = "e1") -> Share:
    return Share(
        staff_id=staff_id, employment_id=employment_id, employed_since=date(2020, 9, 1), cost_lines=[fee(pence)]
    )


def granted(*shares: Share, **changes: Any) -> Granted:
    usual: dict[str, Any] = {
        "request_id": REQUEST,
        "school_urn": URN,
        "title": "A course",
        "activity_type": "course",
        "starts_on": date(2025, 9, 1),
        "ends_on": date(2026, 1, 31),
        "funded_percent": 100,
        "shares": list(shares) or [share()],
    }
    return Granted(**usual | changes)


def approved(pence: int = 240000) -> Step:
    return Step(lambda member: draft_for(member, granted(), share(pence)))


def withdrawn() -> Step:
    return Step(cancel_unsigned, (REQUEST,))


def test_a_share_at_the_threshold_drafts_and_one_below_it_does_not():
    given(employed(), schools_set(agreement_threshold_pence=240000)).when(approved()).then(
        AgreementDrafted(request_id=REQUEST, school_urn=URN, employment_id="e1")
    )
    given(employed(), schools_set(agreement_threshold_pence=240001)).when(approved()).then_nothing()


def test_the_same_approval_again_drafts_nothing():
    given(employed(), approved()).when(approved()).then_nothing()


def test_someone_who_has_moved_since_agrees_with_the_school_that_pays_and_the_move_asks_for_nothing():
    given(employed(), moved(OTHER_URN)).when(approved()).then(
        AgreementDrafted(school_urn=URN, employment_id="e1", request_id=REQUEST)
    )


def test_someone_who_left_and_came_back_agrees_under_the_employment_that_goes_on():
    left = resigned(notified_on=date(2025, 3, 1), last_day=date(2025, 4, 30))
    given(employed(), left, employed("e2", on=EMPLOYED_AGAIN_ON)).when(approved()).then(
        AgreementDrafted(employment_id="e2", school_urn=URN)
    )


def test_someone_who_has_left_owes_nothing_for_what_nobody_signed():
    left = resigned(notified_on=date(2025, 3, 1), last_day=date(2025, 4, 30))
    given(employed(), left).when(approved()).then_among_others(
        AgreementDrafted(employment_id="e1"), RepaymentAssessed(amount_pence=0, rule="unsigned")
    )


def test_a_withdrawn_request_cancels_what_is_not_signed():
    given(employed(), approved()).when(withdrawn()).then(AgreementCancelled())
    given(employed(), approved(), withdrawn()).when(withdrawn()).then_nothing()


@pytest.mark.parametrize("since", [(), (varied(cost_lines=[fee(1)]),)], ids=["signed", "a variation waits"])
def test_what_is_signed_stays(since: tuple[Step, ...]):
    given(employed(), approved(), signed(on=TODAY), *since).when(withdrawn()).then_nothing()


def test_a_training_that_is_over_stays_on_record():
    begun = granted(starts_on=date(2025, 1, 6), ends_on=date(2025, 3, 31))
    drafts = Step(lambda member: draft_for(member, begun, share()))
    given(employed(), drafts, completed(date(2025, 3, 31))).when(withdrawn()).then_nothing()


ORDERS = sorted(set(permutations(("approval", "approval", "withdrawal", "withdrawal"))))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_in_whatever_order_approval_and_withdrawal_are_told_no_agreement_is_left(order: tuple[str, ...]):
    agreements = Agreements(a_ledger())
    told = granted(share(), share(staff_id="p2"))
    for message in order:
        if message == "approval":
            agreements.grant(Call(act=act()), told)
        else:
            agreements.take_back(Call(act=act()), TakenBack(request_id=REQUEST, school_urn=URN))
    for staff_id in (STAFF_ID, "p2"):
        found = agreements.person(staff_id).agreements.values()
        assert [agreement for agreement in found if not agreement.cancelled] == []
        assert len(found) == (1 if order[0] == "approval" else 0)


def a_ledger() -> Ledger:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    keys = KeyStore(engine)
    keys.create_tables()
    return Ledger(":memory:", FACTS, Sealer(keys))
