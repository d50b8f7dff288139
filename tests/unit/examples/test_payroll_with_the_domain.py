"""The example against the service's own rules: whatever is corrected, lost or late, both end with the same figures."""

import json
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import consumer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intentions import intend_reversal
from ledger import decide, open_ledger, positions
from service import AwayError, RefusedError

from services.agreements.contract import PAYROLL_TOPIC, publish
from services.agreements.domain import agreeing, deducting, employing, leaving, repaying, training
from services.agreements.domain.agreement import CostLine
from services.agreements.domain.payroll import outstanding
from services.agreements.domain.repayment import current_balance
from services.agreements.domain.school import SchoolSettings
from services.agreements.domain.staff_member import StaffMember, stream_of
from shared.errors import FieldRefused, StateForbids
from shared.eventstore.fact import Act

COMPLETIONS = [date(2024, 10, 15), date(2024, 9, 15), date(2024, 6, 15), date(2023, 10, 1), date(2024, 11, 1)]


class DomainService:
    """The service without its processes: the domain's commands, and a feed that brings what was relayed."""

    def __init__(self, *, auto_require):
        self.now = datetime(2024, 11, 16, 9, tzinfo=UTC)
        self.member = StaffMember(stream_of("P1"))
        self.member.staff_id = "P1"
        self.member.settings_of = lambda _: SchoolSettings(auto_require=auto_require)
        self.log, self.relayed, self.losses, self.receipts = [], 0, [], {}
        self._open()

    def _open(self):
        self.do(employing.join, employment_id="E1", school_urn="100002", on=date(2020, 9, 1), payroll_number="4711")
        agreed = self.do(
            agreeing.draft,
            school_urn="100002", title="A course", activity_type="course", planned_start=date(2023, 9, 1),
            planned_end=date(2024, 7, 1), cost_lines=[CostLine(category="fee", amount_pence=240000)],
        )  # fmt: skip
        self.agreement = agreed.id
        self.do(agreeing.sign, agreed.id, signed_on=date(2023, 8, 1), deduction_consent=True, document_ref="D1")
        self.do(training.start, agreed.id, started_on=date(2023, 9, 1))
        self.do(training.complete, agreed.id, completed_on=date(2024, 10, 15))
        leaver = {"notified_on": date(2024, 11, 16), "last_day": date(2024, 12, 31), "school_urn": "100002"}
        self.ending, _ = self.do(leaving.resign, reason="resignation", **leaver)

    @property
    def repayment(self):
        return next(iter(self.member.repayments.values()))

    def do(self, command, *arguments, **fields):
        self.now += timedelta(minutes=1)
        self.member.act = Act(recorded_at=self.now, actor="someone", role="finance", correlation_id="c", reason="so")
        done = command(self.member, *arguments, **fields)
        for fact in self.member.collect_events():
            told = (json.loads(r.value) for r in publish(1, fact) if r.topic == PAYROLL_TOPIC)
            self.log.extend(told)
        return done

    def attempt(self, command, *arguments, **fields):
        try:
            self.do(command, *arguments, **fields)
        except (StateForbids, FieldRefused):
            assert not self.member.collect_events()

    def feed(self, after):
        start = int(after or 0)
        page = self.log[start : min(self.relayed, start + 2)]
        items = [{**told, "cursor": str(start + n)} for n, told in enumerate(page, 1)]
        return {"items": items, "next": items[-1]["cursor"] if items else None}

    def post(self, path, body, key):
        loss = self.losses.pop(0) if self.losses else ""
        if loss == "request":
            raise AwayError("lost on the way there")
        if key not in self.receipts:
            self.receipts[key] = self._answer(path, json.loads(body))
        if loss == "answer":
            raise AwayError("lost on the way back")
        return self.receipts[key]

    def _answer(self, path, body):
        try:
            repayment = self._act(path, body)
        except StateForbids as error:
            raise RefusedError(409, str(error)) from error
        except FieldRefused as error:
            raise RefusedError(422, str(error.errors)) from error
        now = current_balance(repayment)
        return {
            "revision": repayment.revision,
            "taken_total_pence": now.taken_pence,
            "refunded_pence": now.refunded_pence,
        }

    def _act(self, path, body):
        call = path.rpartition("/")[2]
        if call == "deductions":
            return self.do(deducting.report_deduction, self.repayment.id, **body)
        if call == "reversal":
            return self.do(deducting.reverse_deduction, self.repayment.id, path.split("/")[-2])
        return self.do(repaying.pay_refund, self.repayment.id, **{**body, "on": date.fromisoformat(body["on"])})


PENCE = st.integers(1, 150000)
STEPS = st.one_of(
    st.tuples(st.just("require")),
    st.tuples(st.just("complete"), st.sampled_from(COMPLETIONS)),
    st.tuples(st.just("pay"), PENCE),
    st.tuples(st.just("waive"), PENCE),
    st.tuples(st.just("write off"), PENCE),
    st.tuples(st.just("withdraw")),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("relay"), st.integers(1, 3)),
    st.tuples(st.just("turn"), st.sampled_from(["none", "part", "all"])),
    st.tuples(st.just("turn"), st.just("all")),
    st.tuples(st.just("reverse")),
    st.tuples(st.just("lose"), st.sampled_from(["request", "answer"])),
)


