"""What participants say of providers: averages by provider and school, of ten people or more."""

from collections.abc import Iterable

import msgspec

from services.requests.domain.rating import Rating, one_name
from shared.figures import Figure, figure
from shared.suppression import TOTAL, Cell, hidden_cells

NAME = "provider_rating"
DEFINITION = (
    "the last ratings (0 to 3) that people gave the provider, one a person, added up / people who rated it; "
    "of all years together, so that no two figures differ by one year's"
)


class Opinion(msgspec.Struct):
    """What adds up over schools."""

    people: int = 0
    points: int = 0


def rated(ratings: Iterable[Rating]) -> dict[str, dict[str, Opinion]]:
    """By provider and school, of each person the last word on the provider. Ratings come oldest first."""
    last = {(one_name(each.provider), each.staff_id): each for each in ratings}
    found: dict[str, dict[str, Opinion]] = {}
    for (provider, _), rating in last.items():
        opinion = found.setdefault(provider, {}).setdefault(rating.school_urn, Opinion())
        opinion.people += 1
        opinion.points += rating.rating
    return found


def rating_figures(ratings: Iterable[Rating], school_urn: str | None) -> list[Figure]:
    """The averages at one school, or in the trust and at each of its schools.

    A provider's schools are a table of their own: nobody's word on one provider is in the figures of another.
    """
    known = list(ratings)
    names = {one_name(each.provider): each.provider for each in known}
    return [
        made
        for provider, schools in sorted(rated(known).items())
        for made in _of_provider(names[provider], schools, school_urn)
    ]


def _of_provider(name: str, schools: dict[str, Opinion], school_urn: str | None) -> list[Figure]:
    cells: dict[Cell, int] = {(urn, name): opinion.people for urn, opinion in schools.items()}
    hidden = hidden_cells(cells)
    total = Opinion(sum(each.people for each in schools.values()), sum(each.points for each in schools.values()))
    shown = {(urn, name): (f"{name}, school {urn}", opinion) for urn, opinion in sorted(schools.items())}
    whole = {(TOTAL, name): (name, total)} if school_urn is None else {}
    return [
        figure(NAME, group, DEFINITION, opinion.points, opinion.people, hidden=cell in hidden)
        for cell, (group, opinion) in {**whole, **shown}.items()
        if school_urn in (None, cell[0])
    ]
