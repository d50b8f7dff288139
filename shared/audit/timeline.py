"""A history for people to read: when it was true, when it was known, what, who, why."""

from collections.abc import Sequence

import msgspec
from rich.table import Table
from rich.text import Text

from shared.audit.chronicle import Told
from shared.audit.events import CONTEXT
from shared.eventstore.fact import Fact

COMPUTED = ("amount_pence", "rule", "base_pence", "months_completed")
"""What a timeline tells of how an amount came about."""


def timeline(title: str, told: Sequence[Told]) -> Table:
    """The facts as a table, in the order given. Their personal text is readable."""
    table = Table(title=title)
    for heading in ("True on", "Known at", "Service", "What", "Who", "Why", "Details"):
        table.add_column(heading, overflow="fold")
    for service, fact in told:
        table.add_row(
            fact.effective_on.isoformat(),
            fact.recorded_at.strftime("%Y-%m-%d %H:%M:%SZ"),
            service,
            fact.event_name(),
            Text(f"{fact.actor} ({fact.role})"),
            Text(fact.reason),
            Text(_details(fact)),
        )
    return table


def _details(fact: Fact) -> str:
    """The fact's own fields, figures first; ids last, for they are long."""
    stated = msgspec.to_builtins(fact)
    own = {name: value for name, value in stated.items() if name not in CONTEXT}
    own |= {name: value for name, value in own.pop("computation", {}).items() if name in COMPUTED}
    told = [(name, value) for name, value in own.items() if value not in (None, "", False, [])]
    told.sort(key=lambda item: item[0].endswith("_id"))
    return ", ".join(f"{name} {msgspec.json.encode(value).decode()}" for name, value in told)
