"""What this service's log says of its access log, by which accesses are sealed too."""

from typing import ClassVar

from shared.access_log.record import AccessFacts, StretchesForgotten, StretchSealed


class AccessesSealed(StretchSealed, frozen=True, kw_only=True):
    """Accesses were read through and can be altered no more without being found."""

    TOPIC: ClassVar[str] = "agreements.AccessesSealed"


class AccessesForgotten(StretchesForgotten, frozen=True, kw_only=True):
    """Accesses were taken away, as their time was over."""

    TOPIC: ClassVar[str] = "agreements.AccessesForgotten"


ACCESSES = AccessFacts(AccessesSealed, AccessesForgotten)
