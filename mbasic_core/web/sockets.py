"""The socket: who may use it, and what is said on it beside NiceGUI's own messages.

NiceGUI takes a socket's word for the page it belongs to. Here a socket belongs to the page whose proof it showed when
it connected, together with the cookie that the proof was made for; without that it gets nothing and is not heard.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs

from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]  # has no types

from mbasic_core.session import Notice, Session, SessionService, SessionUnreadable
from mbasic_core.session.identifiers import same_session, short
from mbasic_core.storage import StoreError
from mbasic_core.web.identity import Badge, Signer, session_id
from mbasic_core.web.inputs import MAX_TAB
from mbasic_core.web.link import Link, Message
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.resurrection import Resurrection, TooMany, Unknown

__all__ = ["Sockets"]

log = logging.getLogger(__name__)

_BY_CLIENT = ("event", "javascript_response", "ack", "log")
_PROVED = ("client_id", "workspace", "path", "proof")
_SAID = (*_PROVED, "build", "next_message_id", "tab_id", "document_id")
_UNKNOWN = "Implicit handshake failed"  # NiceGUI's own words; static/boot.js loads the page anew
_MALFORMED = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)  # raised for what is not in a message
_FEW, _MANY = 20, 1_000  # packets that a socket may have left unread when it asks for much, or for little
_LATER = "Try again"
_GONE = "The connection was lost. Try again."


Handler: TypeAlias = Callable[..., Any]
"""What socketio calls: with the socket's id and what it sent."""


