"""What we use of NiceGUI 3.18 beside its public interface: clients under given ids, and the addresses of its files.

A page that comes back to a process that never sent it is built again under the id that the browser knows it by. For
that its elements must have the same ids, its listeners the same names and its files the same addresses everywhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from nicegui import Client, dependencies, ui
from socketio import packet  # type: ignore[import-untyped]  # has no types
from starlette.requests import Request

__all__ = [
    "address_by_content",
    "fingerprint",
    "is_known",
    "log_once",
    "name_listeners",
    "refuse_malformed",
    "revive_client",
    "unread",
]

log = logging.getLogger(__name__)


def is_known(client_id: str) -> bool:
    """Whether this process has that page."""
    return client_id in Client.instances


def revive_client(
    page: ui.page, request: Request, *, client_id: str, next_message_id: int, build: Callable[[], None]
) -> None:
    """Make the page that a browser shows under `client_id` known to this process, without sending it anything.

    `build` makes the page's elements, as it did in the process that sent them. `next_message_id` is what the browser
    says of NiceGUI's own messages; numbering goes on from there, or NiceGUI would have the page load itself anew.
    """
    client = Client(page, request=request)
    del Client.instances[client.id]
    client.id = client_id
    Client.instances[client_id] = client
    try:
        with client:
            build()
    except BaseException:
        client.delete()
        raise
    client._response_built = True  # noqa: SLF001 - the browser has it
    client.outbox.updates.clear()
    client.outbox.next_message_id = next_message_id


def name_listeners(client: Client) -> None:
    """Give the page's event listeners names that depend on nothing but their place; NiceGUI draws random ones."""
    for element in client.elements.values():
        listeners = list(element._event_listeners.values())  # noqa: SLF001 - has no public name
        for place, listener in enumerate(listeners):
            listener.id = f"{element.id}.{place}.{listener.type}"
        element._event_listeners = {listener.id: listener for listener in listeners}  # noqa: SLF001 - as above


def fingerprint(client: Client, *further: str) -> str:
    """What a page is made of, as a short digest: its elements, the addresses of their files, and `further` texts."""
    elements = {number: element._to_dict() for number, element in client.elements.items()}  # noqa: SLF001 - as above
    addresses = sorted(component.key for element in client.elements.values() if (component := element.component))
    content = json.dumps([elements, addresses, *further], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def address_by_content(modules: Iterable[str]) -> None:
    """Let the addresses of all components, and of the ES modules named, depend on nothing but what is in their files.

    NiceGUI's depend on where and when they were installed, so that a page from one host would ask another for files
    that it has under other addresses. To be called when everything that a page uses has been imported.
    """
    for key, module in list(dependencies.esm_modules.items()):
        if module.name in modules:
            dependencies.esm_modules[_digest(module.path)] = dependencies.esm_modules.pop(key)
    for key, component in list(dependencies.js_components.items()):
        component.key = f"{_digest(component.path)}/{component.path.name}"
        dependencies.js_components[component.key] = dependencies.js_components.pop(key)


def log_once() -> None:
    """Leave what the socket server logs to the handlers of the log: it brings one of its own, which writes it again."""
    for name in ("socketio.server", "engineio.server"):
        logging.getLogger(name).handlers.clear()
    logging.getLogger("engineio.server").addFilter(_without_traceback)


class _Packet(packet.Packet):  # type: ignore[misc]  # socketio has no types
    """A packet that is an event without a name when it cannot be read."""

    def decode(self, encoded_packet: str) -> Any:
        try:
            return super().decode(encoded_packet)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            self.packet_type, self.data = packet.EVENT, None
            return 0


def unread(server: Any, sid: str) -> int:
    """How many packets wait until a socket's other end takes them."""
    socket = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    return socket.queue.qsize() if socket else 0


def refuse_malformed(server: Any) -> None:
    """Let the socket server drop what no page sends, instead of failing over it, one traceback in the log for each.

    Among that are events under the names of its own: `connect` with an environment of the sender's making, say.
    """
    handle_event, handle_message = server._handle_event, server._handle_eio_message  # noqa: SLF001 - has no other place

    async def event(eio_sid: str, namespace: str | None, id: int | None, data: object) -> None:
        match data:
            case [str() as name, _] if name not in ("connect", "disconnect"):
                await handle_event(eio_sid, namespace, id, data)

    async def message(eio_sid: str, data: str | bytes) -> None:
        try:
            await handle_message(eio_sid, data)
        except (LookupError, ValueError) as problem:
            log.info("a socket sent what no page sends: %s", problem)

    server.packet_class, server._handle_event = _Packet, event  # noqa: SLF001 - as above
    server.eio.on("message", message)


def _without_traceback(record: logging.LogRecord) -> bool:
    if str(record.msg).startswith("Unknown receive error"):  # a packet of a kind that there is not
        record.exc_info = None
    return True


@cache
def _digest(path: Path) -> str:
    """Of a file, or of a folder with all that is in it."""
    content = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(found for found in path.rglob("*") if found.is_file()):
        content.update(file.relative_to(path.parent).as_posix().encode() + b"\0" + file.read_bytes())
    return content.hexdigest()[:32]
