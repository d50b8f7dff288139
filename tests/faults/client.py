"""A caller over HTTP that sends each command with its key until it is answered, whatever happens to the server."""

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.05


class Command(NamedTuple):
    """One POST, or PUT. `fact` is the event that the log holds of it, once, if it is accepted, under the key.

    `awaits` something that the service learns a little later, such as a person from a message of HR: until then it is
    refused with 404 or 422. `may_be_late`: what it asks for may be settled already, and then it is refused with 409.
    """

    key: str
    role: str
    path: str
    body: Any
    fact: str
    awaits: bool = False
    may_be_late: bool = False
    method: str = "POST"


class Answer(NamedTuple):
    """What the service said in the end."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        return self.status < 300

    @property
    def problem(self) -> str:
        return str(json.loads(self.body)["type"])


class Client:
    """One connection, opened again when it breaks. `failures` are the answers that no caller should ever see."""

    def __init__(self, port: int, tokens: Mapping[str, str]) -> None:
        self.port = port
        self.tokens = tokens
        self.failures: list[tuple[Command, Answer]] = []
        self.retries = 0
        self._connection: http.client.HTTPConnection | None = None

    def send(self, command: Command) -> Answer:
        """The answer to a command, sent again with the same key until there is one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._once(command)
            if answer is not None and not self._is_passing(answer):
                if answer.status == 500:
                    self.failures.append((command, answer))
                return answer
            assert time.monotonic() < deadline, f"{command} was never answered, last {answer}"
            self.retries += 1
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, command: Command) -> Answer | None:
        headers = {
            "Authorization": f"Bearer {self.tokens[command.role]}",
            "Content-Type": "application/json",
            "Idempotency-Key": command.key,
            "X-Correlation-Id": command.key,
        }
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.request(command.method, command.path, json.dumps(command.body), headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def _is_passing(self, answer: Answer) -> bool:
        return answer.status == 503 or (answer.status == 409 and answer.problem == "/problems/overtaken")
