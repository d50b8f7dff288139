"""A toy service on a real log: loans that are lent and paid, read straight from the log in place of a view."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
from flask import Response
from marshmallow import Schema, fields

from shared.errors import NotThere, StateForbids
from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact, Sealed
from shared.eventstore.ledger import Call, Done, Ledger
from shared.web.access import requires
from shared.web.blueprint import Resource
from shared.web.commands import command
from shared.web.cursors import Key
from shared.web.fields import Day, Identifier, Instant, Pence, Percent, StrictBoolean, Text, Urn
from shared.web.reads import figures, many, one
from shared.web.roles import Role
from shared.web.schemas import Body, ListQuery, Query
from shared.web.scope import Reach, visible, visible_schools

NAMESPACE = uuid5(NAMESPACE_URL, "urn:cpd:toys")


class LoanIsPaid(StateForbids):
    """A loan is paid once."""


class Lent(Fact, frozen=True):
    TOPIC = "toys.Lent"
    loan_id: str
    pence: int
    lent_on: date
    note: Sealed = ""


class Paid(Fact, frozen=True):
    TOPIC = "toys.Paid"


class Loan(Aggregate):
    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.loan_id = str(stream_id)
        self.staff_id = self.school_urn = self.note = ""
        self.pence = 0
        self.lent_on = date.min
        self.paid = False
        self.roles: list[str] = []

    def evolve(self, fact: Any) -> None:
        self.roles.append(fact.role)
        if isinstance(fact, Lent):
            self.staff_id, self.school_urn, self.note = fact.staff_id, fact.school_urn, fact.note
            self.pence, self.lent_on = fact.pence, fact.lent_on
        else:
            self.paid = True


FACTS: tuple[type[Fact], ...] = (Lent, Paid)


class LoanBody(Body):
    staff_id = Identifier(required=True)
    school_urn = Urn(required=True)
    pence = Pence(required=True)
    lent_on = Day(required=True)
    note = Text(200)
    percent = Percent()
    urgent = StrictBoolean()
    seen_at = Instant()
    lines = fields.List(fields.Nested("LineBody"))


class LineBody(Body):
    label = Text(20, required=True)


class ReasonBody(Body):
    reason = Text(500, required=True)


class LoanSchema(Schema):
    loan_id = fields.String(required=True)
    staff_id = fields.String(required=True)
    school_urn = fields.String(required=True)
    pence = fields.Integer(required=True)
    lent_on = fields.String(required=True)
    note = fields.String(required=True)
    paid = fields.Boolean(required=True)
    roles = fields.List(fields.String(), required=True)


class LoansSchema(Schema):
    items = fields.List(fields.Nested(LoanSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class TotalSchema(Schema):
    pence = fields.Integer(required=True)
    partial = fields.Boolean()


class LoansQuery(ListQuery):
    staff_id = Identifier()


class Toys:
    """The toy's application: one aggregate a loan."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def lend(self, call: Call, body: dict[str, Any]) -> Done[Loan]:
        def run(loan: Loan) -> Loan:
            named = {name: body[name] for name in ("staff_id", "school_urn", "pence", "lent_on")}
            loan.record(Lent, loan_id=loan.loan_id, note=body.get("note", ""), **named)
            return loan

        return self.ledger.execute(Loan, uuid4(), call, run)

    def pay(self, call: Call, loan_id: str) -> Done[Loan]:
        def run(loan: Loan) -> Loan:
            if loan.version == 0:
                raise NotThere(f"there is no {loan_id}")
            call.guard(loan)
            if loan.paid:
                raise LoanIsPaid("this loan was paid before")
            loan.record(Paid, staff_id=loan.staff_id, school_urn=loan.school_urn)
            return loan

        return self.ledger.execute(Loan, stream_of(loan_id), call, run)

    def loan(self, loan_id: str) -> Loan:
        loan = self.ledger.load(Loan, stream_of(loan_id))
        if loan.version == 0:
            raise NotThere(f"there is no {loan_id}")
        return loan

    def loans(self) -> list[Loan]:
        seen = {n.originator_id: None for n in self.ledger.recorder.select_notifications(start=1, limit=100_000)}
        return [self.ledger.load(Loan, UUID(str(stream_id))) for stream_id in seen]


