"""What this service keeps of a person, and until when."""

from collections.abc import Sequence

from services.reviews.application import Reviews
from shared.erasure.retention import Kept, employments_kept


def kept(commands: Reviews, staff_id: str) -> Sequence[Kept]:
    """The person's employments, with which evaluations go; and their portfolio, which is their own."""
    member = commands.person(staff_id)
    last_days = {each.id: each.last_day for each in member.person.employments} if member.person else {}
    portfolio = employments_kept(last_days, kind="portfolio") if member.entries else []
    return [*employments_kept(last_days), *portfolio]
