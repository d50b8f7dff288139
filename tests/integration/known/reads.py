"""Every GET of the three services, with whatever there is to ask for; and those that are not asked as at an instant."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from shared.dates import london_day
from tests.integration.agreements.world import AUDITOR, HEAD, OTHER_SCHOOL, SCHOOL, Who, World, person
from tests.integration.known.history import HERE, THERE
from tests.integration.reviews.world import Trust

ABOUT_THE_PRESENT = {
    "/livez": "whether the process lives",
    "/readyz": "whether it can work",
    "/metrics": "how it does",
    "/v1/access-log": "who read what, by when they did: recorded_from, recorded_to",
    "/v1/events": "the log itself, by when it was recorded: recorded_from, recorded_to",
    "/v1/events/{position}/proof": "a proof about one fact, which no later one changes",
    "/v1/checkpoints": "what was signed of the log, each with its instant",
    "/v1/checkpoints/{size}": "likewise, one",
    "/v1/checkpoints/{size}/consistency": "a proof about two of them",
    "/v1/feed/{topic}": "messages as they went out, by cursor",
}
"""Why a read takes no `known_at`."""

LISTED = {
    "agreement_id": ("agreements", "/v1/agreements", "id"),
    "repayment_id": ("agreements", "/v1/repayments", "id"),
    "request_id": ("requests", "/v1/requests", "id"),
    "minute_id": ("requests", "/v1/minutes", "id"),
    "need_id": ("requests", "/v1/needs", "id"),
    "priority_id": ("requests", "/v1/priorities", "id"),
    "service_agreement_id": ("requests", "/v1/service-agreements", "id"),
    "activity_id": ("reviews", "/v1/activities", "id"),
    "evaluation_id": ("reviews", "/v1/evaluations", "id"),
    "dissemination_id": ("reviews", "/v1/disseminations", "id"),
    "review_id": ("reviews", "/v1/annual-reviews", "id"),
}
"""In which list of which service the ids stand that a path names."""
ASKED_WITH = {
    "/v1/statistics/without-participation": (f"school_urn={SCHOOL}",),
    "/v1/statistics/access": ("", f"school_urn={SCHOOL}&academic_year=2024-25"),
    "/v1/statistics/impact": tuple(f"by={by}" for by in ("role_category", "priority", "academic_year")),
    "/v1/reports/governing-body": (f"school_urn={SCHOOL}", f"school_urn={SCHOOL}&format=html"),
    "/v1/reports/budget": ("", "format=csv"),
    "/v1/staff/{staff_id}/portfolio": ("", "format=csv", "format=html"),
    "/v1/annual-reviews/{review_id}": ("", "format=html"),
    "/v1/annual-reviews/{review_id}/events": ("figure=requests&group=all", "figure=completions&group=all"),
    "/v1/agreements": ("", "status=signed", f"school_urn={OTHER_SCHOOL}"),
    "/v1/requests": ("", "status=approved", "staff_id=t1"),
    "/v1/evaluations": ("", "status=overdue"),
    "/v1/evaluations/due": ("", "line_manager_id=head"),
    "/v1/programmes": ("", "status=adopted"),
}
"""Further fields of a query; without, where none are named here."""
WITH_A_DAY, OF_A_LIST = "on", "cursor"
HEADTEACHER = HEAD.at(SCHOOL)
SOME, A_PART = 3, 0.4


class Read(NamedTuple):
    """A GET of a service, without the instant."""

    service: str
    template: str
    path: str
    by: Who

    def at(self, known_at: str = "") -> str:
        """The path, as known at an instant."""
        return f"{self.path}{'&' if '?' in self.path else '?'}known_at={known_at}" if known_at else self.path


def world_of(trust: Trust, service: str) -> World:
    world: World = getattr(trust, service)
    return world


def reads_of(world: World) -> dict[str, list[str]]:
    """Every GET by its path in the document, with the names of its query's fields."""
    paths = world.get("/openapi.json").json["paths"]
    return {path: [each["name"] for each in _parameters(one)] for path, one in paths.items() if "get" in one}


def every_read(trust: Trust, chance: Random) -> Iterator[Read]:
    """All that can be asked as at an instant, on this day; of some of what there is, by one reader or several."""
    ids = {name: chance.sample(known, min(SOME, len(known))) for name, known in _ids(trust)}
    for world in trust.every:
        for template, names in reads_of(world).items():
            if "known_at" in names:
                yield from (
                    Read(world.assembly.name, template, path, by)
                    for path, by in _filled(template, ids)
                    if by is not HEADTEACHER or chance.random() < A_PART
                    for path in _queried(template, path, names, trust)
                )


def _ids(trust: Trust) -> Iterator[tuple[str, list[str]]]:
    for name, (service, path, field) in LISTED.items():
        yield name, [each[field] for each in world_of(trust, service).read(f"{path}?limit=200")["items"]]
    yield "staff_id", [*HERE[:3], THERE[0], "nobody"]
    yield "school_urn", [SCHOOL, OTHER_SCHOOL, "999999"]
    yield "academic_year", ["2024-25", "2025-26"]


def _filled(template: str, ids: dict[str, list[str]]) -> Iterator[tuple[str, Who]]:
    """The paths of a template, each with who asks: a portfolio's owner, a headteacher of a school, an auditor."""
    name = next((each for each in ids if f"{{{each}}}" in template), None)
    if name is not None:
        for value in ids[name]:
            yield from _filled(template.replace(f"{{{name}}}", value), ids)
        return
    if "/portfolio" in template:
        yield template, person(template.split("/")[3])
        return
    yield template, AUDITOR
    if "/statistics/" not in template and "/reports/" not in template:
        yield template, HEADTEACHER


def _queried(template: str, path: str, names: list[str], trust: Trust) -> Iterator[str]:
    day = london_day(trust.clock.now).isoformat()
    for more in ASKED_WITH.get(template, ("",)):
        fields = [more] if more else []
        fields += [f"on={day}"] if WITH_A_DAY in names else []
        fields += ["limit=200"] if OF_A_LIST in names else []
        yield f"{path}?{'&'.join(fields)}" if fields else path


def _parameters(path: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*path.get("parameters", []), *path["get"].get("parameters", [])]
    return [each for each in found if each.get("in") == "query"]
