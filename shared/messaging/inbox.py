"""The inbox: CloudEvents by HTTP onto the bus, each judged by its schema, its personal text sealed first."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from shared.errors import FieldRefused
from shared.eventstore.mapper import sealed_fields
from shared.eventstore.sealing import Sealer
from shared.messaging.bus import Bus, Record
from shared.messaging.cloudevents import CloudEvent, parse
from shared.messaging.schema import read

Schemas = Mapping[str, type[msgspec.Struct]]
"""CloudEvents type → the struct of its `data`. A field annotated `Sealed` holds text about the person of `staff_id`."""


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one message: `accepted` (202), or `refused` (422) with messages by field. `id` is the sender's."""

    id: str | None
    status: int
    result: str
    errors: dict[str, list[str]] = {}


def accept(batch: Sequence[Any], topic: str, schemas: Schemas, sealer: Sealer, bus: Bus) -> list[Result]:
    """Publish the good messages of `batch` (parsed JSON) in order, whatever the others are; one result for each.

    Only known fields of known types reach the bus. Raises BusAway, and then nothing was accepted.
    """
    results: list[Result] = []
    records: list[Record] = []
    for given in batch:
        try:
            event = _judge(given, schemas, sealer)
        except FieldRefused as error:
            results.append(Result(id=_id(given), status=422, result="refused", errors=error.errors))
        else:
            results.append(Result(id=event.id, status=202, result="accepted"))
            records.append(Record(topic, event.partitionkey or event.id, event.encode()))
    bus.publish(records)
    return results


def _judge(given: Any, schemas: Schemas, sealer: Sealer) -> CloudEvent:
    event = parse(given)
    schema = schemas.get(event.type)
    if schema is None:
        raise FieldRefused(type=f"this topic takes {', '.join(sorted(schemas))}")
    known = msgspec.to_builtins(read(schema, event.data, at="data."))
    data = {name: value for name, value in known.items() if name in event.data}
    staff_id = data.get("staff_id")
    for name in sealed_fields(schema):
        if data.get(name):
            if not staff_id:
                raise FieldRefused(**{"data.staff_id": f"is required with {name}"})
            data[name] = _sealed(sealer, staff_id, data[name])
    key = staff_id or event.partitionkey
    return msgspec.structs.replace(event, data=data, subject=key, partitionkey=key)


def _sealed(sealer: Sealer, staff_id: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_sealed(sealer, staff_id, item) for item in value]
    return sealer.seal(staff_id, value)


def _id(given: Any) -> str | None:
    found = given.get("id") if isinstance(given, dict) else None
    return found if isinstance(found, str) else None
