"""Facts as an auditor reads them: read from the log by position, with their full context and their data."""

from collections.abc import Sequence
from typing import Any

import msgspec

from shared.eventstore.fact import Fact
from shared.eventstore.ledger import Ledger
from shared.projections.log import entries, rows_at

CONTEXT = frozenset(Fact.__struct_fields__)


def read(ledger: Ledger, positions: Sequence[int]) -> list[dict[str, Any]]:
    """The facts at `positions`, in that order, as JSON-like dicts. Personal text is still sealed."""
    rows = rows_at(ledger, positions)
    found = {position: render(position, fact) for position, fact in entries(ledger, rows, ledger.mapper.classes)}
    return [found[position] for position in positions]


def render(position: int, fact: Fact) -> dict[str, Any]:
    """One fact: where it stands, its context, and under `data` the fields of its own. Positions are strings."""
    stated: dict[str, Any] = msgspec.to_builtins(fact)
    return {
        "position": str(position),
        "stream_id": str(fact.originator_id),
        "stream_version": fact.originator_version,
        "topic": fact.TOPIC,
        "type": fact.event_name(),
        "type_version": fact.v,
        "recorded_at": msgspec.to_builtins(fact.recorded_at),
        "effective_on": fact.effective_on.isoformat(),
        "actor": fact.actor,
        "role": fact.role,
        "staff_id": fact.staff_id or None,
        "school_urn": fact.school_urn or None,
        "reason": fact.reason or None,
        "correlation_id": fact.correlation_id,
        "causation_id": fact.causation_id or None,
        "data": {name: value for name, value in stated.items() if name not in CONTEXT},
    }
