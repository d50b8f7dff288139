"""A service is asked over connections that are kept, and what it answers otherwise than with figures is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from shared.audit.comparing import UnansweredError
from shared.audit.reading import over_http


class Service(BaseHTTPRequestHandler):
    """Answers with the path and the token; counts who connects."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    connected: list[object]
    lets_go = False

    def setup(self) -> None:
        super().setup()
        self.connected.append(self.client_address)

    def do_GET(self) -> None:
        status = int(self.headers["Authorization"].removeprefix("Bearer "))
        said = {"path": self.path} if status == 200 else {"detail": "not for you"}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.lets_go  # without having said so: as a server does whose patience is over

    def log_message(self, *_: object) -> None:
        """Nothing is to be told."""


@contextmanager
def serving(*, lets_go: bool = False) -> Iterator[tuple[str, list[object]]]:
    connected: list[object] = []
    handler = type("Counting", (Service,), {"connected": connected, "lets_go": lets_go})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", connected
        finally:
            server.shutdown()
            thread.join()


def test_a_connection_is_kept_and_what_is_asked_waits_for_the_position_of_the_archive() -> None:
    with serving() as (url, connected):
        read = over_http(url, "200", 17)
        assert [read(f"/v1/owed/{n}?on=2026-03-31") for n in range(10)] == [
            {"path": f"/v1/owed/{n}?on=2026-03-31&min_position=17"} for n in range(10)
        ]
        assert len(connected) == 1


def test_where_a_kept_connection_was_let_go_of_it_is_asked_again() -> None:
    with serving(lets_go=True) as (url, connected):
        read = over_http(url, "200", 17)
        assert all(read(f"/v1/owed/{n}?on=2026-03-31") for n in range(5))
        assert len(connected) >= 5


def test_nothing_there_is_an_answer_and_a_refusal_or_another_address_is_none() -> None:
    with serving() as (url, _):
        assert over_http(url, "404", 1)("/v1/owed?on=2026-03-31") is None
        for status in ("403", "302"):
            with pytest.raises(UnansweredError, match=rf"/v1/owed\?on=2026-03-31 answered {status}: not for you"):
                over_http(url, status, 1)("/v1/owed?on=2026-03-31")
    with pytest.raises(UnansweredError, match="nothing answers at http://127"):
        over_http(url, "200", 1)("/v1/owed?on=2026-03-31")


def test_the_proxy_of_the_environment_is_asked_where_it_names_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as (proxy, _):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        found = over_http("http://cpd.example", "200", 1)("/v1/owed?on=2026-03-31")
        assert found == {"path": "http://cpd.example/v1/owed?on=2026-03-31&min_position=1"}
    with serving() as (url, _):  # the proxy is gone
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert over_http(url, "200", 1)("/v1/owed?on=2026-03-31") == {"path": "/v1/owed?on=2026-03-31&min_position=1"}
