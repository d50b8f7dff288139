"""How a service is asked: over HTTP where it is served, or in this process."""

from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from shared.audit.comparing import AT_ONCE, Read, UnansweredError

if TYPE_CHECKING:
    from shared.web.app import WebApp  # most commands do without it

SECONDS = 60


def over_http(url: str, token: str, position: int) -> Read:
    """Asks the service at `url`, once its views have reached a position; by several threads at once, if need be."""
    connections, headers = _connections(url), {"Authorization": f"Bearer {token}"}

    def read(path: str) -> object:
        try:
            answer = connections.request("GET", f"{url}{path}&min_position={position}", headers=headers)
            if answer.status == 200:
                return answer.json()
        except (HTTPError, ValueError) as error:
            raise UnansweredError(f"nothing answers at {url} ({error})") from error
        if answer.status == 404:
            return None
        raise UnansweredError(f"{url}{path} answered {answer.status}: {_detail(answer)}")

    return read


def _connections(url: str) -> urllib3.PoolManager:
    """Connections that are kept, through the proxy that the environment names for this address."""
    target = urllib3.util.parse_url(url)
    proxy = None if proxy_bypass(target.host or "") else getproxies().get(target.scheme or "")
    kept: dict[str, Any] = {
        "maxsize": AT_ONCE,
        "timeout": SECONDS,
        "retries": urllib3.Retry(1, redirect=False, status=False),
    }
    return urllib3.ProxyManager(proxy, **kept) if proxy else urllib3.PoolManager(**kept)


def in_process(app: "WebApp", token: str) -> Read:
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


def _detail(answer: urllib3.BaseHTTPResponse) -> str:
    """What a refusal says, where it says it as we do."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.reason or "without a reason"
