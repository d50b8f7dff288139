"""The running service as the demo's people call it: by HTTP, each with a token of their own."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from shared.clock import Clock
from shared.settings import Settings
from shared.tokens import issue_token

TIMEOUT_SECONDS = 10
PATIENCE_SECONDS = 15.0
PAUSE_SECONDS = 0.1


class ServiceAwayError(Exception):
    """Nothing answers at the service's address."""


class CallRefusedError(Exception):
    """The service answered with a problem; the text is its own."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


class Caller(NamedTuple):
    """Who calls: a name for the story, the role, and the staff id where it is a person."""

    name: str
    role: str
    staff_id: str | None = None


class Client:
    """Calls as different people, and remembers the position that a read has to wait for."""

    def __init__(self, url: str, settings: Settings, clock: Clock, schools: list[str]) -> None:
        self._url = url
        self._settings = settings
        self._clock = clock
        self._schools = schools
        self._position = ""

    def require_running(self) -> None:
        """Raises ServiceAwayError where nothing answers."""
        try:
            urllib.request.urlopen(f"{self._url}/livez", timeout=TIMEOUT_SECONDS).close()  # noqa: S310  our own service
        except OSError as error:
            raise ServiceAwayError(self._url) from error

    def post(self, caller: Caller, path: str, body: Any) -> Any:
        """Do something, once. Raises ServiceAwayError, CallRefusedError."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        return self._call(caller, "POST", path, json.dumps(body).encode(), headers)

    def get(self, caller: Caller, path: str, **query: str) -> Any:
        """Read what is there, no older than the last command: ask again while the views are further behind than that.

        Raises ServiceAwayError, CallRefusedError.
        """
        waiting = {"min_position": self._position} if self._position else {}
        asked = f"{path}?{urlencode(query | waiting)}"
        return _patiently(HTTPStatus.SERVICE_UNAVAILABLE, lambda: self._call(caller, "GET", asked, None, {}))

    def post_once_known(self, caller: Caller, path: str, body: Any) -> Any:
        """Do something about a person of whom HR has told the bus a moment ago: ask again while nobody knows them."""
        return _patiently(HTTPStatus.UNPROCESSABLE_ENTITY, lambda: self.post(caller, path, body))

    def now(self) -> datetime:
        return self._clock()

    def _call(self, caller: Caller, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        token = issue_token(
            self._settings, roles=[caller.role], schools=self._schools, staff_id=caller.staff_id, now=self._clock()
        )
        request = urllib.request.Request(  # noqa: S310  our own service
            f"{self._url}{path}", body, headers | {"Authorization": f"Bearer {token}"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  our own service
                self._position = answer.headers.get("Cpd-Position", self._position)
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise CallRefusedError(error.code, _detail(error.read())) from error
        except OSError as error:
            raise ServiceAwayError(self._url) from error


def _patiently(passing: HTTPStatus, call: Callable[[], Any]) -> Any:
    """What `call` gives, called again for a while as long as it is refused with this status."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except CallRefusedError as error:
            if error.status != passing or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def _detail(body: bytes) -> str:
    try:
        problem = json.loads(body)
    except ValueError:
        return "an answer that is no problem document"
    return f"{problem.get('detail', '')} {problem.get('errors', '')}".strip()
