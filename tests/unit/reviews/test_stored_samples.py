"""A row of every event class version, as it was stored once, can be read for good; and personal text is sealed.

`python -m tests.unit.reviews.test_stored_samples` stores a sample of what has none yet. It never changes one.
"""

from services.reviews.application import FACTS
from tests.unit import promises
from tests.unit.reviews.stories import every_fact
from tests.unit.samples import store_missing


class TestStoredSamples(promises.StoredSamples):
    service = "reviews"
    facts = FACTS
    unsealed = {  # noqa: RUF012  never changed
        # ids: they are not text
        "activity_id", "actor", "agreement_id", "causation_id", "colleague_id", "correlation_id", "dissemination_id",
        "employment_id", "ending_id",
        "entry_id", "evaluation_id", "learners", "line_manager_id", "request_id", "school_urn", "staff_id", "told_by",
        "participants", "priority_ids", "undertaking_id",
        # a firm
        "provider",
        # of a school and its year, about nobody
        "academic_year", "minute_ref", "objective", "plan_year", "priority_id", "review_id", "school_name", "shown_by",
        "supersedes",
        "impact.academic_year", "impact.by", "impact.comparisons.group", "impact.confidence.group", "impact.cut",
        "impact.figures.definition", "impact.figures.group", "impact.figures.name", "impact.school_urn",
        "impact.survival.group",
        # our own word
        "document_sha256", "error_type", "partition", "role", "root",
        # of a school, about nobody
        "settings.name",
    }  # fmt: skip


if __name__ == "__main__":
    store_missing("reviews", FACTS, every_fact())
