"""The settings of Kafka are read by name, and what cannot work is told before anything is started."""

import pytest
from environs import Env

from shared.messaging.kafka_settings import KafkaSettings, read_kafka


@pytest.fixture
def given(monkeypatch):
    def given(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"CPD_KAFKA_{name.upper()}", value)
        return read_kafka(Env())

    return given


def test_without_servers_there_is_no_kafka(given):
    assert given() is None
    assert given(bootstrap_servers=" ") is None


def test_servers_are_a_list_and_the_rest_has_defaults(given):
    settings = given(bootstrap_servers="a:9092, b:9092")
    assert settings == KafkaSettings(("a:9092", "b:9092"), partitions=6, replication=3)
    assert settings.client() == {"bootstrap_servers": ["a:9092", "b:9092"], "security_protocol": "PLAINTEXT"}


def test_passwords_and_certificates_are_handed_to_the_client_and_shown_nowhere(given):
    settings = given(
        bootstrap_servers="a:9093",
        security_protocol="sasl_ssl",
        sasl_mechanism="scram-sha-512",
        sasl_username="cpd",
        sasl_password="planted secret",
        ssl_cafile="/ca.pem",
    )
    assert settings.client() == {
        "bootstrap_servers": ["a:9093"],
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "cpd",
        "sasl_plain_password": "planted secret",
        "ssl_cafile": "/ca.pem",
    }
    assert "planted secret" not in repr(settings)


def test_one_broker_keeps_one_copy():
    assert read_kafka(Env(), bootstrap="127.0.0.1:9092", single_broker=True).replication == 1


@pytest.mark.parametrize(("replication", "insync"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_a_message_is_acknowledged_by_all_but_one(replication, insync):
    assert KafkaSettings(("a:1",), replication=replication).min_insync_replicas == insync


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"security_protocol": "TLS"}, "CPD_KAFKA_SECURITY_PROTOCOL"),
        ({"security_protocol": "SASL_SSL"}, "CPD_KAFKA_SASL_MECHANISM"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN"}, "CPD_KAFKA_SASL_PASSWORD"),
        ({"security_protocol": "SSL", "ssl_certfile": "c"}, "CPD_KAFKA_SSL_KEYFILE"),
        ({"partitions": "0"}, "CPD_KAFKA_PARTITIONS"),
    ],
)
def test_what_cannot_work_is_told_by_its_name(given, wrong, told):
    with pytest.raises(ValueError, match=told):
        given(bootstrap_servers="a:1", **wrong)
