"""Where Apache Kafka is, how it is spoken to, and how its topics are laid out."""

from dataclasses import dataclass, field
from typing import Any

from environs import Env

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
WITH_PASSWORD = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True)
class KafkaSettings:
    """A cluster and our way in. `partitions` and `replication` are those of each topic. Raises ValueError."""

    bootstrap_servers: tuple[str, ...]
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = ""
    sasl_username: str = ""
    sasl_password: str = field(default="", repr=False)
    ssl_cafile: str = ""
    ssl_certfile: str = ""
    ssl_keyfile: str = ""
    partitions: int = 6
    replication: int = 3

    def __post_init__(self) -> None:
        if not self.bootstrap_servers:
            raise ValueError("CPD_KAFKA_BOOTSTRAP_SERVERS names no server")
        if self.security_protocol not in PROTOCOLS:
            raise ValueError(f"CPD_KAFKA_SECURITY_PROTOCOL is one of {', '.join(PROTOCOLS)}")
        if self.partitions < 1 or self.replication < 1:
            raise ValueError("CPD_KAFKA_PARTITIONS and CPD_KAFKA_REPLICATION are at least 1")
        if self.by_password and self.sasl_mechanism not in WITH_PASSWORD:
            raise ValueError(f"CPD_KAFKA_SASL_MECHANISM is one of {', '.join(WITH_PASSWORD)}")
        if self.by_password and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security_protocol} needs CPD_KAFKA_SASL_USERNAME and CPD_KAFKA_SASL_PASSWORD")
        if bool(self.ssl_certfile) != bool(self.ssl_keyfile):
            raise ValueError("CPD_KAFKA_SSL_CERTFILE and CPD_KAFKA_SSL_KEYFILE go together")

    @property
    def by_password(self) -> bool:
        return self.security_protocol.startswith("SASL")

    @property
    def min_insync_replicas(self) -> int:
        """How many brokers must have a message before it is acknowledged: all but one, so that one may be away."""
        return max(1, self.replication - 1)

    def client(self) -> dict[str, Any]:
        """What every client of kafka-python is given to reach the cluster."""
        return {"bootstrap_servers": list(self.bootstrap_servers), "security_protocol": self.security_protocol} | {
            name: value
            for name, value in {
                "sasl_mechanism": self.sasl_mechanism if self.by_password else "",
                "sasl_plain_username": self.sasl_username if self.by_password else "",
                "sasl_plain_password": self.sasl_password if self.by_password else "",
                "ssl_cafile": self.ssl_cafile,
                "ssl_certfile": self.ssl_certfile,
                "ssl_keyfile": self.ssl_keyfile,
            }.items()
            if value
        }


def read_kafka(env: Env, *, bootstrap: str = "", single_broker: bool = False) -> KafkaSettings | None:
    """The settings under `CPD_KAFKA_…`; None where no bootstrap server is named, there or as `bootstrap`.

    `single_broker` keeps one copy of each message where nothing else is asked for. Raises ValueError.
    """
    servers = env.str("CPD_KAFKA_BOOTSTRAP_SERVERS", bootstrap)
    if not servers.strip():
        return None
    return KafkaSettings(
        bootstrap_servers=tuple(server.strip() for server in servers.split(",") if server.strip()),
        security_protocol=env.str("CPD_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT").upper(),
        sasl_mechanism=env.str("CPD_KAFKA_SASL_MECHANISM", "").upper(),
        sasl_username=env.str("CPD_KAFKA_SASL_USERNAME", ""),
        sasl_password=env.str("CPD_KAFKA_SASL_PASSWORD", ""),
        ssl_cafile=env.str("CPD_KAFKA_SSL_CAFILE", ""),
        ssl_certfile=env.str("CPD_KAFKA_SSL_CERTFILE", ""),
        ssl_keyfile=env.str("CPD_KAFKA_SSL_KEYFILE", ""),
        partitions=env.int("CPD_KAFKA_PARTITIONS", 6),
        replication=env.int("CPD_KAFKA_REPLICATION", 1 if single_broker else 3),
    )
