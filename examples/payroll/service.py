"""The two calls of HTTP that payroll makes, and what can come of them."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

FEED = "/v1/feed/cpd.repayments.v1"
TIMEOUT_SECONDS = 30
PASSES = frozenset({408, 425, 429})
"""Refusals (beside 5xx) that say: not now."""


class AwayError(Exception):
    """The service does not answer, or not now. Ask again after `seconds`, or later."""

    def __init__(self, why: str, seconds: float = 0) -> None:
        super().__init__(why)
        self.seconds = seconds


class NotLetInError(Exception):
    """The token is missing, over, or not payroll's."""


class RefusedError(Exception):
    """The service understood and said no; the text says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status = status


class Service:
    """The agreements service at `url`, spoken to with `token`. Raises AwayError, NotLetInError, RefusedError."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token

    def feed(self, after: str | None, limit: int = 200) -> dict[str, Any]:
        """The messages after a cursor: `{items, next}`."""
        query = {"limit": str(limit)} | ({"after": after} if after else {})
        return self._call("GET", f"{FEED}?{urlencode(query)}", None, {})

    def post(self, path: str, body: str, key: str) -> dict[str, Any]:
        """Do something, once however often it is asked with this key and body."""
        return self._call("POST", path, body.encode(), {"Idempotency-Key": key, "Content-Type": "application/json"})

    def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        request = Request(self.url + path, body, {"Authorization": f"Bearer {self.token}", **headers}, method=method)  # noqa: S310  the scheme is checked on start
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  as above
                given = json.loads(answer.read())
        except HTTPError as error:
            with error:
                raise _refusal(error) from error
        except (URLError, OSError, http.client.HTTPException) as error:
            raise AwayError(str(error) or type(error).__name__) from error
        except ValueError as error:
            raise AwayError(f"answered something that is no JSON ({error})") from error
        if not isinstance(given, dict):
            raise AwayError("answered something that is no JSON object")
        return given


def _refusal(error: HTTPError) -> Exception:
    why = _problem(error)
    if error.code in (401, 403):
        return NotLetInError(f"{error.code}: {why}")
    if error.code < 500 and error.code not in PASSES:
        return RefusedError(error.code, why)
    seconds = error.headers.get("Retry-After", "")
    return AwayError(f"{error.code}: {why}", float(seconds) if seconds.isdigit() else 0)


def _problem(error: HTTPError) -> str:
    """Why not, from problem details (RFC 9457): the fields and their messages, else the detail."""
    try:
        given = json.loads(error.read())
    except (ValueError, OSError, http.client.HTTPException):
        return error.reason
    if not isinstance(given, dict):
        return error.reason
    fields = given.get("errors") or {}
    said = [f"{name} {', '.join(texts)}" for name, texts in fields.items()]
    return "; ".join(said) or str(given.get("detail", error.reason))
