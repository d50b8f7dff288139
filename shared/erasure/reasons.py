"""Why someone was erased: it lies under a key of its own, which goes by the schedule too, six years after."""

from collections.abc import Sequence
from datetime import date

from shared.dates import london_day
from shared.erasure.erasing import alone
from shared.erasure.record import REASONS
from shared.erasure.retention import Kept
from shared.eventstore.keystore import KEYS, KeyStore
from shared.eventstore.wiping import wipe


def reasons_due(keys: KeyStore, on: date) -> list[str]:
    """Of whose erasures the reason can be read still, and need not be kept on a day."""
    return [staff_id for staff_id in keys.erased() if _is_due(keys, staff_id, on)]


def forget_reasons(keys: KeyStore, staff_ids: Sequence[str]) -> None:
    """Destroy the keys of these reasons. Broken off, it is finished by running it again.

    Raises OtherErasureRunningError, StillThereError.
    """
    with alone(keys.engine):
        gone = [key for staff_id in staff_ids if (key := keys.kept(REASONS + staff_id)) is not None]
        for staff_id in staff_ids:
            keys.destroy(REASONS + staff_id)
        wipe(keys.engine, KEYS.name, gone)


def _is_due(keys: KeyStore, staff_id: str, on: date) -> bool:
    noted = keys.erasure(staff_id)
    if noted is None or keys.stands(REASONS + staff_id) != "kept":
        return False
    due_on = Kept(kind="erasure", ended_on=london_day(noted.note.destroyed_at)).due_on
    return due_on is not None and due_on <= on
