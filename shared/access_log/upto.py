"""Up to where the accesses of a service are sealed, and which checkpoint of its log holds that fast."""

from datetime import datetime
from typing import cast

import msgspec

from shared.access_log.record import StretchSealed
from shared.audit.store import SealStore
from shared.eventstore.ledger import Ledger
from shared.projections.history import History, HistoryFilter
from shared.projections.log import entries, rows_at


class SealedUptoShape(msgspec.Struct, kw_only=True):
    """Accesses up to the number `upto` can be altered no more unseen, later ones can.

    So says the event at `position`, recorded at `sealed_at`. `checkpoint` is the size of the first that the event is
    under, null until one is signed: from then on nobody can state it anew.
    """

    upto: str
    sealed_at: datetime
    position: str
    checkpoint: int | None


def sealed_upto(ledger: Ledger, history: History, seal: SealStore, fact: type[StretchSealed]) -> SealedUptoShape | None:
    """What the newest seal of accesses says, as far as the views have come; None before the first."""
    newest = history.positions(HistoryFilter(types=[fact.event_name()]), limit=1, newest_first=True)
    if not newest:
        return None
    ((position, found),) = entries(ledger, rows_at(ledger, newest), [fact.TOPIC])
    stated, index = cast(StretchSealed, found), seal.index_of(position)
    covering = [] if index is None else seal.checkpoints(after=index, limit=1)
    return SealedUptoShape(
        upto=str(stated.last),
        sealed_at=stated.recorded_at,
        position=str(position),
        checkpoint=covering[0].size if covering else None,
    )
