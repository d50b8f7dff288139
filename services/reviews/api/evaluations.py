"""`/v1/evaluations`: what people say of their activities, in three stages; what is expected of whom."""

from typing import Any

import msgspec
from flask import Response

from services.reviews.api import schemas
from services.reviews.api.activities import READERS
from services.reviews.api.shapes import (
    EvaluationShape,
    ExpectedShape,
    SubmittedShape,
    evaluation_shape,
    expected_shape,
    submitted_shape,
)
from services.reviews.api.support import as_shared, expected, is_own, longest_due, reach, runtime, today, visible
from services.reviews.domain import evaluating
from services.reviews.domain.activity import Activity
from services.reviews.domain.streams import activity_in
from services.reviews.views.activities import CLOSED, OPEN, WITHDRAWN
from shared.projections.query import Believed
from shared.web import reads
from shared.web.caller import current_caller
from shared.web.commands import command
from shared.web.endpoints import Endpoints
from shared.web.resources import Page, opened, read_one
from shared.web.roles import Role
from shared.web.schemas import given

endpoints = Endpoints("evaluations", __name__, description="Evaluations of activities")

ONE = "/evaluations/<identifier:evaluation_id>"
STORED = {"upcoming": [OPEN], "due": [OPEN], "overdue": [OPEN], "withdrawn": [WITHDRAWN]}
"""As which status of the view an evaluation of a status is stored."""


@endpoints.get("/evaluations", *READERS, query=schemas.EvaluationsQuery, answer=Page[EvaluationShape])
def list_evaluations(query: dict[str, Any]) -> Response:
    """Evaluations within reach, the first asked for first; of one status on a day."""
    on, status = query.get("on") or today(), query.get("status")
    stored = STORED.get(str(status), [CLOSED] if status else [OPEN, CLOSED, WITHDRAWN])

    def wanted(row: Believed[Activity]) -> bool:
        evaluation = row.state.evaluation
        return evaluation is not None and status in (None, evaluation.status(on))

    return reads.many(
        query,
        lambda after, count: visible(runtime().activities, query, after, count, status=stored, wanted=wanted),
        render=lambda row: opened(_shape(as_shared(row.state, query), on)),
        key=lambda row: (row.first_position, row.id),
    )


@endpoints.get("/evaluations/due", *READERS, query=schemas.ExpectedQuery, answer=Page[ExpectedShape])
def list_expected(query: dict[str, Any]) -> Response:
    """What is due or late on a day, the longest due first: of someone, of a manager's reports, of a school."""
    on = query.get("on") or today()
    return reads.many(
        query,
        lambda after, count: expected(query, on, after, count),
        render=lambda row: opened(expected_shape(row.state, on)),
        key=longest_due,
    )


@endpoints.get(ONE, *READERS, query=schemas.EvaluationQuery, answer=EvaluationShape)
def get_evaluation(query: dict[str, Any], evaluation_id: str) -> Response:
    """One evaluation; its status is that on a day."""
    on = query.get("on") or today()
    return read_one(
        runtime().activities,
        activity_in(evaluation_id),
        query,
        lambda state: _shape(as_shared(state, query), on),
        reach=reach,
        version=None,
    )


@endpoints.post(f"{ONE}/submission", Role.STAFF, body=schemas.SubmissionBody, answer=SubmittedShape)
def submit(body: dict[str, Any], evaluation_id: str) -> Response:
    """Answer a stage; otherwise than before it is a correction, and needs a reason."""
    stage, activity_id = body["stage"], activity_in(evaluation_id)
    said = given(body, without=("reason",))
    return command(
        lambda call: runtime().commands.on_activity(call, activity_id, evaluating.submit, **said),
        render=lambda activity: opened(submitted_shape(activity, today(), stage)),
        reach=reach,
    )


@endpoints.post(
    f"{ONE}/exemption", Role.HEADTEACHER, Role.QUALITY_ASSURANCE, body=schemas.ExemptionBody, answer=EvaluationShape
)
def exempt(body: dict[str, Any], evaluation_id: str) -> Response:
    """Expect a stage, or all that is not answered, no more."""
    return _act(evaluation_id, evaluating.exempt, stage=body.get("stage"))


@endpoints.post(f"{ONE}/sharing", Role.STAFF, body=schemas.SharingBody, answer=EvaluationShape)
def share(body: dict[str, Any], evaluation_id: str) -> Response:
    """Let your line manager read its reflections, or do so no more."""
    return _act(evaluation_id, evaluating.share, shared=body["shared"])


def _act(evaluation_id: str, execute: Any, **fields: Any) -> Response:
    activity_id = activity_in(evaluation_id)
    return command(
        lambda call: runtime().commands.on_activity(call, activity_id, execute, **fields),
        render=lambda activity: opened(_shape(activity, today())),
        reach=reach,
    )


def _shape(activity: Activity, on: Any) -> msgspec.Struct:
    return evaluation_shape(activity, on, reads_reflections=is_own(activity.staff_id) or _is_shared_with(activity))


def _is_shared_with(activity: Activity) -> bool:
    """Whether the caller manages the person, who lets them read reflections."""
    evaluation, caller = activity.evaluation, current_caller().staff_id
    return evaluation is not None and evaluation.shared and caller == reach(activity).line_manager_id is not None
