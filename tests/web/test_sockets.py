"""Who may use a socket: only the page that shows its proof with the cookie that it was made for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

import pytest
from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]  # has no types

from mbasic_core.session import Session, SessionService, SessionUnreadable
from mbasic_core.storage import Unavailable
from mbasic_core.web.identity import Badge, Signer, session_id
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.resurrection import Resurrection
from mbasic_core.web.sockets import Sockets
from tests.web.live import line, live_service, until

SIGNER = Signer(("a secret of the tests",))
PAGE = {"client_id": "client", "workspace": "main", "path": "/"}
SAID = {"build": "of now", "next_message_id": "3", "tab_id": "nicegui's tab", "document_id": "document"}
HELLO = {"tab": "tab"}


class FakeServer:
    """A socket server with handlers like NiceGUI's, which remember what reached them."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.sent: list[tuple[str, Any]] = []
        self.handlers: dict[str, dict[str, Callable[..., Any]]] = {"/": {}}
        for name in ("connect", "handshake"):
            self.on(name, self._coroutine(name))
        for name in ("disconnect", "event", "javascript_response", "ack", "log"):
            self.on(name, self._function(name))

    def on(self, event: str, handler: Callable[..., Any]) -> object:
        self.handlers["/"][event] = handler
        return None

    async def emit(self, event: str, data: object, *, to: str) -> None:
        self.sent.append((to, data))

    async def disconnect(self, sid: str) -> None:
        self.reached.append("closed")
        await self.say("disconnect", sid)

    async def say(self, event: str, *words: object) -> Any:
        answer = self.handlers["/"][event](*words)
        return await answer if asyncio.iscoroutine(answer) else answer

    async def connect(self, sid: str, cookie_id: str | None, **page: str) -> None:
        badge = Badge(cookie_id, 0) if cookie_id else None
        environ = {"QUERY_STRING": urlencode(SAID | page), "asgi.scope": {BADGE: badge}}
        await self.say("connect", sid, environ, None)

    def _coroutine(self, name: str) -> Callable[..., Any]:
        async def handler(*_: object) -> bool:
            self.reached.append(name)
            return True

        return handler

    def _function(self, name: str) -> Callable[..., Any]:
        def handler(*_: object) -> None:
            self.reached.append(name)

        return handler


class Book:
    """Pages that can be made again, and those that were."""

    def __init__(self) -> None:
        self.build = "of now"
        self.made: list[str] = []
        self.fault: Exception | None = None

    def revive(self, scope: dict[str, Any], *, client_id: str, workspace: str, path: str, next_message_id: int) -> None:
        if self.fault is not None:
            raise self.fault
        assert scope[BADGE].cookie_id == "me"
        self.made.append(f"{client_id} {workspace} {path} {next_message_id}")

    def knows(self, client_id: str) -> bool:
        return any(made.startswith(f"{client_id} ") for made in self.made)


class Unreachable:
    """A service whose store gives trouble."""

    def __init__(self, problem: Exception) -> None:
        self._problem = problem

    async def open(self, _id: str) -> Session:
        raise self._problem


def proof(cookie_id: str = "me", **page: str) -> dict[str, str]:
    """A page and its proof."""
    shown = PAGE | page
    return shown | {"proof": SIGNER.page_proof(cookie_id, shown["workspace"], shown["client_id"], shown["path"])}


def everything_known() -> Resurrection:
    """Of a process that sent all pages itself."""
    return Resurrection(Book(), known=lambda _: True)


def story(tell: Callable[[FakeServer, SessionService], Coroutine[Any, Any, None]]) -> None:
    """Tell a story about a socket server and a running service."""

    async def run() -> None:
        async with live_service() as service:
            server = FakeServer()
            sockets = Sockets(server, SIGNER, lambda: service, everything_known())
            sockets.install()
            await tell(server, service)
            sockets.close()

    asyncio.run(run())


def test_proven_page_gets_its_session() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        welcome = await server.say("mbasic_hello", "s1", HELLO)
        assert welcome["state"]["phase"] == "ready"
        assert list(service.sessions) == [session_id("me", "main")]
        session = service.sessions[session_id("me", "main")]
        await server.say("mbasic_input", "s1", line(session, 1, "PRINT 2+2"))
        await until(lambda: any(" 4 " in frame.get("output", {}).get("text", "") for to, frame in server.sent))
        assert {to for to, _ in server.sent} == {"s1"}
        assert server.reached == ["connect"]

    story(tell)


