"""A table of endpoints and the roles that each admits, held against a service."""

import re
from collections.abc import Iterable
from typing import Any

from shared.web.access import admissions
from tests.integration.agreements.world import Who, World

Row = tuple[str, str, frozenset[str], object]
"""Method, path with ids to be filled in, roles, body."""
Matrix = dict[tuple[str, str], set[str]]


def named(row: Row) -> str:
    """What a test of one row is called."""
    return f"{row[0]} {row[1]}"


def status(world: World, row: Row, path: str, caller: Who) -> int:
    """The status of a row's call on the path that was filled in."""
    method, _, _, body = row
    send: Any = {"GET": world.get, "POST": world.post, "PUT": world.put}[method]
    answer = send(path, caller) if method == "GET" else send(path, body, caller)
    code: int = answer.status_code
    return code


def served(world: World) -> Matrix:
    """The endpoints that there are, with the roles that each admits."""
    rows = admissions(world.app)
    return {(row.method, re.sub(r"<\w+:\w+>", "{}", row.rule)): set(map(str, row.roles or ())) for row in rows}


def tabled(table: Iterable[Row]) -> Matrix:
    """Likewise those of a table."""
    return {(method, re.sub(r"{\w+}", "{}", path.partition("?")[0])): set(roles) for method, path, roles, _ in table}