class SocketServer(Protocol):
    """The part of socketio.AsyncServer that is used."""

    handlers: dict[str, dict[str, Handler]]

    def on(self, event: str, handler: Handler) -> object: ...
    async def emit(self, event: str, data: object, *, to: str) -> None: ...
    async def disconnect(self, sid: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Seat:
    """A socket's proven place: the page, and the session it shows."""

    client_id: str
    session: str


@dataclass(frozen=True, slots=True)
class PageName:
    """What a page calls itself, and the session that it knows ("" for a page that knows none yet)."""

    tab: str
    root: str
    life: int
    unbegun: bool = False
    """The page has never seen that anything of the session was stored."""

    @classmethod
    def read(cls, said: object) -> PageName | None:
        """The name in a message; None when there is none, or a malformed one."""
        match said:
            case {"tab": str() as tab, "root": str() as root, "life": int() as life, **more} if 0 < len(tab) <= MAX_TAB:
                return cls(tab, root, life, more.get("unbegun") is True)
            case {"tab": str() as tab} if 0 < len(tab) <= MAX_TAB:
                return cls(tab, "", 0)
            case _:
                return None

    def applied(self, session: Session) -> int | None:
        """The page's last input that the session has; None when the page knows another session than this."""
        if self.unbegun and not session.begun and self.life == session.life:
            session.adopt(self.root)  # which another process gave out, that ended before there was anything to store
        known = same_session(self.root, session.root) and self.life == session.life
        return session.applied.get(self.tab, 0) if known else None


class Sockets:
    """Stands before NiceGUI's handlers on the socket server, and holds the pages' links to their sessions."""

    def __init__(
        self,
        server: SocketServer,
        signer: Signer,
        service: Callable[[], SessionService | None],
        resurrection: Resurrection,
        *,
        unread: Callable[[str], int] = lambda _: 0,
    ) -> None:
        self._server = server
        self._signer = signer
        self._service = service
        self._resurrection = resurrection
        self._unread = unread
        self._seats: dict[str, Seat] = {}
        self._links: dict[str, Link] = {}

    @property
    def pages(self) -> int:
        """How many pages are connected."""
        return len(self._links)

    def install(self) -> None:
        """Wrap NiceGUI's handlers and add ours. To be called once, before the server starts."""
        nicegui = self._server.handlers["/"]
        self._server.on("connect", self._connect_before(nicegui["connect"]))
        self._server.on("handshake", self._handshake_before(nicegui["handshake"]))
        self._server.on("disconnect", self._disconnect_before(nicegui["disconnect"]))
        for event in _BY_CLIENT:
            self._server.on(event, self._own_page_only(nicegui[event]))
        self._server.on("mbasic_hello", self._if_read(self._hello, _FEW))
        self._server.on("mbasic_input", self._if_read(self._input, _MANY))
        self._server.on("mbasic_drawn", self._drawn)
        self._server.on("mbasic_piece", self._if_read(self._piece, _MANY))
        self._server.on("mbasic_file", self._if_read(self._file, _FEW))
        self._server.on("mbasic_dismiss", self._dismiss)

    def close(self) -> None:
        """End every link; the server is going down."""
        for sid in list(self._links):
            self._unlink(sid)

    def _connect_before(self, original: Handler) -> Handler:
        async def connect(sid: str, environ: dict[str, Any], auth: object = None) -> object:
            query = parse_qs(environ.get("QUERY_STRING", ""))
            said = {name: query.get(name, [None])[0] for name in _SAID}
            seat = self._prove(environ, said)
            if seat is None:
                raise Refused(_UNKNOWN)
            if self._service() is None:
                raise Refused(_LATER)
            try:
                self._resurrection.admit(seat.session, said, environ["asgi.scope"])
            except Unknown as problem:
                log.info("session %s: %s; it is loaded anew", short(seat.session), problem)
                raise Refused(_UNKNOWN) from problem
            except TooMany as problem:
                raise Refused(_LATER) from problem
            self._seats[sid] = seat
            try:
                return await original(sid, environ, auth)
            except Refused:  # there will be no disconnect
                del self._seats[sid]
                raise

        return connect

    def _handshake_before(self, original: Handler) -> Handler:
        async def handshake(sid: str, data: object) -> object:
            try:
                return self._speaks_for(sid, data) and await original(sid, data)
            except _MALFORMED as problem:
                log.info("a page said what no page says: %r", problem)
                return False

        return handshake

    def _disconnect_before(self, original: Handler) -> Handler:
        async def disconnect(sid: str, *_reason: object) -> None:
            self._unlink(sid)
            self._seats.pop(sid, None)
            original(sid)

        return disconnect

    def _own_page_only(self, original: Handler) -> Handler:
        def handle(sid: str, data: object) -> object:
            try:
                return original(sid, data) if self._speaks_for(sid, data) else None
            except _MALFORMED as problem:
                log.info("a page said what no page says: %r", problem)
                return None

        return handle

    def _if_read(self, original: Handler, most: int) -> Handler:
        """Answer those who read their answers: for others a megabyte each would pile up here."""

        async def handle(sid: str, said: object) -> object:
            if self._unread(sid) > most:
                log.info("a socket that asks, and does not read what is answered, is closed")
                await self._server.disconnect(sid)
                return None
            return await original(sid, said)

        return handle

    def _prove(self, environ: dict[str, Any], said: dict[str, str | None]) -> Seat | None:
        badge: Badge | None = environ.get("asgi.scope", {}).get(BADGE)
        client_id, workspace, path, proof = (said[name] for name in _PROVED)
        if badge is None or client_id is None or workspace is None or path is None or proof is None:
            return None
        if not self._signer.proves(proof, badge.cookie_id, workspace, client_id, path):
            return None
        return Seat(client_id, session_id(badge.cookie_id, workspace))

    def _speaks_for(self, sid: str, data: object) -> bool:
        seat = self._seats.get(sid)
        return seat is not None and isinstance(data, dict) and data.get("client_id") == seat.client_id

    async def _hello(self, sid: str, said: object) -> Message:
        """A page connected, for the first time or again: everything it needs, or why it must wait."""
        seat, me, service = self._seats.get(sid), PageName.read(said), self._service()
        if seat is None or me is None:
            return {"trouble": "refused"}
        if service is None:
            return {"trouble": "store", "text": "The session store has not answered yet."}
        try:
            session = await service.open(seat.session)
        except SessionUnreadable as problem:
            return {"trouble": "upgrade", "text": str(problem)}
        except StoreError as problem:
            log.warning("session not opened: %s", problem)
            return {"trouble": "store", "text": "The session store cannot be reached."}
        if sid not in self._seats:
            return {"trouble": "refused"}  # gone meanwhile
        self._unlink(sid)
        link = Link(session, tab=me.tab, send=lambda frame: self._server.emit("mbasic_frame", frame, to=sid))
        applied = me.applied(session)
        welcome = link.welcome() | {"applied": applied}
        self._links[sid] = link
        link.start()
        return welcome

    async def _input(self, sid: str, message: object) -> Message:
        link = self._links.get(sid)
        return link.input(message) if link is not None else {"outcome": "lost"}

    async def _drawn(self, sid: str, end: object) -> None:
        link = self._links.get(sid)
        if link is not None and isinstance(end, int):
            link.drawn(end)

    async def _piece(self, sid: str, message: object) -> Message:
        link = self._links.get(sid)
        return link.transfer.take(message) if link is not None else {"problem": _GONE}

    async def _file(self, sid: str, message: object) -> Message:
        link = self._links.get(sid)
        return link.transfer.give(message) if link is not None else {"problem": _GONE}

    async def _dismiss(self, sid: str, said: object) -> None:
        link = self._links.get(sid)
        match said:
            case {"text": str() as text, "record": str() as record} if link is not None:
                link.session.dismiss(Notice(text, record))

    def _unlink(self, sid: str) -> None:
        link = self._links.pop(sid, None)
        if link is not None:
            link.close()
