"""A message of one of our services, as another that follows it is given it."""

from typing import Any, TypeVar

import msgspec

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


def heard(event: CloudEvent, data: dict[str, Any]) -> Heard:
    """A message of one of our services, with its text opened. Raises FieldRefused where its id tells no order."""
    order = event.id.rpartition("/")[2]
    if not order.isdecimal():
        raise FieldRefused(id="must be <service>/<position>")
    return Heard(order=int(order), data=data)
