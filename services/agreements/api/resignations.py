"""`/v1/staff/{staff_id}/resignations`: an employment ends, is corrected, or does not end after all."""

from typing import Any

from flask import Response

from services.agreements.api import schemas
from services.agreements.api.shapes import ResignationShape, left_shape
from services.agreements.api.support import check_school, of_person, runtime
from services.agreements.application import Left, left_by
from services.agreements.domain import leaving
from services.agreements.domain.staff_facts import Ending
from shared.errors import NotThere
from shared.projections.query import Believed, Which
from shared.web import reads
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, act, opened, reach
from shared.web.roles import Role
from shared.web.schemas import AsKnown, given
from shared.web.scope import Reach

endpoints = Endpoints("resignations", __name__, description="Employments that end")

READERS = (Role.STAFF, Role.HEADTEACHER, Role.FINANCE, Role.HR_PLATFORM, Role.TRUST_EXECUTIVE)
ALL = "/staff/<identifier:staff_id>/resignations"
ONE = f"{ALL}/<identifier:resignation_id>"


@endpoints.post(ALL, Role.HR_PLATFORM, body=schemas.ResignationBody, answer=ResignationShape, status=(201, 200))
def resign(body: dict[str, Any], staff_id: str) -> Response:
    """Record that an employment ends; 200 where this very ending is on record already."""
    check_school(body["school_urn"])
    fields = given(body)
    return act(
        lambda call: runtime().commands.resign(call, staff_id, **fields),
        left_shape,
        status=lambda left: 200 if left.known_before else 201,
        of=Reach(staff_id, body["school_urn"]),
        reason="",
    )


@endpoints.get(ALL, *READERS, query=schemas.ResignationsQuery, answer=Page[ResignationShape])
def list_resignations(query: dict[str, Any], staff_id: str) -> Response:
    """A person's resignations, the first recorded first."""

    def fetch(after: Any, count: int) -> list[Believed[Ending]]:
        which = of_person(staff_id, query)
        return runtime().resignations.by_age(which, after=after, limit=count, known_at=query.get("known_at"))

    return reads.many(
        query,
        fetch,
        render=lambda row: opened(left_shape(_left(row.state, query))),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get(ONE, *READERS, query=AsKnown, answer=ResignationShape)
def get_resignation(query: dict[str, Any], staff_id: str, resignation_id: str) -> Response:
    """One resignation, with what it made repayable."""

    def find() -> Left:
        row = runtime().resignations.one(resignation_id, query.get("known_at"))
        if row is None or row.staff_id != staff_id:
            raise NotThere(f"{staff_id} has no resignation {resignation_id}")
        return _left(row.state, query)

    return reads.one(query, find, render=lambda left: opened(left_shape(left)), reach=reach)


@endpoints.put(ONE, Role.HR_PLATFORM, body=schemas.ResignationCorrectionBody, answer=ResignationShape)
def correct(body: dict[str, Any], staff_id: str, resignation_id: str) -> Response:
    """Correct the days, the reason or the school; what is repayable follows."""
    check_school(body["school_urn"])
    fields = given(body, without=("correction_reason",))
    return act(
        lambda call: runtime().commands.on_ending(
            call, staff_id, resignation_id, leaving.correct_resignation, **fields
        ),
        left_shape,
        reason=body["correction_reason"],
    )


@endpoints.post(f"{ONE}/withdrawal", Role.HR_PLATFORM, body=schemas.ResignationWithdrawalBody, answer=ResignationShape)
def withdraw(body: dict[str, Any], staff_id: str, resignation_id: str) -> Response:
    """The employment does not end after all: repayments are cancelled, what was taken is refunded."""
    fields = given(body, without=("reason",))
    return act(
        lambda call: runtime().commands.on_ending(
            call, staff_id, resignation_id, leaving.withdraw_resignation, **fields
        ),
        left_shape,
    )


def _left(ending: Ending, query: dict[str, Any]) -> Left:
    rows = runtime().repayments.as_known(query.get("known_at"), Which(staff_id=ending.staff_id))
    return left_by(ending, [row.state for row in rows])
