"""What comes in: one schema a request. Rules between fields are the domain's."""

from typing import Any, get_args

from marshmallow import ValidationError, fields, validate

from services.reviews.domain.annual_review import ReviewStatus
from services.reviews.domain.dissemination import DisseminationStatus
from services.reviews.domain.words import BENEFITS, HIGHEST_CONFIDENCE, HIGHEST_SCORE, STAGES, EvaluationStatus
from shared.web.documents import FOR_PRINT
from shared.web.fields import (
    AcademicYear,
    Day,
    Hours,
    Identifier,
    Keyed,
    Line,
    Pence,
    StrictBoolean,
    StrictInteger,
    Text,
    Urn,
)
from shared.web.schemas import AsKnown, Body, ListQuery, choice, distinct
from shared.words import ActivityType

MOST_LEARNERS = 200


def score(**kwargs: Any) -> StrictInteger:
    """0 to 3."""
    return StrictInteger(0, HIGHEST_SCORE, **kwargs)


def confidence(**kwargs: Any) -> StrictInteger:
    """1 to 10."""
    return StrictInteger(1, HIGHEST_CONFIDENCE, **kwargs)


def people(**kwargs: Any) -> fields.List[str]:
    """Ids of members of staff, each once."""
    length = validate.Length(max=MOST_LEARNERS)
    schema = {"uniqueItems": True, "maxItems": MOST_LEARNERS}
    return fields.List(Identifier(), validate=[length, _each_once], metadata=schema, **kwargs)


def _each_once(values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("Must not name anybody twice.")


class ActivityBody(Body):
    staff_id = Identifier(required=True)
    school_urn = Urn(required=True)
    title = Text(200, required=True)
    activity_type = choice(get_args(ActivityType), required=True)
    on = Day(required=True)
    hours = Hours(required=True)


class ActivityCorrectionBody(Body):
    """What was logged, whole."""

    title = Text(200, required=True)
    activity_type = choice(get_args(ActivityType), required=True)
    on = Day(required=True)
    hours = Hours(required=True)
    reason = Text(2000, allow_none=True)


class WithReasonBody(Body):
    """Nothing more to say than why, if that."""

    reason = Text(2000, allow_none=True)


class SubmissionBody(Body):
    stage = choice(STAGES, required=True)
    reaction = score(allow_none=True)
    learning = score(allow_none=True)
    organisation_support = score(allow_none=True)
    use = score(allow_none=True)
    pupil_outcomes = score(allow_none=True)
    confidence_before = confidence(allow_none=True)
    confidence_after = confidence(allow_none=True)
    benefits = Keyed(BENEFITS, score(), allow_none=True)
    reflection = Text(10_000, allow_none=True)
    reason = Text(2000, allow_none=True)


class ExemptionBody(Body):
    """Without a stage, from all that is not answered."""

    stage = choice(STAGES, allow_none=True)
    reason = Text(2000, required=True)


class SharingBody(Body):
    shared = StrictBoolean(required=True)


class EntryBody(Body):
    title = Text(200, required=True)
    activity_type = choice(get_args(ActivityType), required=True)
    on = Day(required=True)
    hours = Hours(allow_none=True)
    reflection = Text(10_000, allow_none=True)
    evidence = Text(2000, allow_none=True)
    shared = StrictBoolean(allow_none=True)


class PlanBody(Body):
    """How something is to be passed on, whole."""

    planned_on = Day(required=True)
    audience = Text(500, required=True)
    title = Text(200, required=True)


class DisseminationBody(PlanBody):
    activity_id = Identifier(required=True)


class DeliveryBody(Body):
    delivered_on = Day(required=True)
    reached = StrictInteger(0, 100_000, required=True)
    resources = Text(2000, allow_none=True)
    learners = people(allow_none=True)
    reason = Text(2000, allow_none=True)


class SettingsBody(Body):
    name = Text(200)
    dissemination_types = distinct(get_args(ActivityType))
    dissemination_from_pence = Pence()
    dissemination_days = StrictInteger(1, 365)


class WhoseQuery(ListQuery, AsKnown):
    """Whose records, of which school."""

    staff_id = Identifier()
    school_urn = Urn()


class ActivitiesQuery(WhoseQuery):
    status = choice(("planned", "called_off", "open", "closed", "withdrawn"))


class EvaluationsQuery(WhoseQuery):
    """Their status is that on a day: today where absent."""

    status = choice(get_args(EvaluationStatus))
    on = Day()


class ExpectedQuery(WhoseQuery):
    """Of whom, on a day: today where absent."""

    line_manager_id = Identifier()
    on = Day()


class EvaluationQuery(AsKnown):
    """One evaluation, its status on a day."""

    on = Day()


class PortfolioQuery(AsKnown):
    """A portfolio on a day."""

    on = Day()
    format = choice(("json", "csv", *FOR_PRINT), load_default="json")


class DisseminationsQuery(WhoseQuery):
    status = choice(get_args(DisseminationStatus))
    activity_id = Identifier()


class OwedQuery(WhoseQuery):
    """On a day: today where absent."""

    on = Day()


class AnnualReviewBody(Body):
    school_urn = Urn(required=True)
    academic_year = AcademicYear(required=True)


class RatingBody(Body):
    benefit = choice(BENEFITS, required=True)
    rating = score(required=True)
    evidence = Text(2000, required=True)


class NothingBody(Body):
    """There is nothing to say."""


class PublicationBody(Body):
    minute_ref = Text(200, allow_none=True)


class AnnualReviewsQuery(ListQuery, AsKnown):
    school_urn = Urn()
    academic_year = AcademicYear()
    status = choice(get_args(ReviewStatus))


class AnnualReviewQuery(AsKnown):
    """One review, as data or to be printed."""

    format = choice(("json", *FOR_PRINT), load_default="json")


class BehindQuery(AsKnown):
    """A figure of the review, by its name and group."""

    figure = Line(60, required=True)
    group = Line(200, required=True)
