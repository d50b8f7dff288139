"""A row of every event class version, as it was stored once, can be read for good; and personal text is sealed.

`python -m tests.unit.requests.test_stored_samples` stores a sample of what has none yet. It never changes one.
"""

from services.requests.application import FACTS
from tests.unit import promises
from tests.unit.requests.stories import every_fact
from tests.unit.samples import store_missing

UNSEALED = {
    # ids: they are not text
    "actor", "agreement_id", "causation_id", "correlation_id", "decided_by", "employment_id", "ending_id", "item_id",
    "items.id", "items.need_id", "items.priority_id", "line_manager_id", "minute_id", "need_id", "not_done",
    "other_urn", "participant_id", "participants", "priority_id", "priority_ids", "programme_item_id", "rating_id",
    "request_id", "school_urn", "service_agreement_id", "settings.delegations.to_staff_id", "settings.headteacher_id",
    "shares.employment_id", "shares.staff_id", "staff_id",
    # one of a list that is kept at the edge, or our own word
    "academic_year", "counts.group", "criteria_version", "document_sha256", "error_type", "other_year", "partition",
    "plan_year", "role", "root", "scores", "sub_type",
    # of a school or another organisation, about nobody
    "because", "closed_because", "description", "minute_ref", "provider", "reference", "school_evidence",
    "school_title", "items.title", "settings.name", "title",
}  # fmt: skip
"""`title` and `reference` are a priority's and a service agreement's; a request's and a person's need's are sealed."""


class TestStoredSamples(promises.StoredSamples):
    service = "requests"
    facts = FACTS
    unsealed = UNSEALED


if __name__ == "__main__":
    store_missing("requests", FACTS, every_fact())
