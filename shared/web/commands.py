"""From a POST or PUT to the log and back: the act, the guard, the receipt, the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from flask import Response, request

from shared.errors import Overruled
from shared.eventstore.fact import Act
from shared.eventstore.ledger import AlreadyAnsweredError, Call, Done, Once
from shared.web.blueprint import accepted_body
from shared.web.caller import current_caller
from shared.web.correlation import correlation_id
from shared.web.idempotency import Answer, Attempt, current_attempt
from shared.web.roles import Role
from shared.web.scope import Reach, acting_role, admitted_roles
from shared.web.wiring import wiring

R = TypeVar("R")


class VersionDiffers(Overruled):
    """`If-Match` names another version than the log has."""


class _ActsAs(Exception):  # noqa: N818  a turn of the road, not an error
    """The record, once loaded, shows that the caller acts in another role than was assumed."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


def command(
    execute: Callable[[Call], Done[R]],
    *,
    render: Callable[[R], Any],
    reach: Reach | Callable[[Any], Reach],
    status: int | Callable[[R], int] = 200,
    location: Callable[[R], str] | None = None,
    version: Callable[[Any], int] = attrgetter("version"),
    reason: str | None = None,
) -> Response:
    """Run one command of the application and answer with its result.

    `execute` is given the `Call` and hands it to the ledger; it may be run twice, so it does nothing else.
    `render` makes the result JSON-like. `reach` says where the record lies: a `Reach` where the request alone tells (a
    new record), else a function of the record as the application hands it to `call.guard`, also asked of the result.
    `location` gives the path of a new record. `reason` is why, where that is not the body's field of that name.
    Raises what `execute` raises, NotThere beyond the caller's reach, VersionDiffers by `If-Match`.
    """
    attempt = current_attempt()
    if attempt is not None and (before := attempt.replay()) is not None:
        return before
    role = acting_role(reach) if isinstance(reach, Reach) else admitted_roles()[0]
    why = accepted_body().get("reason") or "" if reason is None else reason
    run = _Run(execute, render, reach, status, location, version, attempt, role, why)
    try:
        return run.answered()
    except AlreadyAnsweredError as lost:
        if attempt is None or (before := attempt.replay(lost.receipt)) is None:
            raise
        return before


@dataclass
class _Run(Generic[R]):
    """One command on its way; `role` is assumed until the record is loaded."""

    execute: Callable[[Call], Done[R]]
    render: Callable[[R], Any]
    reach: Reach | Callable[[Any], Reach]
    status: int | Callable[[R], int]
    location: Callable[[R], str] | None
    version: Callable[[Any], int]
    attempt: Attempt | None
    role: Role
    reason: str
    guarded: bool = False

    def answered(self) -> Response:
        while True:
            self.guarded = False
            try:
                done = self.execute(Call(act=self._act(), guard=self._guard, once=self._once))
            except _ActsAs as known:
                self.role = known.role
            else:
                return self._answer(done.result).response(done.position)

    def _act(self) -> Act:
        caller = current_caller()
        return Act(
            recorded_at=wiring().clock(),
            actor=caller.sub,
            role=self.role.value,
            correlation_id=correlation_id(),
            staff_id=caller.staff_id,
            reason=self.reason,
        )

    def _guard(self, record: Any) -> None:
        """Scope first, then `If-Match`: a stranger learns nothing of a record's version."""
        self.guarded = True
        self._check_role(record)
        if "If-Match" in request.headers and not request.if_match.contains(str(self.version(record))):
            raise VersionDiffers(f"the record is at version {self.version(record)}")

    def _once(self, result: R) -> Once:
        """Judge what the application did not hand to the guard, and write the receipt."""
        if not self.guarded:
            self._check_role(result)
            if "If-Match" in request.headers:
                raise VersionDiffers("there is no version yet that If-Match could name")
        return Once(receipt=self.attempt.receipt(self._answer(result)) if self.attempt else None)

    def _check_role(self, record: Any) -> None:
        if (role := acting_role(self._reach_of(record))) is not self.role:
            raise _ActsAs(role)

    def _reach_of(self, record: Any) -> Reach:
        return self.reach if isinstance(self.reach, Reach) else self.reach(record)

    def _answer(self, result: R) -> Answer:
        headers = {"ETag": f'"{self.version(result)}"'}
        if self.location is not None:
            headers["Location"] = self.location(result)
        body = msgspec.json.encode(self.render(result)).decode()
        status = self.status if isinstance(self.status, int) else self.status(result)
        return Answer(status, headers, body, self._reach_of(result))
