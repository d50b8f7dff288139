"""A service's empty tables, made once in a process and laid as files into each home that needs them."""

import shutil
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared.settings import Settings


def settings_of(home: Path, **servers: Any) -> Settings:
    """Local mode on the files of `home`, or on servers."""
    return Settings(home, True, 8000, "cpd-local", "cpd", str(home / "keys" / "jwks.json"), **servers)


def lay_tables(service: str, home: Path) -> None:
    """Put the files with the service's tables into `home`, but for those that are there."""
    made = Path(_tables(service).name)
    for file in made.rglob("*.sqlite"):
        laid = home / file.relative_to(made)
        if not laid.exists():
            laid.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, laid)


@cache
def _tables(service: str) -> TemporaryDirectory[str]:
    """The home they were made in, which is gone with the process."""
    folder = TemporaryDirectory()
    runtime = import_module(f"services.{service}.service").ASSEMBLY.open_runtime(settings_of(Path(folder.name)))
    with closing(runtime.stores):
        runtime.stores.create_tables()
    return folder
