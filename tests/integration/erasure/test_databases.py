"""On PostgreSQL: every table of every database is searched for what was said of someone erased, and for their key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from shared.erasure.erasing import Wanted, erase
from shared.eventstore.keystore import KeyStore
from shared.service import services
from tests.integration.agreements.world import NOW
from tests.integration.erasure.installed import erasable
from tests.integration.subject_access.conftest import HERS, SHE, Told, everything_told
from tests.servers.postgres import PostgresServer

NAMES = ("agreements", "requests", "reviews", "keys")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def databases(postgres_server: PostgresServer) -> dict[str, str]:
    """The URLs by setting; a database a service, and one for the keys."""
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        for name in NAMES:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"erasing_{name}")))
    template = postgres_server.url("erasing_{service}")
    return {"database_url": template, "keys_url": template.replace("{service}", "keys")}


@pytest.fixture
def told(databases: dict[str, str], tmp_path: Path) -> Iterator[Told]:
    with everything_told(tmp_path, databases) as told:
        yield told


def contents(told: Told) -> dict[str, bytes]:
    """By table, all that its rows hold."""
    settings = told.worlds["agreements"].settings
    found = {}
    for name in NAMES:
        with psycopg.connect(settings.keys_url if name == "keys" else str(settings.database(name))) as connection:
            for (table,) in connection.execute(TABLES).fetchall():
                rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
                found[f"{name}.{table}"] = b"\n".join(as_bytes(value) for row in rows for value in row)
    return found


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def files_of(server: PostgresServer) -> Iterator[bytes]:
    """What the server's tables lie in, written out."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    for path in (server.folder / "data" / "base").rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_no_table_holds_what_was_said_of_her_or_her_key(told: Told, postgres_server: PostgresServer) -> None:
    settings = told.worlds["agreements"].settings
    key = KeyStore(told.worlds["agreements"].runtime.stores.keys.engine).kept(SHE)
    assert key is not None
    assert any(key in content for content in files_of(postgres_server)), "the search finds it"
    wanted = Wanted(staff_id=SHE, by="dpo", reason="Magpie asked", early=True)
    made = erasable(settings, services())
    erase(made, wanted, lambda: NOW)
    for its in made:
        its.stores.close()
    planted = {text for marker in told.markers[SHE].values() for text in marker.planted}
    about_her = [text.encode() for text in planted if not text.endswith("provider")]
    tables = contents(told)
    assert any(f"{HERS} asked provider".encode() in content for content in tables.values()), "the search finds it"
    assert [name for name, content in tables.items() if any(text in content for text in about_her)] == []
    assert [name for name, content in tables.items() if b"Magpie" in content or key in content] == []
    assert not any(key in content for content in files_of(postgres_server))
