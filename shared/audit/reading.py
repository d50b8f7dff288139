"""How a service is asked: over HTTP where it is served, or in this process."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from shared.audit.comparing import Read, UnansweredError
from shared.web.app import WebApp

SECONDS = 60


def over_http(url: str, token: str, position: int) -> Read:
    """Asks the service at `url`, once its views have reached a position."""

    def read(path: str) -> object:
        asked = Request(f"{url}{path}&min_position={position}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310  the caller's own choice
        try:
            with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310  likewise
                return json.loads(answer.read())
        except HTTPError as error:
            if error.code == 404:
                return None
            raise UnansweredError(f"{url}{path} answered {error.code}: {_detail(error)}") from error
        except (OSError, ValueError) as error:
            raise UnansweredError(f"nothing answers at {url} ({error})") from error

    return read


def in_process(app: WebApp, token: str) -> Read:
    """Asks an app of this process."""
    client = app.test_client()
    app.telemetry.tells_requests = False

    def read(path: str) -> object:
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise UnansweredError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json

    return read


def _detail(error: HTTPError) -> str:
    """What a refusal says, where it says it as we do."""
    try:
        return str(json.loads(error.read())["detail"])
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason
