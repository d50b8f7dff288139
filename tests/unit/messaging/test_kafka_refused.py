"""What kafka-python says of a lost connection is told by the setting to look at, or not at all."""

import logging
import socket
import ssl
from types import SimpleNamespace

import pytest
from kafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from shared.messaging.bus import BusAway
from shared.messaging.kafka_refused import let_in
from shared.messaging.kafka_settings import KafkaSettings

OURS = KafkaSettings(("a:1",), "SASL_SSL", "PLAIN", "user", "planted secret")
DISCONNECTED = KafkaConnectionError("socket disconnected")


def tls(reason):
    error = ssl.SSLError(1, f"[SSL: {reason}] told at length")
    error.reason = reason
    return KafkaConnectionError(error)


def told(*errors, version=(4, 1), settings=OURS):
    """What is told of connections that were lost by `errors` before the client gave up."""

    def make():
        for error in errors:
            connection = SimpleNamespace(broker_version=version)
            logging.getLogger("kafka.net.connection").error("%s: Connection lost: %s", connection, error)
        raise KafkaTimeoutError("Unable to bootstrap")

    with pytest.raises(BusAway) as raised:
        let_in(settings, make)
    assert "Unable to bootstrap" in str(raised.value)
    return str(raised.value).partition("Unable to bootstrap")[2]


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (SaslAuthenticationFailedError("no"), "CPD_KAFKA_SASL_PASSWORD"),
        (DISCONNECTED, "CPD_KAFKA_SASL_PASSWORD"),
        (UnsupportedSaslMechanismError("no"), "CPD_KAFKA_SASL_MECHANISM: the brokers do not take PLAIN"),
        (
            IllegalSaslStateError(),
            "CPD_KAFKA_SECURITY_PROTOCOL: the brokers ask for no password there, and ours is SASL",
        ),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "CPD_KAFKA_SSL_CERTFILE"),
        (tls("WRONG_VERSION_NUMBER"), "CPD_KAFKA_SECURITY_PROTOCOL: the brokers speak no TLS there"),
        (tls("KEY_VALUES_MISMATCH"), "CPD_KAFKA_SSL_KEYFILE: one cannot be used: KEY_VALUES_MISMATCH"),
        (PermissionError(13, "Permission denied"), "CPD_KAFKA_SSL_KEYFILE: one cannot be read"),
    ],
    ids=repr,
)
def test_a_refusal_names_the_setting(error, setting):
    assert setting in told(error)
    assert "planted secret" not in told(error)


def test_brokers_that_hang_up_at_the_first_word_expect_another_protocol():
    assert "CPD_KAFKA_SECURITY_PROTOCOL: the brokers hung up, and ours is SASL_SSL" in told(DISCONNECTED, version=None)
    assert "CPD_KAFKA_SECURITY_PROTOCOL" in told(KafkaConnectionError(ConnectionResetError(104, "reset")), version=None)


def test_brokers_that_hang_up_later_on_a_client_without_a_password_ask_for_one():
    assert "ask for a password there, and ours is PLAINTEXT" in told(DISCONNECTED, settings=KafkaSettings(("a:1",)))


@pytest.mark.parametrize("error", [ConnectionRefusedError(111), socket.gaierror(-2), TimeoutError(110)], ids=repr)
def test_nothing_is_guessed_where_nobody_answers(error):
    assert told(KafkaConnectionError(error), version=None) == ""


def test_one_broker_that_is_away_does_not_hide_why_another_refuses():
    assert "CPD_KAFKA_SASL_PASSWORD" in told(DISCONNECTED, KafkaConnectionError("111 ECONNREFUSED"))


def test_what_is_no_failure_to_get_in_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError):
        let_in(OURS, lambda: 1 // 0)
    assert let_in(OURS, lambda: "a client") == "a client"
