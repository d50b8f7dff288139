"""How handlers of several matters are joined that are given the messages of other services."""

from collections.abc import Callable, Mapping

from services.reviews.domain.desk import Desk
from shared.messaging.heard import Heard

Handler = Callable[[Desk, Heard], None]
"""Records, on the aggregates of the desk, what a message says. All handlers of a message are saved together."""
Handlers = Mapping[str, tuple[Handler, ...]]
"""By the type of message, what is done about it."""


def joined(*several: Mapping[str, Handler]) -> Handlers:
    """The handlers of several matters: a message goes to each that knows its type."""
    types = {type_ for each in several for type_ in each}
    return {type_: tuple(each[type_] for each in several if type_ in each) for type_ in types}
