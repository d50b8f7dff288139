"""What the image's health check says of a process, by what the process answers."""

import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.integration.deploy.files import DEPLOY


class Answering(BaseHTTPRequestHandler):
    """Answers the status that the path names, with more text than a connection holds at once."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.removeprefix("/")))
        self.end_headers()
        self.wfile.write(b"cpd_worker_active 1\n" * 50_000)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def process() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _is_healthy(url: str) -> bool:
    asked = subprocess.run([DEPLOY / "healthy"], env={"CPD_HEALTH_URL": url}, check=False, capture_output=True)
    return asked.returncode == 0


def test_a_process_that_answers_is_healthy(process: str):
    assert _is_healthy(f"{process}/200")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_process_that_answers_anything_else_is_not(process: str, status: int):
    assert not _is_healthy(f"{process}/{status}")


def test_a_process_that_does_not_answer_is_not():
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        free = server.server_port
    assert not _is_healthy(f"http://127.0.0.1:{free}/200")
