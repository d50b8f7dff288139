"""Why the brokers did not let a client in, told by the setting to look at."""

import logging
import ssl
from collections.abc import Callable
from typing import TypeVar

from kafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from shared.messaging.bus import BusAway
from shared.messaging.kafka_settings import KafkaSettings

T = TypeVar("T")
NOT_ITS_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH."""
OUR_USER = (
    "the brokers hung up on our user: CPD_KAFKA_SASL_USERNAME, CPD_KAFKA_SASL_PASSWORD or CPD_KAFKA_SASL_MECHANISM is "
    "not as they have it"
)
FILES = "CPD_KAFKA_SSL_CAFILE, CPD_KAFKA_SSL_CERTFILE, CPD_KAFKA_SSL_KEYFILE"
UNREADABLE = (FileNotFoundError, PermissionError, IsADirectoryError)

logging.getLogger("kafka").setLevel(logging.CRITICAL)  # else an outage is several lines a second; BusAway tells of it
CONNECTIONS = logging.getLogger("kafka.net.connection")
CONNECTIONS.setLevel(logging.ERROR)
CONNECTIONS.propagate = False
CONNECTIONS.addHandler(logging.NullHandler())


class _Ear(logging.Handler):
    """Hears of each connection that is lost, and how far it had come: kafka-python tells it in its log only."""

    def __init__(self, settings: KafkaSettings) -> None:
        super().__init__()
        self.heard = ""
        self._settings = settings

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (connection, BaseException() as error):
                spoken = getattr(connection, "broker_version", None) is not None
                self.heard = _why(self._settings, error, spoken=spoken) or self.heard


def let_in(settings: KafkaSettings, make: Callable[[], T]) -> T:
    """The client that `make` makes. Raises BusAway, which names the settings to look at where the brokers refused."""
    ear = _Ear(settings)
    CONNECTIONS.addHandler(ear)
    try:
        return make()
    except KafkaTimeoutError as error:
        raise BusAway(": ".join(filter(None, (str(error), ear.heard)))) from error
    finally:
        CONNECTIONS.removeHandler(ear)


def _why(settings: KafkaSettings, error: BaseException, *, spoken: bool) -> str:
    """Empty where nobody was there. `spoken`: they had answered a question before they hung up."""
    cause = _cause(error)
    if isinstance(cause, ssl.SSLError):
        return _why_no_tls(settings, cause)
    if isinstance(cause, ConnectionResetError | BrokenPipeError) or "socket disconnected" in str(cause):
        return _why_hung_up(settings, spoken=spoken)
    ours = f"ours is {settings.security_protocol}"
    told: dict[type[BaseException], str] = {
        UnsupportedSaslMechanismError: f"CPD_KAFKA_SASL_MECHANISM: the brokers do not take {settings.sasl_mechanism}",
        IllegalSaslStateError: f"CPD_KAFKA_SECURITY_PROTOCOL: the brokers ask for no password there, and {ours}",
        SaslAuthenticationFailedError: OUR_USER,
    }
    told |= dict.fromkeys(UNREADABLE, f"{FILES}: one cannot be read: {cause}")
    return next((text for kind, text in told.items() if isinstance(cause, kind)), "")


def _why_hung_up(settings: KafkaSettings, *, spoken: bool) -> str:
    """They close the connection on a wrong password too, and their answer to it is lost in kafka-python."""
    if spoken and settings.by_password:
        return OUR_USER
    what = "ask for a password there" if spoken else "hung up"
    return f"CPD_KAFKA_SECURITY_PROTOCOL: the brokers {what}, and ours is {settings.security_protocol}"


def _why_no_tls(settings: KafkaSettings, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in NOT_ITS_NAME:
            return f"CPD_KAFKA_BOOTSTRAP_SERVERS: {error.verify_message}"
        return f"CPD_KAFKA_SSL_CAFILE: it does not vouch for the brokers' certificate: {error.verify_message}"
    reason = error.reason or str(error)
    if any(word in reason for word in ("ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE", "ALERT_UNKNOWN_CA")):
        return f"CPD_KAFKA_SSL_CERTFILE: the brokers ask for another certificate of ours: {reason}"
    if "EOF" in reason or "VERSION" in reason:
        return f"CPD_KAFKA_SECURITY_PROTOCOL: the brokers speak no TLS there, and ours is {settings.security_protocol}"
    return f"{FILES}: one cannot be used: {reason}"


def _cause(error: BaseException) -> BaseException:
    """What kafka-python put into an error of its own."""
    inner = error.args[0] if isinstance(error, KafkaError) and error.args else None
    for within in (inner, error.__context__):
        if isinstance(within, OSError) and not isinstance(within, KafkaError):
            return within
    return error
