"""How the library's application comes by a log on PostgreSQL."""

from typing import Any

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment, EnvType, strtobool

from shared.eventstore.postgres import PostgresLedgerRecorder
from shared.eventstore.postgres_pool import Connections

URL = "LOG_URL"
POOL = "LOG_POOL"


def environment(url: str, pool_size: int) -> dict[str, str]:
    """What the library's application is told to keep its log in the database at `url`."""
    return {"PERSISTENCE_MODULE": f"{__name__}:Factory", URL: url, POOL: str(pool_size)}


class Factory(InfrastructureFactory[PostgresLedgerRecorder]):
    """One recorder, whatever it is asked for; no connection before it is used."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.connections = Connections(self.env.get(URL, ""), int(self.env.get(POOL, "1")))

    def application_recorder(self) -> PostgresLedgerRecorder:
        recorder = PostgresLedgerRecorder(self.connections)
        if strtobool(self.env.get("CREATE_TABLE", "y")):
            recorder.create_table()
        return recorder

    def aggregate_recorder(self, *_: Any, **__: Any) -> PostgresLedgerRecorder:
        return self.application_recorder()

    def process_recorder(self) -> PostgresLedgerRecorder:
        return self.application_recorder()

    def tracking_recorder(self, *_: Any, **__: Any) -> PostgresLedgerRecorder:
        return self.application_recorder()

    def close(self) -> None:
        self.connections.close()
