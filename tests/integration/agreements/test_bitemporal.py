"""What the service answers for a day, as known at an instant, is what a replay gives, and what the oracle gives."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from services.agreements.application import stream_of_school
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.liability import liability_if_leaving
from services.agreements.domain.repayment import Repayment, receivable_on
from services.agreements.domain.staff_member import stream_of
from shared.projections.rebuild import rebuild
from shared.projections.verify import compare
from shared.projections.view import View
from tests import oracle
from tests.given import TODAY
from tests.integration.agreements.bitemporal_histories import PEOPLE, SCHOOLS, ToldToTheService
from tests.integration.agreements.bitemporal_oracle import agreements_in
from tests.integration.agreements.bitemporal_replay import FIGURES, Replay, Sums

ON = st.dates(date(2024, 7, 1), date(2026, 12, 31)) | st.just(TODAY)
JUST_THEN = st.sampled_from([timedelta(0), timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1)])
ASKED_AT_THE_END = 4
ALIKE = (
    "amount_pence",
    "rule",
    "base_pence",
    "months_completed",
    "indicative_pence",
    "below_minimum",
    "deductible",
    "not_deductible_because",
)


class Bitemporal(ToldToTheService):
    """Asks about random days as known at random instants, while views lag and after they caught up."""

    @rule(on=ON, pick=st.integers(0, 999), just=JUST_THEN)
    def asks_about(self, on: date, pick: int, just: timedelta) -> None:
        self.ask(on, self.instants[pick % len(self.instants)] + just)

    @rule(on=ON)
    def asks_as_known_now(self, on: date) -> None:
        self.ask(on, max(self.instants))

    def teardown(self) -> None:
        try:
            if hasattr(self, "_opened"):
                self.catches_up_and_is_the_log()
                for known_at in [*self.instants[:: max(1, len(self.instants) // ASKED_AT_THE_END)], max(self.instants)]:
                    self.ask(self.today, known_at)
        finally:
            super().teardown()

    def ask(self, on: date, known_at: datetime) -> None:
        stores = self.world.runtime.stores
        replay = Replay(stores.ledger, stores.runner.position(), known_at)
        when = urlencode({"on": on.isoformat(), "known_at": known_at.isoformat()})
        judged = agreements_in(replay.raw)
        assert set(judged) == {agreement.id for agreement in replay.agreements()}
        for agreement in replay.agreements():
            self.asks_of_agreement(agreement, judged[agreement.id], replay, on, when)
        for staff_id in PEOPLE:
            answer = self.told_if_known(f"/v1/staff/{staff_id}/liability?{when}", stream_of(staff_id), known_at)
            if answer is not None:
                self.asks_of_person(staff_id, answer, replay, on)
        for urn in SCHOOLS:
            answer = self.told_if_known(f"/v1/schools/{urn}/liability?{when}", stream_of_school(urn), known_at)
            if answer is not None:
                assert sums_in(answer) == replay.sums(on, school_urn=urn)
        answer = self.world.read(f"/v1/trust/liability?{when}")
        assert sums_in(answer) == replay.sums(on)

    def told_if_known(self, path: str, stream: UUID, known_at: datetime) -> Any:
        """The answer, where the log has any fact of a stream by an instant; whoever is unknown then is not there."""
        facts = self.world.runtime.stores.ledger.events.get(stream)
        known, answer = any(fact.recorded_at <= known_at for fact in facts), self.world.get(path)
        assert answer.status_code == (200 if known else 404), answer.text
        return answer.json if known else None

    def asks_of_agreement(
        self, agreement: Agreement, judged: dict[str, Any], replay: Replay, on: date, when: str
    ) -> None:
        answer = self.world.read(f"/v1/agreements/{agreement.id}/liability?{when}")
        found = liability_if_leaving(agreement, on)
        assert {name: answer[name] for name in ALIKE} == {name: getattr(found, name) for name in ALIKE}
        assert {name: answer[name] for name in ALIKE} == oracle.liability(judged, on)
        assert answer["events"] == replay.basis(agreement.id)
        for span in self.world.read(f"/v1/agreements/{agreement.id}/schedule?{when.partition('&')[2]}"):
            if span["valid_from"] <= on.isoformat() < span["valid_to"]:
                assert (span["amount_pence"], span["rule"]) == (found.amount_pence, found.rule)

    def asks_of_person(self, staff_id: str, answer: dict[str, Any], replay: Replay, on: date) -> None:
        assert {name: answer[name] for name in FIGURES} == replay.sums(on, staff_id=staff_id).figures
        assert [told["agreement_id"] for told in answer["agreements"]] == [a.id for a in replay.agreements(staff_id)]
        told = {owed["repayment_id"]: owed for owed in answer["repayments"]}
        assert told == {r.id: receivable(r, replay, on) for r in replay.repayments(staff_id)}

    def catches_up_and_is_the_log(self) -> None:
        stores = self.world.runtime.stores
        while stores.runner.step():
            pass
        for view in stores.views:
            assert compare(stores.ledger, stores.engine, view) == []
            live = self.rows_of(view)
            rebuild(stores.ledger, stores.engine, view)
            assert self.rows_of(view) == live

    def rows_of(self, view: View) -> list[tuple[Any, ...]]:
        with self.world.runtime.stores.engine.connect() as connection:
            rows = connection.execute(select(view.table).order_by(*(view.table.c[name] for name in view.key)))
            return [tuple(row) for row in rows]


def sums_in(answer: dict[str, Any]) -> Sums:
    return Sums({name: answer[name] for name in FIGURES}, answer["staff"], answer["agreements"])


def receivable(repayment: Repayment, replay: Replay, on: date) -> dict[str, Any]:
    return {
        "repayment_id": repayment.id,
        "agreement_id": repayment.agreement_id,
        "amount_pence": repayment.amount_pence,
        "balance_pence": receivable_on(repayment, on),
        "deductible": repayment.computation.deductible,
        "events": replay.basis(repayment.id),
    }


TestBitemporal = Bitemporal.TestCase
TestBitemporal.settings = settings(
    max_examples=70,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TestBitemporal.pytestmark = [pytest.mark.slow]
