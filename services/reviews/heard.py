"""A message of another service as this one's handlers are given it, and how handlers of several matters are joined."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from services.reviews.domain.desk import Desk
from shared.errors import FieldRefused
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.schema import read

M = TypeVar("M", bound=msgspec.Struct)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose personal text can be read. `order` is its place in its service's log: the later, the newer."""

    order: int
    data: dict[str, Any]

    def read(self, kind: type[M]) -> M:
        """Its `data` as a struct. Raises FieldRefused."""
        return read(kind, self.data, at="data.")


Handler = Callable[[Desk, Heard], None]
"""Records, on the aggregates of the desk, what a message says. All handlers of a message are saved together."""
Handlers = Mapping[str, tuple[Handler, ...]]
"""By the type of message, what is done about it."""


def joined(*several: Mapping[str, Handler]) -> Handlers:
    """The handlers of several matters: a message goes to each that knows its type."""
    types = {type_ for each in several for type_ in each}
    return {type_: tuple(each[type_] for each in several if type_ in each) for type_ in types}


def heard(event: CloudEvent, data: dict[str, Any]) -> Heard:
    """A message of one of our services, with its text opened. Raises FieldRefused where its id tells no order."""
    order = event.id.rpartition("/")[2]
    if not order.isdecimal():
        raise FieldRefused(id="must be <service>/<position>")
    return Heard(order=int(order), data=data)
