"""What a process is told from outside, read once from the environment and passed down."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env


class MissingSettingError(Exception):
    """A setting that this mode needs is absent; the text names it."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one machine and another. `local` mode makes its own keys and issues tokens."""

    home: Path
    local: bool
    port_base: int
    jwt_issuer: str
    jwt_audience: str
    jwks: str
    demo: bool = False

    def folder(self, name: str) -> Path:
        """The folder `name` under `CPD_HOME`, made if need be."""
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def read_settings() -> Settings:
    """The settings of this process. Raises MissingSettingError outside local mode without issuer, audience and keys."""
    env = Env()
    home = Path(env.str("CPD_HOME", "./var")).resolve()
    local = env.str("CPD_MODE", "local", validate=_is_a_mode) == "local"
    settings = Settings(
        home=home,
        local=local,
        port_base=env.int("CPD_PORT_BASE", 8000),
        jwt_issuer=env.str("CPD_JWT_ISSUER", "cpd-local" if local else ""),
        jwt_audience=env.str("CPD_JWT_AUDIENCE", "cpd" if local else ""),
        jwks=env.str("CPD_JWKS", str(home / "keys" / "jwks.json") if local else ""),
        demo=env.bool("CPD_DEMO", local),
    )
    needed = {
        "CPD_JWT_ISSUER": settings.jwt_issuer,
        "CPD_JWT_AUDIENCE": settings.jwt_audience,
        "CPD_JWKS": settings.jwks,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise MissingSettingError(f"outside local mode {', '.join(missing)} must be set")
    return settings


def _is_a_mode(value: str) -> None:
    if value not in ("local", "production"):
        raise ValueError("CPD_MODE is local or production")