def stream_of(loan_id: str) -> UUID:
    try:
        return UUID(loan_id)
    except ValueError:
        raise NotThere(f"there is no {loan_id}") from None


def rendered(loan: Loan) -> dict[str, Any]:
    shown: dict[str, Any] = LoanSchema().dump(loan)
    return shown


def reach_of(loan: Loan) -> Reach:
    return Reach(loan.staff_id, loan.school_urn)


def loans_resource(toys: Toys) -> Resource:
    blp = Resource("loans", __name__, description="Loans")

    @blp.route("/loans", methods=["POST"])
    @requires(Role.HEADTEACHER, Role.HR_PLATFORM)
    @blp.arguments(LoanBody)
    @blp.response(201, LoanSchema)
    def lend(body: dict[str, Any]) -> Response:
        """Lend to a person."""
        return command(
            lambda call: toys.lend(call, body),
            render=rendered,
            reach=Reach(body["staff_id"], body["school_urn"]),
            status=201,
            location=lambda loan: f"/v1/loans/{loan.loan_id}",
        )

    @blp.route("/loans", methods=["GET"])
    @requires(Role.STAFF, Role.HEADTEACHER)
    @blp.arguments(LoansQuery, location="query")
    @blp.response(200, LoansSchema)
    def list_loans(query: dict[str, Any]) -> Response:
        """Loans within reach."""

        def fetch(after: Key | None, count: int) -> list[Loan]:
            sight = visible()
            loans = sorted(toys.loans(), key=lambda loan: loan.loan_id)
            shown = [
                loan
                for loan in loans
                if loan.staff_id == sight.staff_id or sight.schools is None or loan.school_urn in sight.schools
            ]
            return [loan for loan in shown if after is None or (loan.loan_id,) > after][:count]

        return many(query, fetch, render=rendered, key=lambda loan: (loan.loan_id,))

    @blp.route("/loans/<identifier:loan_id>", methods=["GET"])
    @requires(Role.STAFF, Role.HEADTEACHER)
    @blp.arguments(Query, location="query")
    @blp.response(200, LoanSchema)
    def show(query: dict[str, Any], loan_id: str) -> Response:
        """One loan."""
        return one(query, lambda: toys.loan(loan_id), render=rendered, reach=reach_of)

    @blp.route("/loans/<identifier:loan_id>/payment", methods=["POST"])
    @requires(Role.HEADTEACHER, Role.STAFF)
    @blp.arguments(ReasonBody)
    @blp.response(200, LoanSchema)
    def pay(body: dict[str, Any], loan_id: str) -> Response:
        """Pay a loan."""
        return command(lambda call: toys.pay(call, loan_id), render=rendered, reach=reach_of)

    @blp.route("/totals", methods=["GET"])
    @requires(Role.HEADTEACHER)
    @blp.arguments(Query, location="query")
    @blp.response(200, TotalSchema)
    def total(query: dict[str, Any]) -> Response:
        """What was lent within reach."""

        def compute() -> dict[str, Any]:
            schools = visible_schools()
            loans = [loan for loan in toys.loans() if schools is None or loan.school_urn in schools]
            partial = {} if schools is None else {"partial": True}
            return {"pence": sum(loan.pence for loan in loans)} | partial

        return figures(query, compute)

    @blp.route("/failure", methods=["GET"])
    @requires(Role.TRUST_ADMIN)
    @blp.response(200, TotalSchema)
    def failure() -> Response:
        """Fails as nobody foresaw."""
        raise ValueError("the personal text of somebody")

    return blp


def as_json(body: Any) -> bytes:
    return msgspec.json.encode(body)
