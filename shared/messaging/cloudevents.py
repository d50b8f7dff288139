"""CloudEvents 1.0 in JSON structured mode (https://github.com/cloudevents/spec): what every message on the bus is."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

import msgspec

from shared.errors import FieldRefused
from shared.messaging.schema import read

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class NotACloudEvent(FieldRefused):
    """The bytes or the object are no CloudEvent 1.0; `errors` says which attribute is at fault."""


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message, told apart by `source` and `id` together. Other attributes are dropped on reading."""

    specversion: Literal["1.0"]
    id: Text
    source: Text
    type: Text
    subject: str | None = None
    time: Instant | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    partitionkey: str | None = None
    data: dict[str, Any] = {}

    @classmethod
    def of(cls, **attributes: Any) -> Self:
        """A new event with JSON data, of these attributes and `data`."""
        return cls(specversion="1.0", datacontenttype="application/json", **attributes)

    def encode(self) -> bytes:
        """The event as JSON; attributes that are not set are left out."""
        return msgspec.json.encode(self)


def parse(given: Any) -> CloudEvent:
    """The CloudEvent in parsed JSON. Raises NotACloudEvent."""
    try:
        return read(CloudEvent, given)
    except FieldRefused as error:
        raise NotACloudEvent(**error.errors) from error


def decode(value: bytes) -> CloudEvent:
    """The CloudEvent in `value`. Raises NotACloudEvent."""
    try:
        given = msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise NotACloudEvent(message=f"is not JSON: {error}") from error
    return parse(given)
