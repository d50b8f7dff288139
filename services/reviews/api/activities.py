"""`/v1/activities`: what people took part in; what they did by themselves is logged here."""

from typing import Any

from flask import Response

from services.reviews.api import schemas
from services.reviews.api.shapes import ActivityShape, activity_shape
from services.reviews.api.support import check_school, reach, runtime, visible
from services.reviews.domain import logging
from services.reviews.domain.activity import Activity
from services.reviews.views.activities import ActivitiesView
from shared.web import reads
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, opened, read_one
from shared.web.roles import Role
from shared.web.schemas import AsKnown, given
from shared.web.scope import Reach

endpoints = Endpoints("activities", __name__, description="What people took part in")

READERS = (
    Role.STAFF,
    Role.LINE_MANAGER,
    Role.HEADTEACHER,
    Role.QUALITY_ASSURANCE,
    Role.SLT,
    Role.SUBJECT_LEADER,
    Role.TRUST_EXECUTIVE,
    Role.HR_PLATFORM,
)
ONE = "/activities/<identifier:activity_id>"
STATUS = ActivitiesView().status


def _told(activity: Activity) -> ActivityShape:
    shape: ActivityShape = opened(activity_shape(activity, STATUS(activity)))
    return shape


@endpoints.post("/activities", Role.STAFF, body=schemas.ActivityBody, answer=ActivityShape, status=201)
def log(body: dict[str, Any]) -> Response:
    """Log what you did by yourself; its evaluation is asked for."""
    staff_id, school_urn = body["staff_id"], body["school_urn"]
    check_school(staff_id, school_urn)
    said = given(body, without=("staff_id",))
    return command(
        lambda call: runtime().commands.of_person(call, staff_id, logging.log, **said),
        render=_told,
        reach=Reach(staff_id, school_urn),
        status=201,
    )


@endpoints.get("/activities", *READERS, query=schemas.ActivitiesQuery, answer=Page[ActivityShape])
def list_activities(query: dict[str, Any]) -> Response:
    """Activities within reach, the first recorded first."""
    status = [query["status"]] if "status" in query else None
    return reads.many(
        query,
        lambda after, count: visible(runtime().activities, query, after, count, status=status),
        render=lambda row: _told(row.state),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get(ONE, *READERS, query=AsKnown, answer=ActivityShape)
def get_activity(query: dict[str, Any], activity_id: str) -> Response:
    """One activity."""
    return read_one(
        runtime().activities, activity_id, query, lambda state: activity_shape(state, STATUS(state)), reach=reach
    )


@endpoints.put(ONE, Role.STAFF, body=schemas.ActivityCorrectionBody, answer=ActivityShape)
def correct(body: dict[str, Any], activity_id: str) -> Response:
    """Say what you logged otherwise, whole, and why; its evaluation moves with its day."""
    return _act(activity_id, logging.correct, **given(body, without=("reason",)))


@endpoints.post(f"{ONE}/withdrawal", Role.STAFF, body=schemas.WithReasonBody, answer=ActivityShape)
def take_back(body: dict[str, Any], activity_id: str) -> Response:  # noqa: ARG001  the reason is read where it is kept
    """Take back what was logged by mistake."""
    return _act(activity_id, logging.take_back)


def _act(activity_id: str, execute: Any, **fields: Any) -> Response:
    return command(
        lambda call: runtime().commands.on_activity(call, activity_id, execute, **fields), render=_told, reach=reach
    )
