"""What happened, told from the logs of all services: found by what a fact is about, merged by when it was recorded."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from shared.audit.events import CONTEXT
from shared.errors import NotThere
from shared.eventstore.fact import Fact
from shared.projections.history import HistoryFilter
from shared.projections.log import entries, rows_at
from shared.stores import Stores

STAFF, AGREEMENT, REPAYMENT, REQUEST = "staff", "agreement", "repayment", "request"
KINDS = (STAFF, AGREEMENT, REPAYMENT, REQUEST)
"""What a history can be asked for by."""
CARRIED = {REQUEST: ("agreement_id", "activity_id"), AGREEMENT: ("activity_id",), REPAYMENT: ()}
"""Fields with ids of what belongs to the resource: a request's agreements, and the activity that is evaluated."""
Streams = Mapping[str, Callable[[str], UUID]]
"""By kind, the stream of a service's log in which facts about an id of that kind stand. It may raise NotThere."""
ALL = 1_000_000
AN_INSTANT = timedelta(microseconds=1)
CATCH_UP_SECONDS = 5.0


class Told(NamedTuple):
    """One fact, its personal text readable, and whose log has it."""

    service: str
    fact: Fact


class Chronicle:
    """One service's log, with the index of its history."""

    def __init__(self, stores: Stores, streams: Streams) -> None:
        self.service = stores.name
        self._stores = stores
        self._streams = streams

    def lags(self) -> bool:
        """Whether the index has not come to the end of the log, after some seconds of patience."""
        return not self._stores.runner.freshness.wait_for(self._stores.ledger.position(), CATCH_UP_SECONDS)

    def of_stream(self, stream: UUID) -> list[Told]:
        """All that one stream holds, read from the log itself."""
        facts: Iterable[Any] = self._stores.ledger.events.get(stream)
        return [Told(self.service, fact) for fact in facts]

    def about(self, kind: str, resource_id: str) -> list[Told]:
        """What stands where this service keeps resources of that kind; nothing where it keeps none."""
        if kind not in self._streams:
            return []
        try:
            stream = self._streams[kind](resource_id)
        except NotThere:
            return []
        return self.of_stream(stream)

    def of_person(self, staff_id: str) -> list[Told]:
        """All that is about one person, in whatever stream."""
        return list(self._found(HistoryFilter(staff_id=staff_id)))

    def of_same_act(self, told: Told) -> list[Told]:
        """What the act that stated this fact stated beside it: what it did to a budget, say."""
        since = told.fact.recorded_at
        act = HistoryFilter(
            correlation_id=told.fact.correlation_id, recorded_from=since, recorded_to=since + AN_INSTANT
        )
        return list(self._found(act))

    def _found(self, wanted: HistoryFilter) -> Iterator[Told]:
        ledger = self._stores.ledger
        rows = rows_at(ledger, self._stores.history.positions(wanted, limit=ALL))
        for _, fact in entries(ledger, rows, ledger.mapper.classes):
            yield Told(self.service, ledger.mapper.opened(fact))


def told_of(chronicles: Sequence[Chronicle], kind: str, resource_id: str) -> list[Told]:
    """All that the services know about a person, agreement, repayment or request, the first recorded first."""
    near = [told for each in chronicles for told in each.about(kind, resource_id)]
    if kind == STAFF:
        return merged([*near, *(told for each in chronicles for told in each.of_person(resource_id))])
    names = {resource_id}
    people = {one for told in _naming(near, names) for one in _people_in(told.fact)}
    near += [told for each in chronicles for one in people for told in each.of_person(one)]
    while new := {name for told in _naming(near, names) for name in _carried(told.fact, kind)} - names:
        names |= new
        near += [told for each in chronicles for name in new for told in each.about(AGREEMENT, name)]
    found = _naming(merged(near), names)
    by_name = {each.service: each for each in chronicles}
    beside = [other for told in found for other in by_name[told.service].of_same_act(told)]
    return merged([*found, *_naming(beside, names)])


def of_stream(chronicles: Sequence[Chronicle], stream: UUID) -> list[Told]:
    """All that one stream holds, whichever service has it."""
    return merged(told for each in chronicles for told in each.of_stream(stream))


def merged(told: Iterable[Told]) -> list[Told]:
    """Each fact once, the first recorded first; those of one instant by service, and as their stream has them."""
    once = {(each.service, each.fact.originator_id, each.fact.originator_version): each for each in told}
    return sorted(
        once.values(),
        key=lambda each: (
            each.fact.recorded_at,
            each.service,
            str(each.fact.originator_id),
            each.fact.originator_version,
        ),
    )


def _naming(told: Iterable[Told], names: Collection[str]) -> list[Told]:
    """Those that name one of the ids, or an id that begins with it, as a repayment's does with its agreement's."""
    return [each for each in told if any(_is_one_of(text, names) for text in _own_texts(each.fact))]


def _is_one_of(text: str, names: Collection[str]) -> bool:
    return any(text == name or text.startswith(f"{name}-") for name in names)


def _own_texts(fact: Fact) -> Iterator[str]:
    """The texts of a fact's own fields, and of the lists among them."""
    for name in fact.__struct_fields__:
        if name not in CONTEXT:
            value = getattr(fact, name)
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _carried(fact: Fact, kind: str) -> Iterator[str]:
    """The ids of what belongs to the resource asked for, where a fact that names it names them."""
    found = (getattr(fact, name, None) for name in CARRIED[kind])
    return (each for each in found if isinstance(each, str) and each)


def _people_in(fact: Fact) -> set[str]:
    """Whom a fact is about, and who takes part in what it tells of."""
    taking_part: list[str] = getattr(fact, "participants", [])
    return {each for each in (fact.staff_id, *taking_part) if each}