@pytest.mark.parametrize(
    ("cookie_id", "page"),
    [
        (None, proof()),
        ("other", proof()),
        ("me", proof() | {"client_id": "other"}),
        ("me", proof() | {"workspace": "other"}),
        ("me", proof() | {"path": "/other"}),
        ("me", proof() | {"proof": "x"}),
        ("me", PAGE),
        ("me", {}),
    ],
)
def test_socket_without_proof_is_refused_and_gets_nothing(cookie_id: str | None, page: dict[str, str]) -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        with pytest.raises(Refused):
            await server.connect("s1", cookie_id, **page)
        assert await server.say("mbasic_hello", "s1", HELLO) == {"trouble": "refused"}
        assert await server.say("mbasic_input", "s1", {"tab": "t", "n": 1}) == {"outcome": "lost"}
        await server.say("mbasic_drawn", "s1", 5)
        piece = {"upload": "u", "offset": 0, "data": ""}
        assert await server.say("mbasic_piece", "s1", piece) == {"problem": "The connection was lost. Try again."}
        assert "data" not in await server.say("mbasic_file", "s1", {"name": "A", "offset": 0})
        assert not await server.say("handshake", "s1", {"client_id": "client"})
        await server.say("event", "s1", {"client_id": "client"})
        assert server.reached == []
        assert not service.sessions
        assert server.sent == []

    story(tell)


