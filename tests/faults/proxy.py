"""A wire between a client and a server that can be cut, or kept from carrying, at a chosen moment."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Literal, Self

__all__ = ["Proxy"]


class Proxy:
    """Listens on a port of its own and passes everything on to `target`, in threads.

    hold: a replica gets nothing any more from its master, though what it answers still arrives there.
    cut: what is to become of the next save; "" again once that has happened.

    Example:
        with Proxy(server.address) as proxy:
            proxy.cut = "before"  # the next save reaches the server in part, then the connection is reset
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.cut: Literal["", "before", "after"] = ""
        self.hold = threading.Event()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """The URL of database 0 of the Redis behind it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Refuse new connections, and reset those that there are; what was held back is lost. Idempotent."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._sockets:
            _reset(end)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target, timeout=5)
            except OSError:
                _reset(client)
                continue
            server.settimeout(None)
            self._sockets += [client, server]
            wire = _Wire(self, client, server)
            threading.Thread(target=wire.to_server, daemon=True).start()
            threading.Thread(target=wire.to_client, daemon=True).start()


class _Wire:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._cut_answer = self._replica = False

    def to_server(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._client.recv(65536):
                self._replica = self._replica or b"PSYNC" in data.upper()
                if self._proxy.cut and b"EVALSHA" in data:
                    how, self._proxy.cut = self._proxy.cut, ""
                    if how == "before":
                        self._server.sendall(data[: len(data) // 2])
                        break
                    self._cut_answer = True
                self._server.sendall(data)
        self._end()

    def to_client(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._server.recv(65536):
                if self._replica and self._proxy.hold.is_set():
                    continue
                if self._cut_answer:
                    break
                self._client.sendall(data)
        self._end()

    def _end(self) -> None:
        _reset(self._client)
        _reset(self._server)


def _reset(end: socket.socket) -> None:
    """Close with RST, as a crashed host or an impatient firewall does."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    end.close()