def step(service, ledger, name, value=None):
    """One thing that happens, on either side."""
    known = service.repayment.id
    if name == "require":
        service.attempt(repaying.require, known)
    elif name == "complete":
        service.attempt(training.complete, service.agreement, completed_on=value)
    elif name == "pay":
        on = service.now.date()
        service.attempt(repaying.receive_payment, known, amount_pence=value, on=on, reference="bank")
    elif name in ("waive", "write off"):
        command = repaying.waive if name == "waive" else repaying.write_off
        service.attempt(command, known, amount_pence=value)
    elif name == "withdraw":
        service.attempt(leaving.withdraw_resignation, service.ending.id, withdrawn_on=date(2024, 11, 16))
    elif name == "wait":
        service.now += timedelta(days=value)
    elif name == "relay":
        service.relayed = min(service.relayed + value, len(service.log))
    elif name == "lose":
        service.losses.append(value)
    elif name == "reverse":
        reverse_the_latest(ledger)
    else:
        turn(service, ledger, value)


def reverse_the_latest(ledger):
    deductions = [m for p in positions(ledger) if p.ready for m in p.live if m.kind == "deduction"]
    if deductions:
        intend_reversal(ledger, deductions[-1].id, "a mistake")


def turn(service, ledger, deduct):
    try:
        while consumer.turn(ledger, service, deduct, service.now.date()):
            pass
    except AwayError:
        return


def come_to_rest(service, ledger):
    """Everything arrives, every report is answered, and a person undoes the refunds that were overtaken."""
    service.losses.clear()
    service.attempt(repaying.send_when_due, service.repayment.id)
    service.relayed = len(service.log)
    turn(service, ledger, "none")
    while service.relayed < len(service.log):
        service.relayed = len(service.log)
        turn(service, ledger, "none")
    for parked in [movement for position in positions(ledger) for movement in position.parked]:
        assert parked.kind == "refund"
        decide(ledger, parked.id, "undone")


@pytest.fixture(autouse=True, scope="module")
def _no_pauses():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consumer, "CONFLICT_PAUSES", ())
        yield


@settings(max_examples=400, deadline=None)
@given(st.booleans(), st.lists(STEPS, max_size=25))
def test_payrolls_ledger_ends_with_the_services_figures(auto_require, steps):
    service = DomainService(auto_require=auto_require)
    with closing(open_ledger(":memory:")) as ledger:
        for taken_step in steps:
            step(service, ledger, *taken_step)
        come_to_rest(service, ledger)
        for position in positions(ledger):
            told, now = service.log[-1]["data"], current_balance(service.repayment)
            assert (position.outstanding_pence, position.refund_due_pence, position.taken_by_us_pence) == (
                outstanding(service.repayment, service.now.date()),
                now.refund_due_pence,
                service.repayment.deducted_pence,
            )
            assert position.refunded_pence == now.refunded_pence
            assert position.message.amount_pence == told["amount_pence"]


@settings(max_examples=400, deadline=None)
@given(st.booleans(), st.lists(STEPS, max_size=25))
def test_payroll_never_keeps_more_than_the_largest_amount_it_was_told(auto_require, steps):
    service = DomainService(auto_require=auto_require)
    with closing(open_ledger(":memory:")) as ledger:
        for taken_step in steps:
            step(service, ledger, *taken_step)
            told = max((message["data"]["amount_pence"] for message in service.log), default=0)
            assert service.repayment.deducted_pence - current_balance(service.repayment).refunded_pence <= told


def test_a_correction_that_crosses_a_report_asks_for_the_difference_once():
    service = DomainService(auto_require=False)
    service.do(training.complete, service.agreement, completed_on=date(2024, 10, 16))
    with closing(open_ledger(":memory:")) as ledger:
        for act in (("require",), ("relay", 1), ("lose", "request"), ("turn", "part")):
            step(service, ledger, *act)
        for act in (("complete", date(2024, 10, 15)), ("relay", 1), ("turn", "none")):
            step(service, ledger, *act)
        [position] = positions(ledger)
        told = position.message
        assert (told.revision, told.deducted_pence, told.outstanding_pence) == (2, 0, 220000)
        assert (position.taken_by_us_pence, position.outstanding_pence) == (120000, 100000)
        step(service, ledger, "turn", "all")
        assert service.repayment.deducted_pence == 220000
        assert [told["data"]["revision"] for told in service.log] == [1, 2]


def test_a_correction_in_the_second_month_brings_240000_down_to_220000():
    service = DomainService(auto_require=False)
    service.do(training.complete, service.agreement, completed_on=date(2024, 10, 16))
    with closing(open_ledger(":memory:")) as ledger:
        for act in (("require",), ("relay", 1), ("turn", "all")):
            step(service, ledger, *act)
        assert service.repayment.deducted_pence == 240000
        for act in (("complete", date(2024, 10, 15)), ("relay", 1), ("turn", "all")):
            step(service, ledger, *act)
        now = current_balance(service.repayment)
        assert (now.amount_pence, now.taken_pence, now.refunded_pence) == (220000, 240000, 20000)
        assert [told["type"].split(".")[2] for told in service.log] == ["RepaymentRequired", "RefundDue"]
