"""The toy app on a log in a file, its callers and its clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from shared.eventstore.keystore import KeyStore
from shared.eventstore.ledger import Ledger
from shared.eventstore.sealing import Sealer
from shared.settings import Settings
from shared.tokens import ensure_local_key, issue_token
from shared.web.app import create_app
from tests.integration.web.toy import FACTS, Toys, loans_resource

SCHOOL, OTHER_SCHOOL = "136419", "100002"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


class World:
    """An app and what a test may turn: how far the view is, what is wrong."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home, True, 8000, "cpd-local", "cpd", str(home / "keys" / "jwks.json"))
        ensure_local_key(self.settings)
        self.engine = create_engine(f"sqlite:///{home / 'keys.sqlite'}")
        store = KeyStore(self.engine)
        store.create_tables()
        self.sealer = Sealer(store)
        self.path = str(home / "log.sqlite")
        self.ledger = Ledger(self.path, FACTS, self.sealer)
        self.lag = 0
        self.wrong: dict[str, str] = {}
        self.app = self.new_app()
        self.client = self.app.test_client()

    def new_app(self) -> Flask:
        app = create_app(
            "toys",
            self.settings,
            [loans_resource(Toys(self.ledger))],
            ledger=self.ledger,
            sealer=self.sealer,
            clock=lambda: NOW,
            checks={"database": lambda: self.wrong.get("database"), "lag": lambda: self.wrong.get("lag")},
            view_position=lambda: self.ledger.position() - self.lag,
        )
        app.testing = True
        return app

    def token(self, *roles: str, schools: list[str] | None = None, staff_id: str | None = None, **more: Any) -> str:
        now = more.pop("now", datetime.now(UTC))
        return issue_token(self.settings, roles=roles, schools=schools, staff_id=staff_id, now=now, **more)

    def bearer(self, *roles: str, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(*roles, **claims)}"}

    def lend(self, *, staff_id: str = "s1", school_urn: str = SCHOOL, **more: Any) -> Any:
        body = {"staff_id": staff_id, "school_urn": school_urn, "pence": 100, "lent_on": "2026-08-01"} | more
        return self.client.post("/v1/loans", json=body, headers=self.bearer("headteacher"))

    def close(self) -> None:
        self.ledger.close()
        self.engine.dispose()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.client
