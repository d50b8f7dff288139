"""What each type of activity (policy section 6) can be in particular, and what has to be known of it."""

from collections.abc import Mapping
from typing import get_args

import msgspec

from shared.errors import FieldRefused
from shared.words import ActivityType


class Kind(msgspec.Struct, frozen=True):
    """Of one activity type: its sub-types, and the details that it needs; `provider` is a field of the request."""

    sub_types: tuple[str, ...]
    needs: tuple[str, ...]


KINDS: dict[ActivityType, Kind] = {
    "course": Kind(("course", "conference"), ("provider",)),
    "in_school": Kind(
        ("team_teaching", "classroom_observation", "sharing_expertise", "lesson_study", "inset"), ("led_by",)
    ),
    "external_consultant": Kind(("consultant", "adviser", "expert"), ("provider",)),
    "school_visit": Kind(("observe", "participate"), ("host",)),
    "secondment": Kind(("organisation", "exchange", "placement", "governing_body"), ("host",)),
    "award_bearing": Kind(("higher_education", "professional_qualification"), ("provider", "award", "staffing_plan")),
    "research": Kind(("scholarship", "enquiry"), ("question",)),
    "distance_learning": Kind(("resources", "videos", "reflection", "simulation"), ("resource",)),
    "practical_experience": Kind(
        ("marking", "presenting_paper", "contributing_to_training", "coordinating_network", "network"), ("with_whom",)
    ),
    "job_enrichment": Kind(
        ("higher_responsibility", "job_sharing", "acting_role", "job_rotation", "shadowing"), ("role",)
    ),
    "producing_resources": Kind(
        ("development_plan", "teaching_materials", "assessment_package", "media_programme"), ("product",)
    ),
    "coaching_mentoring": Kind(
        ("receiving_coaching", "coaching", "receiving_mentoring", "mentoring", "critical_friend", "team_building"),
        ("partner",),
    ),
    "partnership": Kind(
        ("colleague", "group", "subject", "phase", "activity", "school", "working_group", "network"), ("partner",)
    ),
    "learning_environment": Kind(("classroom", "school"), ("place",)),
}
DETAILS = tuple(sorted({name for kind in KINDS.values() for name in kind.needs if name != "provider"}))
SUB_TYPES = tuple(sorted({name for kind in KINDS.values() for name in kind.sub_types}))
assert set(KINDS) == set(get_args(ActivityType))  # noqa: S101  every type is described


def sound_details(activity_type: ActivityType, sub_type: str | None, details: Mapping[str, str]) -> None:
    """Sub-type and details are of this type. Raises FieldRefused."""
    kind = KINDS[activity_type]
    errors = {
        f"details.{name}": f"is not told of {activity_type}: {', '.join(kind.needs)} is"
        for name in details
        if name not in kind.needs
    }
    if sub_type is not None and sub_type not in kind.sub_types:
        errors["sub_type"] = f"must be one of {', '.join(kind.sub_types)} for {activity_type}"
    if errors:
        raise FieldRefused(**errors)


def missing_details(activity_type: ActivityType, provider: str | None, details: Mapping[str, str]) -> list[str]:
    """What this type needs and nobody has said yet."""
    said = set(details) | ({"provider"} if provider else set())
    return [name for name in KINDS[activity_type].needs if name not in said]
