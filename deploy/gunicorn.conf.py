"""gunicorn for every service: `cpd web NAME` adds the bind address and the application."""

from importlib import import_module
from pathlib import Path
from typing import Any

MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory, which is all that is asked of it

worker_class = "gthread"
workers = 2
threads = 4
timeout = 30
graceful_timeout = 10
keepalive = 5
limit_request_line = 8190  # the most there is: beyond it gunicorn itself answers, and not with a problem
preload_app = False  # database pools are made in the worker process, never before the fork
accesslog = None  # requests are logged by the application, without personal text
errorlog = "-"
control_socket_disable = True  # it would be opened under $HOME, which a container may not have
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None  # a slow disk would pass for a worker that hangs


def on_starting(server: Any) -> None:
    """Load the code before the fork, so that its processes share it; what it opens is opened after."""
    import_module(server.app.app_uri.partition(":")[0])
