"""Facts to stored rows and back: typed JSON by msgspec, personal text sealed on the way in."""

from collections.abc import Callable, Iterable
from functools import cache, cached_property, partial
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from shared.eventstore.fact import Fact
from shared.eventstore.sealing import Sealer


class UnknownTopicError(LookupError):
    """A stored row of a topic that this service does not know."""


@cache
def sealed_fields(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """The names of the fields of a struct that hold `Sealed` text."""
    described = msgspec.inspect.type_info(struct)
    if not isinstance(described, msgspec.inspect.StructType):
        raise TypeError(f"{struct} is no struct")
    return tuple(field.encode_name for field in described.fields if "'sealed': True" in repr(field.type))


def _decoding(fact: type[Fact]) -> Callable[[bytes], Fact]:
    return msgspec.json.Decoder(fact).decode if fact.VERSION == 1 else partial(_raised, fact)


def _decoding_context(fact: type[Fact]) -> Callable[[bytes], Fact]:
    """A fact of that topic with what every fact has; of one whose class was changed since it was first stored, all."""
    if fact.VERSION > 1:
        return _decoding(fact)

    class Context(Fact, frozen=True, kw_only=True):
        TOPIC = fact.TOPIC

    return msgspec.json.Decoder(Context).decode


def _raised(fact: type[Fact], state: bytes) -> Fact:
    """A stored fact, raised step by step where it was stored by an older version of its class."""
    raw = msgspec.json.decode(state)
    while raw.get("v", 1) < fact.VERSION:
        raw = fact.upcast(raw)
    return msgspec.convert(raw, fact)


class Decoders(dict[str, Callable[[bytes], Fact]]):
    """By topic, what decodes its rows. Raises UnknownTopicError for another."""

    def __missing__(self, topic: str) -> Callable[[bytes], Fact]:
        raise UnknownTopicError(topic)


class FactMapper(Mapper[UUID]):
    """The event store library's mapper for one service's facts."""

    def __init__(self, facts: Iterable[type[Fact]], sealer: Sealer) -> None:
        super().__init__(JSONTranscoder())
        self.sealer = sealer
        self.classes = {fact.TOPIC: fact for fact in facts}
        self._encoder = msgspec.json.Encoder()
        self.decoders = Decoders((topic, _decoding(fact)) for topic, fact in self.classes.items())
        self._sealed = {topic: sealed_fields(fact) for topic, fact in self.classes.items()}

    @cached_property
    def contexts(self) -> Decoders:
        """Decoders that give no more than every fact has, for those who read a whole log for that."""
        return Decoders((topic, _decoding_context(fact)) for topic, fact in self.classes.items())

    def to_stored_event(self, domain_event: Fact) -> StoredEvent:  # type: ignore[override]
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.TOPIC,
            state=self._encoder.encode(self._seal(domain_event)),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        """The fact with its personal text readable, as commands need it."""
        return self.opened(self.decode(stored_event.topic, stored_event.state))

    def decode(self, topic: str, state: bytes) -> Fact:
        """The fact as stored, its personal text still sealed, as views and the bus need it."""
        return self.decoders[topic](state)

    def opened(self, fact: Fact) -> Fact:
        texts = self._texts(fact)
        return msgspec.structs.replace(fact, **{n: self.sealer.open(t) for n, t in texts.items()}) if texts else fact

    def subjects(self, facts: Iterable[Fact]) -> set[str]:
        """Those about whom facts hold personal text."""
        return {fact.staff_id for fact in facts if self._texts(fact)}

    def _seal(self, fact: Fact) -> Fact:
        texts = self._texts(fact)
        if not texts:
            return fact
        if not fact.staff_id:
            raise ValueError(f"{fact.TOPIC} holds personal text but names no staff_id to seal it for")
        return msgspec.structs.replace(
            fact, **{name: self.sealer.seal(fact.staff_id, text) for name, text in texts.items()}
        )

    def _texts(self, fact: Fact) -> dict[str, str]:
        return {name: text for name in self._sealed[fact.TOPIC] if (text := getattr(fact, name))}
