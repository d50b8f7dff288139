"""What the service does when HR, the requests or the agreements service says something: facts, in any order.

Another matter that reacts to messages of requests or agreements gives its own mapping of handlers to `joined` below.
"""

from services.reviews.application import Reviews
from services.reviews.domain.desk import Desk
from services.reviews.heard import Handlers, joined
from services.reviews.leaving import LEAVING
from services.reviews.participating import PARTICIPATION_BY_AGREEMENTS, PARTICIPATION_IN_REQUESTS
from services.reviews.planned import PLANNED
from services.reviews.training import OF_AGREEMENTS, OF_REQUESTS
from services.reviews.undertaken import ASKED_OF_AGREEMENTS, ASKED_OF_REQUESTS
from shared.clock import Clock
from shared.eventstore.ledger import Once
from shared.eventstore.sealing import Sealer
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.heard import heard
from shared.messaging.reacting import call_of, hear_of_staff

REQUESTS: Handlers = joined(OF_REQUESTS, ASKED_OF_REQUESTS, PARTICIPATION_IN_REQUESTS, PLANNED)
AGREEMENTS: Handlers = joined(OF_AGREEMENTS, LEAVING, ASKED_OF_AGREEMENTS, PARTICIPATION_BY_AGREEMENTS)
"""In this order: who takes part is asked of what the handlers before it noted."""


class Reactions:
    """Reactions to `hr.staff.v1`, `cpd.requests.v1` and `cpd.agreements.v1`.

    A message of HR of a type that is not known here is refused, and so waits among the dead letters. Of the other
    services' messages those that nobody here handles are passed over.
    """

    def __init__(self, reviews: Reviews, sealer: Sealer, clock: Clock) -> None:
        self.reviews = reviews
        self.sealer = sealer
        self.clock = clock

    def to_hr(self, event: CloudEvent, marks: Once) -> None:
        """Record what HR says of one person."""
        hear_of_staff(self.reviews, self.sealer, event, marks, self.clock())

    def to_requests(self, event: CloudEvent, marks: Once) -> None:
        """Record what follows from a message about requests."""
        self._handle(REQUESTS, event, marks, role="requests")

    def to_agreements(self, event: CloudEvent, marks: Once) -> None:
        """Record what follows from a message about agreements."""
        self._handle(AGREEMENTS, event, marks, role="agreements")

    def _handle(self, handlers: Handlers, event: CloudEvent, marks: Once, *, role: str) -> None:
        known = handlers.get(event.type)
        if known is None:
            return
        message = heard(event, self.sealer.open_all(event.data))

        def run(desk: Desk) -> None:
            for handler in known:
                handler(desk, message)

        self.reviews.at_desk(call_of(event, marks, self.clock(), role=role), run)
