"""Which roles an endpoint admits: judged after the token and before the body."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from flask import Flask, g, request

from shared.errors import NotAllowed
from shared.web.caller import Caller
from shared.web.idempotency import check_key
from shared.web.query import refuse_unknown_parameters
from shared.web.roles import Role
from shared.web.wiring import wiring

P = ParamSpec("P")
T = TypeVar("T")
READING = frozenset({"GET", "HEAD"})
NEAREST = (Role.STAFF, Role.LINE_MANAGER)


class RoleForbids(NotAllowed):
    """None of the caller's roles is admitted here."""


class Admission(NamedTuple):
    """One row of the table of roles: who may do what where."""

    method: str
    rule: str
    roles: frozenset[Role] | None
    """None where the endpoint needs no token."""


def requires(*roles: Role) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Admit callers who hold one of `roles`, in order of preference; `auditor` is admitted to every GET.

    The outermost decorator below the route, so that the order is 401, 403, body, scope, state.
    """

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        queries = any(part["in"] == "query" for part in _documented_parameters(view))

        @wraps(view)
        def judged(*args: P.args, **kwargs: P.kwargs) -> T:
            g.caller = wiring().authenticator.caller()
            g.admitted = _admitted(g.caller, roles)
            if not g.admitted:
                raise RoleForbids(f"this needs one of the roles {', '.join(roles)}")
            check_key()
            if not queries:
                refuse_unknown_parameters()
            return view(*args, **kwargs)

        judged.admits = frozenset(roles)  # type: ignore[attr-defined]
        return judged

    return decorate


def admissions(app: Flask) -> Iterator[Admission]:
    """Every endpoint under `/v1` with the roles it admits: what the table of roles is tested against."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/v1/"):
            continue
        roles: frozenset[Role] | None = getattr(app.view_functions[rule.endpoint], "admits", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            with_auditor = roles | {Role.AUDITOR} if roles is not None and method == "GET" else roles
            yield Admission(method, rule.rule, with_auditor)


def _admitted(caller: Caller, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    nearest = tuple(role for role in NEAREST if role in roles)
    others = tuple(role for role in roles if role not in NEAREST)
    auditing = (Role.AUDITOR,) if request.method in READING else ()
    return tuple(role for role in (*nearest, *others, *auditing) if role in caller.roles)


def _documented_parameters(view: Callable[..., Any]) -> list[dict[str, Any]]:
    documented: dict[str, Any] = getattr(view, "_apidoc", {})
    parameters: list[dict[str, Any]] = documented.get("arguments", {}).get("parameters", [])
    return parameters
