"""The criteria by which a request is assessed (policy section 5), in versions: an old assessment keeps its own."""

from collections.abc import Mapping

from shared.errors import FieldRefused

HIGHEST = 3
CRITERIA: dict[str, tuple[str, ...]] = {
    "2024-09": (
        "identified_priorities",
        "good_practice",
        "pupil_standards",
        "cultural_diversity",
        "provider_expertise",
        "planned_systematically",
        "relevant_standards",
        "research_evidence",
        "effective_resources",
        "suitable_accommodation",
        "value_for_money",
        "monitoring_evaluation",
    ),
}
CURRENT = "2024-09"


def sound_scores(scores: Mapping[str, int], notes: Mapping[str, str], version: str = CURRENT) -> None:
    """Each score and note is of a criterion of this version, each score from 0 to 3. Raises FieldRefused."""
    known = CRITERIA[version]
    errors = {f"scores.{name}": "is not a criterion" for name in scores if name not in known}
    errors |= {f"notes.{name}": "is not a criterion" for name in notes if name not in known}
    errors |= {
        f"scores.{name}": f"must be from 0 to {HIGHEST}"
        for name, score in scores.items()
        if name in known and not 0 <= score <= HIGHEST
    }
    if not scores:
        errors["scores"] = "must score a criterion"
    if errors:
        raise FieldRefused(**errors)


def unscored(scores: Mapping[str, int], version: str) -> list[str]:
    """The criteria of this version that have no score, in the policy's order."""
    return [name for name in CRITERIA[version] if name not in scores]
