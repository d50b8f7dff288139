"""What a participant says of a provider once it is over: 0 to 3, with a note. Said again it replaces what was said."""

from typing import ClassVar

import msgspec

from shared.eventstore.aggregate import Aggregate
from shared.eventstore.fact import Fact, Sealed


class Rating(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One participant's word on the provider of one request."""

    id: str
    request_id: str
    staff_id: str
    school_urn: str
    provider: str
    rating: int
    note: str = ""
    version: int = 0


class ProviderRated(Fact, frozen=True, kw_only=True):
    """A participant, `staff_id`, rates the provider as the request names it."""

    TOPIC: ClassVar[str] = "requests.ProviderRated"
    rating_id: str
    request_id: str
    provider: str
    rating: int
    note: Sealed = ""


class RatingStream(Aggregate):
    """The stream of one participant's word on one request."""

    state: Rating | None = None

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, ProviderRated):
            self.state = fold_rating(self.state, fact)


def fold_rating(state: Rating | None, fact: ProviderRated) -> Rating:
    """The rating as now said, whole."""
    return Rating(
        id=fact.rating_id,
        request_id=fact.request_id,
        staff_id=fact.staff_id,
        school_urn=fact.school_urn,
        provider=fact.provider,
        rating=fact.rating,
        note=fact.note,
        version=1 if state is None else state.version + 1,
    )


def one_name(provider: str) -> str:
    """By which names that differ in case and spaces only are one provider's."""
    return " ".join(provider.casefold().split())


RATING_FACTS: tuple[type[Fact], ...] = (ProviderRated,)
