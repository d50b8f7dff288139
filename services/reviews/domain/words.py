"""The words of reviews: an evaluation's stages, what it scores, and what CPD is to benefit (policy section 7)."""

from typing import Literal, get_args

Stage = Literal["reaction_learning", "use", "outcomes"]
Level = Literal["reaction", "learning", "organisation_support", "use", "pupil_outcomes"]
"""Guskey's five levels."""
Benefit = Literal[
    "pupil_attainment",
    "teaching_and_learning",
    "pupil_understanding",
    "staff_confidence",
    "reflective_practice",
    "recruitment_retention",
]
StageStatus = Literal["upcoming", "due", "overdue", "submitted", "exempt", "lapsed", "withdrawn"]
EvaluationStatus = Literal["upcoming", "due", "overdue", "submitted", "exempt", "lapsed", "withdrawn"]

STAGES: tuple[Stage, ...] = get_args(Stage)
LEVELS: tuple[Level, ...] = get_args(Level)
BENEFITS: tuple[Benefit, ...] = get_args(Benefit)
HIGHEST_SCORE = 3
HIGHEST_CONFIDENCE = 10
