"""A wire to a server that can be cut at the worst moment: just before a request arrives, or just before its answer."""

import select
import socket
import threading
from contextlib import suppress
from typing import Literal

Cut = Literal["request", "reply"]


class Wire:
    """A port that passes everything on to another one, until it is told to cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut: Cut | None = None
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut_next(self, what: Cut) -> None:
        """Lose the next request, or the next reply, with the connection it comes by."""
        self._cut = what

    def close(self) -> None:
        """Take no more connections, and wait for the end of those that are there."""
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._threads.append(threading.Thread(target=self._carry, args=(client, server)))
                self._threads[-1].start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, suppress(ConnectionError):
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if self._cut == ("request" if source is client else "reply"):
                        self._cut = None
                        self.cuts += 1
                        return
                    (server if source is client else client).sendall(data)
