"""What a worker counts of its messages, out and in, for Prometheus to ask; nothing in it waits for a server."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay


class Deliveries(Collector):
    """The figures of one service's relay and consumers, each counted since this process began."""

    _labels = ("service", "topic")

    def __init__(self, service: str, relay: Relay, consumers: Sequence[Consumer]) -> None:
        self._service = service
        self._relay = relay
        self._consumers = consumers

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering it asks for nothing."""
        return ()

    def collect(self) -> Iterator[Metric]:
        sent = CounterMetricFamily("cpd_relay_sent", "Messages that went out to the bus.", labels=["service"])
        sent.add_metric([self._service], self._relay.sent)
        lag = GaugeMetricFamily("cpd_consumer_lag_messages", "Messages yet to be done with.", labels=self._labels)
        parked = CounterMetricFamily("cpd_consumer_parked", "Messages parked as dead letters.", labels=self._labels)
        lost = CounterMetricFamily(
            "cpd_consumer_lost",
            "Times that messages were gone from the bus before they were read.",
            labels=self._labels,
        )
        for consumer in self._consumers:
            labels = [self._service, consumer.topic]
            lag.add_metric(labels, consumer.lag())
            parked.add_metric(labels, consumer.parked)
            lost.add_metric(labels, consumer.lost)
        yield from (sent, lag, parked, lost)
