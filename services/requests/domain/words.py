"""The words of requests: why, whence, by what criteria, and how they are funded (policy sections 1, 5 and 6)."""

from typing import Literal

Purpose = Literal[
    "teaching_quality",
    "appraisal_objective",
    "staff_development",
    "improvement_plan",
    "systematic_approach",
    "support_and_advice",
    "teachers_standards",
]
NeedSource = Literal[
    "self_evaluation",
    "monitoring",
    "national_local_priority",
    "subject_leader_monitoring",
    "appraisal",
    "feedback",
]
Standard = Literal["teachers_standards", "national_curriculum", "occupational_standards"]
Origin = Literal["directed", "self_directed"]
Funding = Literal["full", "part", "none"]
Authority = Literal["slt", "headteacher", "governor", "trust_executive"]
Outcome = Literal["approved", "declined", "deferred"]
