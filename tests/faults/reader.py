"""Someone who asks the service again and again, and notes every answer that is not as it should be."""

import http.client
import json
import threading
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shared.projections.positions import served
from tests.faults.house import House


class Watcher:
    """Asks the database itself, as fast as it can: how far each view is, and how many rows it has. Neither goes back.

    A caller by HTTP waits until views have caught up, and so would miss that they went back for a moment.
    """

    def __init__(self, engine: Engine) -> None:
        self.looks = 0
        self.troubles: list[str] = []
        self._engine = engine
        self._seen: dict[str, tuple[int, int]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except DBAPIError as error:
                self.troubles.append(str(error))

    def _look(self) -> None:
        with self._engine.connect() as connection:
            for name, found in served(connection).items():
                rows = connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608  a view's name
                before = self._seen.get(name, (0, 0))
                if found.position < before[0] or rows < before[1]:
                    self.troubles.append(f"{name}: went back from {before} to {(found.position, rows)}")
                self._seen[name] = found.position, rows
        self.looks += 1


class Reader:
    """Asks for `path`, and for two of the agreements it has seen there. Each answer is 200 and never goes back."""

    def __init__(self, house: House, path: str) -> None:
        self.path = path
        self.reads = 0
        self.troubles: list[str] = []
        self._house = house
        self._position = 0
        self._versions: dict[str, int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read_on)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _read_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._house.port, timeout=60)
        while not self._stopping.is_set():
            try:
                for path in (self.path, *(f"/v1/agreements/{its}" for its in list(self._versions)[:2])):
                    self._read(connection, path)
            except (OSError, http.client.HTTPException) as error:
                self.troubles.append(f"{self.path}: {type(error).__name__} {error}")
                connection.close()
        connection.close()

    def _read(self, connection: http.client.HTTPConnection, path: str) -> None:
        connection.request("GET", path, headers={"Authorization": f"Bearer {self._house.tokens['auditor']}"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            self.troubles.append(f"{path}: {response.status} {body!r}")
            return
        self.reads += 1
        position = int(response.headers["Cpd-Position"])
        if position < self._position:
            self.troubles.append(f"{path}: went back from {self._position} to {position}")
        self._position = position
        self._look_at(path, json.loads(body), response.headers["ETag"].strip('"'))

    def _look_at(self, path: str, document: dict[str, Any], tag: str) -> None:
        """The tag of one agreement is its version."""
        if path.startswith("/v1/agreements?"):
            self._versions |= {row["id"]: 0 for row in document["items"] if row["id"] not in self._versions}
        elif path.startswith("/v1/agreements/"):
            if int(tag) < self._versions[document["id"]]:
                self.troubles.append(f"{path}: went back to version {tag}")
            self._versions[document["id"]] = int(tag)
