"""Bridges of a graph: the edges without which what they join would be apart (Tarjan, 1974)."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

E = TypeVar("E", bound=Hashable)
N = TypeVar("N", bound=Hashable)


def bridges(edges: Mapping[E, tuple[N, N]]) -> set[E]:
    """Those of the named edges that are bridges. Takes time in proportion to their number."""
    near: dict[N, list[tuple[E, N]]] = {}
    for edge, (one, other) in edges.items():
        near.setdefault(one, []).append((edge, other))
        near.setdefault(other, []).append((edge, one))
    found: set[E] = set()
    entered: dict[N, int] = {}
    lowest: dict[N, int] = {}
    for start in near:
        if start not in entered:
            _walk(start, near, entered, lowest, found)
    return found


def _walk(
    start: N,
    near: Mapping[N, list[tuple[E, N]]],
    entered: dict[N, int],
    lowest: dict[N, int],
    found: set[E],
) -> None:
    """Depth first from `start`, without recursion: `lowest` is the earliest node that a node's part leads back to."""
    entered[start] = lowest[start] = len(entered)
    path: list[tuple[N, E | None, int]] = [(start, None, 0)]
    while path:
        node, came_by, next_one = path.pop()
        if next_one < len(near[node]):
            path.append((node, came_by, next_one + 1))
            edge, other = near[node][next_one]
            if edge == came_by:
                continue
            if other in entered:
                lowest[node] = min(lowest[node], entered[other])
            else:
                entered[other] = lowest[other] = len(entered)
                path.append((other, edge, 0))
        elif path and came_by is not None:
            before = path[-1][0]
            lowest[before] = min(lowest[before], lowest[node])
            if lowest[node] > entered[before]:
                found.add(came_by)


def reached_from(start: N, edges: Iterable[tuple[N, N]]) -> set[N]:
    """The nodes to which `edges` lead from `start`, itself among them."""
    near: dict[N, list[N]] = {}
    for one, other in edges:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    reached, ahead = {start}, [start]
    while ahead:
        new = [node for node in near.get(ahead.pop(), ()) if node not in reached]
        reached.update(new)
        ahead.extend(new)
    return reached
