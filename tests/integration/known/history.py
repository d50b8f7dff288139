"""A random history of a small trust, told to all three services over HTTP: late, backdated, corrected, taken back."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from shared.dates import london_day
from tests.integration.agreements.story import hr_event
from tests.integration.agreements.world import AUDITOR, HR, OTHER_SCHOOL, SCHOOL, Who, World
from tests.integration.reviews.world import Trust

HERE = [f"t{number}" for number in range(1, 15)]
THERE = [f"u{number}" for number in range(1, 4)]
ROLES = ("teacher", "teaching_assistant", "leadership")
WHY = {"reason": "because"}
YEARS = ("2024-25", "2025-26")
PACES = (timedelta(microseconds=1), timedelta(seconds=1), timedelta(hours=5), timedelta(days=2), timedelta(days=20))
Deed = Callable[["History"], "Told | None"]
"""Gives what is to be told; None where there is nothing to do it to, or where it is done."""


class Told(NamedTuple):
    """One command: to which service, what, by whom."""

    world: World
    method: str
    path: str
    body: Any
    by: Who


class History:
    """The trust, and what chance decides of it. Nothing is told twice at one instant."""

    def __init__(self, trust: Trust, seed: int) -> None:
        self.trust = trust
        self.chance = random.Random(seed)  # noqa: S311  a sample, not a secret
        self.effective: set[Deed] = set()
        joined = [self.hears("StaffJoined", staff_id, role_category=self.one_of(ROLES)) for staff_id in HERE + THERE]
        self.trust.requests.post("/v1/inbox/hr.staff.v1", joined, HR)
        self.trust.catch_up()

    @property
    def today(self) -> date:
        return london_day(self.trust.clock.now)

    def day(self, before: int, after: int = 0) -> str:
        """Some day around today."""
        return (self.today + timedelta(days=self.chance.randint(-before, after))).isoformat()

    def one_of(self, values: Sequence[Any]) -> Any:
        return self.chance.choice(values)

    def pence(self, most: int = 3000) -> int:
        return self.chance.randint(1, most) * 100

    def someone(self) -> str:
        """Few people, so that much happens to each; now and then someone of the other school."""
        return self.one_of([*HERE[:4], THERE[0]])

    def school_of(self, staff_id: str) -> str:
        return OTHER_SCHOOL if staff_id in THERE else SCHOOL

    def hears(self, kind: str, staff_id: str, **data: Any) -> dict[str, Any]:
        return hr_event(kind, staff_id, **{"school_urn": self.school_of(staff_id), "line_manager_id": "head"} | data)

    def any_of(self, world: World, path: str) -> dict[str, Any] | None:
        """One of a list, as it is now; None where there is none."""
        found = world.read(f"{path}{'&' if '?' in path else '?'}limit=200", AUDITOR)["items"]
        return self.one_of(found) if found else None

    def goes_on(self, deeds: Iterable[Deed]) -> None:
        """One deed after the other, each some time after the last. What a service refuses has no effect."""
        for deed in deeds:
            self.trust.clock.now += self.one_of(PACES)
            before = [world.position() for world in self.trust.every]
            told = deed(self)
            if told is not None:
                send = told.world.put if told.method == "PUT" else told.world.post
                answer = send(told.path, told.body, told.by)
                assert answer.status_code in (200, 201, 202, 403, 404, 409, 422), (told, answer.text)
            self.trust.catch_up()
            if [world.position() for world in self.trust.every] != before:
                self.effective.add(deed)
