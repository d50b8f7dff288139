"""`/v1/budgets/{urn}/{academic_year}`: allocated, committed, actual, available; and money moved between them."""

from typing import Any

from flask import Response

from services.requests.api import school_schemas as schemas
from services.requests.api.school_shapes import BudgetShape, budget_shape
from services.requests.api.support import check_school, runtime
from services.requests.domain.budget import year_after
from services.requests.domain.budget_facts import Budget, budget_id
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.roles import Role
from shared.web.schemas import AsKnown
from shared.web.school_settings import known_school
from shared.web.scope import Reach, acting_role

endpoints = Endpoints("budgets", __name__, description="Money for development, by school and academic year")

READERS = (Role.FINANCE, Role.HEADTEACHER, Role.SLT, Role.GOVERNOR, Role.TRUST_EXECUTIVE)
ONE = "/budgets/<urn:school_urn>/<year:academic_year>"


@endpoints.get(ONE, *READERS, query=AsKnown, answer=BudgetShape)
def get_budget(query: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """A school's budget of a year; nothing but zeros where nothing was allocated."""

    def find() -> Budget:
        acting_role(Reach(None, school_urn))
        known_school(runtime().commands, school_urn, query.get("known_at"))
        id_ = budget_id(school_urn, academic_year)
        row = runtime().budgets.one(id_, query.get("known_at"))
        return row.state if row is not None else Budget(id=id_, school_urn=school_urn, academic_year=academic_year)

    return reads.one(query, find, render=budget_shape, reach=_reach)


@endpoints.put(ONE, Role.FINANCE, body=schemas.BudgetBody, answer=BudgetShape)
def allocate(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """Set the allocation of a year."""
    check_school(None, school_urn)
    return command(
        lambda call: runtime().commands.on_budget(
            call, school_urn, academic_year, lambda budget: budget.allocate(body["allocated_pence"])
        ),
        render=budget_shape,
        reach=Reach(None, school_urn),
    )


@endpoints.post(f"{ONE}/virement", Role.TRUST_EXECUTIVE, body=schemas.VirementBody, answer=BudgetShape)
def vire(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """Move what is available to another school's budget of the same year."""
    check_school(None, school_urn)
    check_school(None, body["to_urn"])
    return _move(body, (school_urn, academic_year), (body["to_urn"], academic_year))


@endpoints.post(f"{ONE}/carry-over", Role.FINANCE, Role.TRUST_EXECUTIVE, body=schemas.CarryOverBody, answer=BudgetShape)
def carry_over(body: dict[str, Any], school_urn: str, academic_year: str) -> Response:
    """Move what is available to the next year's budget."""
    check_school(None, school_urn)
    return _move(body, (school_urn, academic_year), (school_urn, year_after(academic_year)))


def _move(body: dict[str, Any], taken: tuple[str, str], given: tuple[str, str]) -> Response:
    pence, why = body["amount_pence"], body["reason"]
    return command(
        lambda call: runtime().commands.move_funds(call, taken, given, pence, why),
        render=budget_shape,
        reach=Reach(None, taken[0]),
        reason="",
    )


def _reach(budget: Budget) -> Reach:
    return Reach(None, budget.school_urn)
