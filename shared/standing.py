"""How a service stands, read from its stores: for readiness, and for Prometheus at each scrape."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.messaging.bus import BusAway
from shared.messaging.consumer import Consumer
from shared.messaging.relay import TRACKED_AS as RELAY
from shared.projections.positions import served
from shared.stores import Stores
from shared.web.health import Check

SILENT_SECONDS = 30.0
FACTS_BEHIND = 1_000
"""How far the views may lag: a worker folds that many in well under a second."""
COUNTED_AT_MOST = 1_000_000

Sample = tuple[str, float]
"""A label's value, and what was measured."""


class Standing(Collector):
    """The figures of one service. Whatever cannot be read fails the scrape, and so shows as its own alert."""

    def __init__(self, stores: Stores, consumers: Sequence[Consumer]) -> None:
        self._stores = stores
        self._consumers = consumers

    def checks(self) -> Mapping[str, Check]:
        """What readiness asks: a log that cannot be read, a dead worker, and views that lag are told apart."""
        return {"log": self._log_trouble, "worker": self._worker_trouble, "lag": self._lag_trouble}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        stores, count = self._stores, self._stores.ledger.recorder.count_after
        relayed = stores.ledger.recorder.max_tracking_id(RELAY) or 0
        with stores.engine.connect() as connection:
            views = {name: found.position for name, found in served(connection).items()}
        beat = stores.worker_lock.seconds_since_beat()
        oldest = stores.ledger.recorder.oldest_writer_seconds()
        yield self._gauge("log_position", "Position of the last fact.", [("", stores.ledger.position())])
        yield self._gauge("view_position", "Position that a view has folded.", views.items(), "view")
        lags = [(name, count(position, COUNTED_AT_MOST)) for name, position in views.items()]
        yield self._gauge("view_lag_events", "Facts that a view has yet to fold.", lags, "view")
        yield self._gauge("relay_lag_events", "Facts not yet on the bus.", [("", count(relayed, COUNTED_AT_MOST))])
        checkpoint = stores.seal.newest()
        size, signed = (checkpoint.size, checkpoint.position) if checkpoint else (0, 0)
        yield self._gauge("checkpoint_events", "Facts under the newest checkpoint.", [("", size)])
        unsigned = count(signed, COUNTED_AT_MOST)
        yield self._gauge("unsigned_events", "Facts that are under no checkpoint yet.", [("", unsigned)])
        positions = self._consumer_positions()
        yield self._gauge("bus_up", "1 while the bus can be reached.", [("", float(positions is not None))])
        yield self._gauge("consumer_position", "Messages of a topic that were done with.", positions or [], "topic")
        letters = [(consumer.topic, len(consumer.letters())) for consumer in self._consumers]
        yield self._gauge("dead_letters", "Messages parked and waiting.", letters, "topic")
        yield self._gauge("worker_beat_age_seconds", "Since the active worker's last sign of life.", _known(beat))
        yield self._gauge("oldest_transaction_seconds", "Age of the oldest open writer.", [("", oldest)])

    def _consumer_positions(self) -> list[Sample] | None:
        """None while the bus is away: only it knows the partitions of a topic."""
        try:
            return [(consumer.topic, consumer.position()) for consumer in self._consumers]
        except BusAway:
            return None

    def _gauge(self, name: str, text: str, samples: Iterable[Sample], label: str = "") -> GaugeMetricFamily:
        labels = ["service", label] if label else ["service"]
        family = GaugeMetricFamily(f"cpd_{name}", text, labels=labels)
        for value, measured in samples:
            family.add_metric([self._stores.name, value] if label else [self._stores.name], measured)
        return family

    def _log_trouble(self) -> str | None:
        self._stores.ledger.position()
        outdated = self._stores.runner.outdated()
        return f"views to be rebuilt: {', '.join(view.name for view in outdated)}" if outdated else None

    def _worker_trouble(self) -> str | None:
        silent = self._stores.worker_lock.seconds_since_beat()
        if silent is None:
            return "no worker has run yet"
        return f"the worker has been silent for {silent:.0f} seconds" if silent > SILENT_SECONDS else None

    def _lag_trouble(self) -> str | None:
        position = self._stores.runner.position()
        behind = self._stores.ledger.recorder.count_after(position, FACTS_BEHIND + 1)
        return f"the views are more than {FACTS_BEHIND} facts behind the log" if behind > FACTS_BEHIND else None


def _known(measured: float | None) -> list[Sample]:
    return [] if measured is None else [("", measured)]
