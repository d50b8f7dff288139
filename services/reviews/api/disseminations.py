"""`/v1/disseminations`: what activities gave, passed on to colleagues; and what is still to be passed on."""

from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from flask import Response

from services.reviews.api import schemas
from services.reviews.api.activities import READERS
from services.reviews.api.shapes import DisseminationShape, OwedShape, dissemination_shape, owed_shape
from services.reviews.api.support import reach, runtime, today, visible
from services.reviews.domain import passing_on
from services.reviews.domain.activity import Activity
from services.reviews.domain.dissemination import Dissemination
from services.reviews.domain.passing_on import owed_by
from services.reviews.domain.staff_member import left_by
from services.reviews.identity import new_id
from services.reviews.views.activities import CLOSED, OPEN
from shared.errors import FieldRefused, NotThere
from shared.projections.query import Believed, Which
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, opened, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, ReasonBody, given
from shared.web.scope import acting_role

endpoints = Endpoints("disseminations", __name__, description="What is passed on to colleagues")

PLANNERS = (Role.STAFF, Role.HEADTEACHER, Role.QUALITY_ASSURANCE)
ONE = "/disseminations/<identifier:dissemination_id>"


def _told(dissemination: Dissemination) -> Any:
    return opened(dissemination_shape(dissemination))


@endpoints.post("/disseminations", *PLANNERS, body=schemas.DisseminationBody, answer=DisseminationShape, status=201)
def plan(body: dict[str, Any]) -> Response:
    """Plan to pass on what an activity gave."""
    try:
        activity = runtime().commands.activity(body["activity_id"])
    except NotThere:
        raise FieldRefused(activity_id="is not an activity that is known here") from None
    where = reach(activity)
    acting_role(where)
    return command(
        lambda call: runtime().commands.at_desk(call, passing_on.plan, new_id(), **body),
        render=_told,
        reach=where,
        status=201,
    )


@endpoints.get("/disseminations", *READERS, query=schemas.DisseminationsQuery, answer=Page[DisseminationShape])
def list_disseminations(query: dict[str, Any]) -> Response:
    """Disseminations within reach, the first planned first; of one activity."""
    activity_id, status = query.get("activity_id"), [query["status"]] if "status" in query else None

    def wanted(row: Believed[Dissemination]) -> bool:
        return activity_id in (None, row.state.activity_id)

    return reads.many(
        query,
        lambda after, count: visible(runtime().disseminations, query, after, count, status=status, wanted=wanted),
        render=lambda row: _told(row.state),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get("/owed-disseminations", *READERS, query=schemas.OwedQuery, answer=Page[OwedShape])
def list_owed(query: dict[str, Any]) -> Response:
    """What is to be passed on, by the school's settings, and is neither delivered nor planned for then or later."""
    on = query.get("on") or today()
    owes = _Owing(on, query.get("known_at"))
    return reads.many(
        query,
        lambda after, count: visible(
            runtime().activities,
            query,
            after,
            count,
            status=[OPEN, CLOSED],
            wanted=lambda row: owes.by(row.state) is not None,
        ),
        render=lambda row: opened(owed_shape(row.state, owes.by(row.state), on)),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get(ONE, *READERS, query=AsKnown, answer=DisseminationShape)
def get_dissemination(query: dict[str, Any], dissemination_id: str) -> Response:
    """One dissemination."""
    return read_one(runtime().disseminations, dissemination_id, query, dissemination_shape, reach=reach)


@endpoints.put(ONE, *PLANNERS, body=schemas.PlanBody, answer=DisseminationShape)
def replan(body: dict[str, Any], dissemination_id: str) -> Response:
    """Plan it otherwise, whole, before it is delivered."""
    return _act(dissemination_id, passing_on.replan, **body)


@endpoints.post(f"{ONE}/delivery", *PLANNERS, body=schemas.DeliveryBody, answer=DisseminationShape)
def deliver(body: dict[str, Any], dissemination_id: str) -> Response:
    """It took place; told otherwise later it is a correction, and needs a reason."""
    return _act(dissemination_id, passing_on.deliver, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/cancellation", *PLANNERS, body=ReasonBody, answer=DisseminationShape)
def cancel(body: dict[str, Any], dissemination_id: str) -> Response:  # noqa: ARG001  the reason is read where it is kept
    """It will not take place."""
    return _act(dissemination_id, passing_on.cancel)


def _act(dissemination_id: str, execute: Any, **fields: Any) -> Response:
    return command(
        lambda call: runtime().commands.on_dissemination(call, dissemination_id, execute, **fields),
        render=_told,
        reach=reach,
    )


class _Owing:
    """Who owes what on a day, as known at an instant or now.

    Settings, leavers and what is passed on are each looked up once for a whole list.
    """

    def __init__(self, on: date, known_at: datetime | None) -> None:
        self.on, self.known_at = on, known_at
        self._settings = cache(lambda urn: runtime().commands.school(urn, known_at).settings)

    @cached_property
    def _left(self) -> set[str]:
        people = runtime().people.as_known(self.known_at, Which(status=["left"]))
        return {row.id for row in people if left_by(row.state, self.on) is not None}

    @cached_property
    def _passed_on(self) -> set[str]:
        """What was passed on, or is planned to be: a plan counts until its day is over."""
        found = runtime().disseminations.as_known(self.known_at, Which(status=["planned", "delivered"]))
        those = (row.state for row in found if row.status == "delivered" or row.state.planned_on >= self.on)
        return {each.activity_id for each in those}

    def by(self, activity: Activity) -> date | None:
        """The day by which an activity is to be passed on that neither is nor is planned to be."""
        due_on = owed_by(activity, self._settings(activity.school_urn), self.on)
        done_with = due_on is None or activity.id in self._passed_on or activity.staff_id in self._left
        return None if done_with else due_on
