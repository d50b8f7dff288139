"""What is stated of requests that were followed here, for schemas, samples and seals."""

from datetime import UTC, date, datetime

from services.agreements.domain.granting import Grant, Granted, stream_of_grant
from shared.eventstore.fact import Act, Fact
from tests.given import STAFF_ID, TODAY
from tests.unit.agreements.acts import URN

REQUEST = "5f0f9b52-94ea-4d8d-bb4a-2f6b2a3f0c11"


def act() -> Act:
    """What the requests service says, at noon."""
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    return Act(recorded_at=noon, actor="requests", role="requests", correlation_id="c1")


def grant_facts() -> list[Fact]:
    """A request followed, and taken back."""
    grant = Grant(stream_of_grant(REQUEST))
    grant.act = act()
    days = {"starts_on": date(2025, 9, 1), "ends_on": date(2026, 1, 31)}
    told = Granted(
        request_id=REQUEST, school_urn=URN, title="", activity_type="course", funded_percent=100, shares=[], **days
    )
    grant.follow(told, [STAFF_ID])
    grant.take_back(REQUEST, URN)
    return list(grant.collect_events())
