"""What a process is told from outside, read once from the environment and passed down."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env, FileAwareEnv
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.messaging.kafka_settings import KafkaSettings, read_kafka

KEYS = "keys"
DATABASE = "CPD_DATABASE"
SERVICE = "{service}"
"""What stands for a service's name where one setting is for all of them."""
POSTGRES_PORT = 32
KAFKA_PORT = 92
"""Above the base port: where the servers of the full stack on one machine listen."""


class MissingSettingError(Exception):
    """A setting that this mode needs is absent; the text names it."""


class NoPasswordError(MissingSettingError):
    """This process was not given the password of a service's database."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one machine and another. `local` mode makes its own keys and issues tokens.

    `database_url` is a template in which `{service}` stands for a service's name, as in the name of the file with its
    password, where each service has one of its own; without it everything is kept in SQLite files under `home`.
    Without `kafka` the bus is a file there too. What seals the log is in `shared.audit.signing`.
    """

    home: Path
    local: bool
    port_base: int
    jwt_issuer: str
    jwt_audience: str
    jwks: str
    demo: bool = False
    database_url: str = ""
    database_password_file: str = ""
    keys_url: str = ""
    database_pool: int = 5
    kafka: KafkaSettings | None = None
    worker_port: int | None = None
    seal_name: str = "cpd.local"
    seal_key: str = ""
    seal_keys: str = ""
    key_wrapping_keys: str = ""
    access_log_days: int = 730
    checkpoint_seconds: float = 60.0

    def folder(self, name: str) -> Path:
        """The folder `name` under `CPD_HOME`, made if need be."""
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def database(self, service: str) -> str | None:
        """The URL of a service's database; None where it keeps files. Raises NoPasswordError."""
        url = self.database_url.replace(SERVICE, service)
        if not url or not self.database_password_file:
            return url or None
        file = Path(self.database_password_file.replace(SERVICE, service))
        if not file.is_file():
            raise NoPasswordError(f"there is no {file} with its password")
        return _with_password(make_url(url), file.read_text().strip())


def choose_stack(settings: Settings, *, full: bool) -> None:
    """Note which stack is started in this home, so that whatever else is called on it finds the same one."""
    mark = _full_mark(settings.home)
    if full:
        settings.home.mkdir(parents=True, exist_ok=True)
        mark.touch()
    else:
        mark.unlink(missing_ok=True)


def read_settings() -> Settings:
    """The settings of this process; each may be in the file that its name with `_FILE` gives.

    Raises MissingSettingError outside local mode without issuer, audience and keys, and ValueError for a setting that
    cannot be read.
    """
    env = FileAwareEnv(strip_whitespace=True)
    home = Path(env.str("CPD_HOME", "./var")).resolve()
    local = env.str("CPD_MODE", "local", validate=_is_a_mode) == "local"
    port_base = env.int("CPD_PORT_BASE", 8000)
    full = local and _full_mark(home).is_file()
    settings = Settings(
        home=home,
        local=local,
        port_base=port_base,
        jwt_issuer=env.str("CPD_JWT_ISSUER", "cpd-local" if local else ""),
        jwt_audience=env.str("CPD_JWT_AUDIENCE", "cpd" if local else ""),
        jwks=env.str("CPD_JWKS", str(home / "keys" / "jwks.json") if local else ""),
        demo=env.bool("CPD_DEMO", local),
        database_password_file=_file_of_each(env),
        database_url=_database(env, DATABASE, _local_database(home, port_base, SERVICE) if full else ""),
        keys_url=_database(env, "CPD_KEYS", _local_database(home, port_base, KEYS) if full else ""),
        database_pool=env.int("CPD_DATABASE_POOL", 5),
        kafka=read_kafka(env, bootstrap=f"127.0.0.1:{port_base + KAFKA_PORT}" if full else "", single_broker=full),
        worker_port=env.int("CPD_WORKER_PORT", None),
        seal_name=env.str("CPD_SEAL_NAME", "cpd.local", validate=_is_a_key_name),
        seal_key=env.str("CPD_SEAL_KEY", ""),
        seal_keys=env.str("CPD_SEAL_KEYS", ""),
        key_wrapping_keys=env.str("CPD_KEY_WRAPPING_KEYS", "", validate=_are_wrapping_keys),
        access_log_days=env.int("CPD_ACCESS_LOG_DAYS", 730),
        checkpoint_seconds=env.float("CPD_CHECKPOINT_SECONDS", 60.0),
    )
    _require_what_is_needed(settings)
    return settings


def _database(env: Env, name: str, default: str) -> str:
    """The URL under `<name>_URL` with the password under `<name>_PASSWORD`, where one is given apart."""
    given = env.str(f"{name}_URL", default)
    if not given:
        return ""
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise ValueError(f"{name}_URL must be like postgresql://user@host:5432/name") from error
    if url.get_backend_name() != "postgresql" or not url.database:
        raise ValueError(f"{name}_URL must be like postgresql://user@host:5432/name")
    password = "" if name == DATABASE and _file_of_each(env) else env.str(f"{name}_PASSWORD", "")
    return _with_password(url, password)


def _file_of_each(env: Env) -> str:
    """The name of the file with a service's password, where it is one for each."""
    file = env.str(f"{DATABASE}_PASSWORD_FILE", "")
    return file if SERVICE in file else ""


def _with_password(url: URL, password: str) -> str:
    text = (url.set(password=password) if password else url).render_as_string(hide_password=False)
    return text.replace("%7Bservice%7D", SERVICE)


def _full_mark(home: Path) -> Path:
    """There when the stack last started in a home was that of PostgreSQL and Kafka."""
    return home / "full-stack"


def _local_database(home: Path, port_base: int, name: str) -> str:
    """On the server that was started under a home, whose password its first start made."""
    made = home / "postgres" / "password"
    password = f":{made.read_text().strip()}" if made.is_file() else ""
    return f"postgresql://postgres{password}@127.0.0.1:{port_base + POSTGRES_PORT}/cpd_{name}"


def _require_what_is_needed(settings: Settings) -> None:
    needed = {
        "CPD_JWT_ISSUER": settings.jwt_issuer,
        "CPD_JWT_AUDIENCE": settings.jwt_audience,
        "CPD_JWKS": settings.jwks,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise MissingSettingError(f"outside local mode {', '.join(missing)} must be set")
    if bool(settings.database_url) != bool(settings.keys_url):
        raise MissingSettingError("CPD_DATABASE_URL and CPD_KEYS_URL go together: keys are kept apart from every log")


def _is_a_key_name(value: str) -> None:
    if not value.isascii() or not value.isprintable() or not value or set(value) & set(" +/"):
        raise ValueError("CPD_SEAL_NAME is a name like cpd.example.sch.uk, without spaces, + and /")


def _are_wrapping_keys(value: str) -> None:
    from shared.eventstore.wrapping import BadWrappingKeysError, read_keys  # noqa: PLC0415  few have any

    try:
        read_keys(value)
    except BadWrappingKeysError as error:
        raise ValueError(f"CPD_KEY_WRAPPING_KEYS: {error}") from error


def _is_a_mode(value: str) -> None:
    if value not in ("local", "production"):
        raise ValueError("CPD_MODE is local or production")
