"""Worlds on files, and where it matters on PostgreSQL too."""

import pytest

FILES, POSTGRESQL = "files", "PostgreSQL"


def on_both(metafunc: pytest.Metafunc, modules: tuple[str, ...]) -> None:
    """Run the tests of these modules that ask for a `world` on either."""
    if "world" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in modules:
        metafunc.parametrize("kept_in", [FILES, POSTGRESQL])


def databases(kept_in: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The databases of a world, where it is not kept in files."""
    if kept_in == FILES:
        return {}
    server = request.getfixturevalue("postgres_server")
    return {"database_url": server.new_database(), "keys_url": server.new_database()}