@pytest.mark.parametrize("event", ["event", "javascript_response", "ack", "log", "handshake"])
def test_socket_speaks_for_its_own_page_only(event: str) -> None:
    async def tell(server: FakeServer, _service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        await server.connect("s2", "you", **proof("you", client_id="second"))
        await server.say(event, "s2", {"client_id": "client"})
        await server.say(event, "s2", "client")
        await server.say(event, "s3", {"client_id": "client"})
        assert event not in server.reached
        await server.say(event, "s1", {"client_id": "client"})
        assert server.reached[-1] == event

    story(tell)


@pytest.mark.parametrize("said", [None, "hello", {}, {"tab": None}, {"tab": ""}, {"tab": "x" * 65}])
def test_malformed_hello_is_refused(said: object) -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        assert await server.say("mbasic_hello", "s1", said) == {"trouble": "refused"}
        assert not service.sessions

    story(tell)


def test_page_that_knows_another_session_is_told() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        first = await server.say("mbasic_hello", "s1", HELLO)
        assert first["applied"] is None
        known = {"tab": "tab", "root": first["state"]["root"], "life": first["state"]["life"]}
        assert (await server.say("mbasic_hello", "s1", known))["applied"] == 0
        session = service.sessions[session_id("me", "main")]
        await server.say("mbasic_input", "s1", line(session, 1, "X=1"))
        assert (await server.say("mbasic_hello", "s1", known))["applied"] == 1
        other = known | {"root": "0" * 36}
        assert (await server.say("mbasic_hello", "s1", other))["applied"] is None
        assert (await server.say("mbasic_hello", "s1", known | {"life": 2}))["applied"] is None

    story(tell)


def test_files_of_a_session_are_its_own_pages_only() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        await server.connect("s2", "you", **proof("you", client_id="second"))
        for sid in ("s1", "s2"):
            await server.say("mbasic_hello", sid, HELLO)
        mine, yours = (service.sessions[session_id(name, "main")] for name in ("me", "you"))
        assert await server.say("mbasic_piece", "s1", {"upload": "u", "offset": 0, "data": "c2VjcmV0"}) == {"size": 6}
        said = {"kind": "write", "name": "A.DAT", "upload": "u", "size": 6}
        stolen = line(yours, 1, "") | said  # the other page's upload, under the name that it gave it
        assert await server.say("mbasic_input", "s2", stolen) == {"outcome": "unstaged"}
        forged = line(mine, 1, "") | said
        await server.say("mbasic_piece", "s2", {"upload": "u", "offset": 0, "data": "Zm9yZ2Vk"})
        assert (await server.say("mbasic_input", "s2", forged))["outcome"] == "refused"
        assert (await server.say("mbasic_input", "s1", forged))["outcome"] == "applied"
        assert (mine.files.files, yours.files.files) == ({"A.DAT": b"secret"}, {})
        asked = {"name": "A.DAT", "offset": 0}
        assert await server.say("mbasic_file", "s1", asked) == {"size": 6, "data": "c2VjcmV0"}
        assert await server.say("mbasic_file", "s2", asked) == {"problem": "A.DAT: File not found."}

    story(tell)


def test_disconnected_page_is_let_go() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        await server.say("mbasic_hello", "s1", HELLO)
        session = service.sessions[session_id("me", "main")]
        assert session.watched
        await server.say("disconnect", "s1", "transport close")
        assert not session.watched
        assert server.reached[-1] == "disconnect"
        assert await server.say("mbasic_input", "s1", line(session, 1, "X=1")) == {"outcome": "lost"}

    story(tell)


@pytest.mark.parametrize(
    ("problem", "trouble"),
    [(Unavailable("down"), "store"), (SessionUnreadable("The session is being upgraded."), "upgrade")],
)
def test_session_that_cannot_be_opened_is_explained(problem: Exception, trouble: str) -> None:
    async def tell(server: FakeServer, _service: SessionService) -> None:
        sockets = Sockets(server, SIGNER, lambda: Unreachable(problem), everything_known())  # type: ignore[arg-type,return-value]  # a stub
        sockets.install()
        await server.connect("s9", "me", **proof())
        answer = await server.say("mbasic_hello", "s9", HELLO)
        assert answer["trouble"] == trouble
        assert answer["text"]

    story(tell)


def test_page_that_nicegui_does_not_know_leaves_nothing_behind() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        async def refuse(*_: object) -> None:
            raise Refused("Implicit handshake failed")

        server.on("connect", refuse)
        sockets = Sockets(server, SIGNER, lambda: service, everything_known())
        sockets.install()
        with pytest.raises(Refused):
            await server.connect("s9", "me", **proof())
        assert await server.say("mbasic_hello", "s9", HELLO) == {"trouble": "refused"}

    story(tell)


def test_notice_is_dismissed() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        await server.connect("s1", "me", **proof())
        await server.say("mbasic_hello", "s1", HELLO)
        session = service.sessions[session_id("me", "main")]
        session.keep(f"{session.id}/damaged/x")
        (notice,) = session.notices
        await server.say("mbasic_dismiss", "s1", {"text": notice.text, "record": 5})
        await server.say("mbasic_dismiss", "s2", {"text": notice.text, "record": notice.record})
        assert session.notices
        await server.say("mbasic_dismiss", "s1", {"text": notice.text, "record": notice.record})
        assert session.notices == []

    story(tell)


def test_page_is_told_to_try_again_while_the_server_cannot_serve_it() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        services: list[SessionService | None] = [None]
        Sockets(server, SIGNER, lambda: services[0], everything_known()).install()
        with pytest.raises(Refused, match="Try again"):
            await server.connect("s9", "me", **proof())
        services[0] = service
        await server.connect("s9", "me", **proof())
        services[0] = None  # it drains
        assert (await server.say("mbasic_hello", "s9", HELLO))["trouble"] == "store"

    story(tell)


def test_page_of_another_process_is_made_again_once() -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        book = Book()
        resurrection = Resurrection(book, known=book.knows)
        Sockets(server, SIGNER, lambda: service, resurrection).install()
        await server.connect("s8", "me", **proof())
        await server.connect("s9", "me", **proof())  # a second socket of it, before the first is known to be gone
        assert book.made == ["client main / 3"]
        assert resurrection.count == 1
        assert (await server.say("mbasic_hello", "s9", HELLO))["state"]["phase"] == "ready"

    story(tell)


@pytest.mark.parametrize(
    ("cookie_id", "page"),
    [
        (None, proof()),
        ("other", proof()),
        ("me", proof() | {"client_id": "other"}),
        ("me", proof() | {"workspace": "other"}),
        ("me", proof() | {"path": "/w/other"}),
        ("me", proof() | {"proof": "x"}),
        ("me", proof() | {"build": "of yesterday"}),
        ("me", proof() | {"next_message_id": "-1"}),
        ("me", proof() | {"next_message_id": "9" * 30}),
        ("me", proof() | {"tab_id": ""}),
        ("me", proof() | {"document_id": "x" * 65}),
        ("me", proof(client_id="x" * 65)),
    ],
)
def test_page_is_not_made_again_without_proof_or_of_other_parts(cookie_id: str | None, page: dict[str, str]) -> None:
    async def tell(server: FakeServer, service: SessionService) -> None:
        book = Book()
        Sockets(server, SIGNER, lambda: service, Resurrection(book, known=book.knows)).install()
        with pytest.raises(Refused, match="handshake failed"):
            await server.connect("s9", cookie_id, **page)
        assert book.made == []
        assert not service.sessions

    story(tell)


@pytest.mark.parametrize("event", ["handshake", "event", "javascript_response", "ack", "log"])
def test_a_message_that_nicegui_stumbles_over_is_dropped(event: str) -> None:
    async def scene() -> list[object]:
        server, stumbled = FakeServer(), []

        def stumble(_sid: str, data: dict[str, object]) -> object:
            stumbled.append(event)
            return data["id"]

        async def stumble_later(sid: str, data: dict[str, object]) -> object:
            return stumble(sid, data)

        server.on(event, stumble_later if event == "handshake" else stumble)
        async with live_service() as service:
            Sockets(server, SIGNER, lambda: service, everything_known()).install()
            await server.connect("s1", "me", **proof())
            return [*stumbled, await server.say(event, "s1", {"client_id": "client"}), *stumbled]

    assert asyncio.run(scene()) in ([None, event], [False, event])


@pytest.mark.parametrize(("event", "few"), [("mbasic_hello", True), ("mbasic_file", True), ("mbasic_input", False)])
def test_a_socket_that_does_not_read_its_answers_is_closed(event: str, few: bool) -> None:
    async def scene(unread: int) -> list[str]:
        server = FakeServer()
        async with live_service() as service:
            Sockets(server, SIGNER, lambda: service, everything_known(), unread=lambda _: unread).install()
            await server.connect("s1", "me", **proof())
            await server.say(event, "s1", HELLO)
            return server.reached

    assert asyncio.run(scene(20)) == ["connect"]
    assert asyncio.run(scene(21)) == (["connect", "closed", "disconnect"] if few else ["connect"])
    assert asyncio.run(scene(1_001)) == ["connect", "closed", "disconnect"]
