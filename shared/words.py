"""Words of the domain that more than one service uses, and the topics between them."""

from typing import Literal

RoleCategory = Literal["leadership", "teacher", "teaching_assistant", "support", "governor"]
WorkingPattern = Literal["full_time", "part_time", "job_share", "term_time", "casual"]
LeaverReason = Literal[
    "resignation",
    "retirement",
    "redundancy",
    "dismissal",
    "ill_health",
    "fixed_term_end",
    "mutual_agreement",
    "tupe",
    "death",
    "other",
]
CostCategory = Literal["fee", "exam", "materials", "travel", "accommodation", "supply_cover"]
ActivityType = Literal[
    "course",
    "in_school",
    "external_consultant",
    "school_visit",
    "secondment",
    "award_bearing",
    "research",
    "distance_learning",
    "practical_experience",
    "job_enrichment",
    "producing_resources",
    "coaching_mentoring",
    "partnership",
    "learning_environment",
]

REQUESTS_TOPIC = "cpd.requests.v1"
AGREEMENTS_TOPIC = "cpd.agreements.v1"
REVIEWS_TOPIC = "cpd.reviews.v1"
