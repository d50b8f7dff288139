"""What seals a service's log and what is checked of it, made from its stores and settings."""

from shared.access_log.record import AccessFacts
from shared.access_log.verifying import SealedAccesses
from shared.audit.live import Sealed
from shared.audit.sealing import Sealing, origin_of
from shared.audit.signing import accepted_keys, open_signer
from shared.clock import Clock
from shared.settings import Settings
from shared.stores import Stores


def sealing(settings: Settings, stores: Stores, clock: Clock) -> Sealing:
    """The worker's step. Raises MissingSettingError where there is no key to sign with."""
    return Sealing(
        service=stores.name,
        ledger=stores.ledger,
        store=stores.seal,
        bus=stores.bus,
        signer=open_signer(settings),
        keys=accepted_keys(settings),
        clock=clock,
        seconds=settings.checkpoint_seconds,
    )


def sealed(settings: Settings, stores: Stores, accesses: AccessFacts) -> Sealed:
    """What an audit checks. Raises MissingSettingError for keys that cannot be read."""
    return Sealed(
        service=stores.name,
        origin=origin_of(settings.seal_name, stores.name),
        ledger=stores.ledger,
        seal=stores.seal,
        bus=stores.bus,
        keys=accepted_keys(settings),
        accesses=SealedAccesses(stores.ledger, stores.accesses, accesses),
    )
