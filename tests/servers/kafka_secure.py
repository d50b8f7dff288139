"""The doors of a test's Kafka that want certificates and passwords."""

from dataclasses import dataclass
from pathlib import Path

from shared.messaging.kafka_settings import KafkaSettings
from tests.servers import free_port
from tests.servers.certificates import Authority

USER = "cpd-test"
PASSWORD = "right-password"
SCRAM = "SCRAM-SHA-256"

LISTENERS = """\
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},\
BYPASSWORD://127.0.0.1:{by_password},BYCERTIFICATE://127.0.0.1:{by_certificate}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},\
BYPASSWORD://127.0.0.1:{by_password},BYCERTIFICATE://127.0.0.1:{by_certificate}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,BYPASSWORD:SASL_SSL,BYCERTIFICATE:SSL
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={truststore}
listener.name.bycertificate.ssl.client.auth=required
listener.name.bypassword.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.bypassword.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.bypassword.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@dataclass(frozen=True)
class Doors:
    """Ports beside the plain one, and what opens them."""

    by_password: int
    by_certificate: int
    ca: Path
    certificate: Path
    key: Path
    stranger: tuple[Path, Path]

    def password(self, mechanism: str = SCRAM, host: str = "127.0.0.1") -> KafkaSettings:
        """How a client is let in by its password."""
        return KafkaSettings(
            (f"{host}:{self.by_password}",),
            security_protocol="SASL_SSL",
            sasl_mechanism=mechanism,
            sasl_username=USER,
            sasl_password=PASSWORD,
            ssl_cafile=str(self.ca),
            partitions=3,
            replication=1,
        )

    def certified(self) -> KafkaSettings:
        """How a client is let in by its certificate."""
        return KafkaSettings(
            (f"127.0.0.1:{self.by_certificate}",),
            security_protocol="SSL",
            ssl_cafile=str(self.ca),
            ssl_certfile=str(self.certificate),
            ssl_keyfile=str(self.key),
            partitions=3,
            replication=1,
        )


def make_doors(folder: Path, plain: int, controller: int) -> Doors:
    """Certificates under `folder`, and the broker's settings where `deploy/kafka/local` finds them."""
    certificates = folder / "certificates"
    certificates.mkdir()
    ours, another = Authority(certificates, "ca"), Authority(certificates, "another-ca")
    certificate, key = ours.sign("broker", address="127.0.0.1")
    keystore = certificates / "broker.pem"
    keystore.write_bytes(key.read_bytes() + certificate.read_bytes())
    doors = Doors(free_port(), free_port(), ours.ca, *ours.sign(USER), another.sign("stranger"))
    listeners = LISTENERS.format(
        plain=plain,
        controller=controller,
        by_password=doors.by_password,
        by_certificate=doors.by_certificate,
        keystore=keystore,
        truststore=ours.ca,
        user=USER,
        password=PASSWORD,
    )
    (folder / "extra.properties").write_text(listeners)
    return doors


def make_user(bootstrap: str) -> None:
    """The user of the SCRAM mechanism, who is kept in the cluster."""
    from kafka.admin import KafkaAdminClient, UserScramCredentialUpsertion  # noqa: PLC0415  most tests do without Kafka

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        told = admin.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(USER, SCRAM.replace("-", "_"), PASSWORD)]
        )
    finally:
        admin.close()
    assert told == {USER: None}
