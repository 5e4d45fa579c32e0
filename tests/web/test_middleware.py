"""The Origin check, and who gets a cookie."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from mbasic_core.web.identity import Signer
from mbasic_core.web.middleware import BADGE, HeadersMiddleware, IdentityMiddleware, OriginMiddleware, same_origin

SIGNER = Signer(("a secret of the tests",))
SOCKET = "/_nicegui_ws/socket.io/"


class Inner:
    """An application that answers everything, and remembers the scope."""

    def __init__(self) -> None:
        self.scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        kind = "http.response.start" if scope["type"] == "http" else "websocket.accept"
        await send({"type": kind, "status": 200, "headers": []})


def ask(
    app: Any, *, kind: str = "http", method: str = "GET", path: str = "/", scheme: str = "http", **headers: str
) -> Message:
    """The first message that an application answers with."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": f"{kind}.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "path": path, "scheme": scheme, "headers": raw, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return sent[0]


def cookie_of(answer: Message) -> str | None:
    headers = {name.decode(): value.decode() for name, value in answer["headers"]}
    return headers.get("set-cookie")


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
        ("http://localhost:8080", "127.0.0.1:8080", False),
        ("https://Example.com", "example.com", True),
        ("https://example.com", "example.com:443", True),
        ("http://example.com", "example.com:443", False),
        ("https://example.com.evil.org", "example.com", False),
        ("https://evil.org/example.com", "example.com", False),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://[::1", "[::1]:8080", False),
        ("http://x:port", "x", False),
        ("null", "127.0.0.1:8080", False),
        ("", "127.0.0.1:8080", False),
        ("null", "", False),
    ],
)
def test_same_origin(origin: str, host: str, same: bool) -> None:
    assert same_origin(origin, host) == same


def test_socket_of_another_origin_is_refused() -> None:
    inner = Inner()
    answer = ask(OriginMiddleware(inner), kind="websocket", path=SOCKET, host="a:1", origin="http://a:2")
    assert answer["type"] == "websocket.close"
    assert inner.scope == {}


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("GET", "/_nicegui_ws/socket.io/"), ("DELETE", "/x")])
def test_unsafe_request_of_another_origin_is_refused(method: str, path: str) -> None:
    inner = Inner()
    answer = ask(OriginMiddleware(inner), method=method, path=path, host="a:1", origin="http://a:2")
    assert answer["status"] == 403
    assert inner.scope == {}


@pytest.mark.parametrize(
    ("kind", "method", "headers"),
    [
        ("websocket", "GET", {"host": "a:1", "origin": "http://a:1"}),
        ("websocket", "GET", {"host": "a:1"}),
        ("http", "POST", {"host": "a:1", "origin": "http://a:1"}),
        ("http", "GET", {"host": "a:1", "origin": "http://a:2"}),  # a link or an image elsewhere; it can do no harm
    ],
)
def test_others_pass(kind: str, method: str, headers: dict[str, str]) -> None:
    inner = Inner()
    ask(OriginMiddleware(inner), kind=kind, method=method, path=SOCKET if kind == "websocket" else "/", **headers)
    assert inner.scope


@pytest.mark.parametrize("path", ["/", "/healthz", "/_nicegui_ws/", "/_nicegui_ws/other/", "/x/socket.io/"])
def test_socket_for_anything_but_the_pages_is_refused(path: str) -> None:
    inner = Inner()
    answer = ask(OriginMiddleware(inner), kind="websocket", path=path, host="a:1", origin="http://a:1")
    assert answer["type"] == "websocket.close"
    assert inner.scope == {}


def test_first_page_brings_a_cookie_that_scripts_and_other_sites_cannot_use() -> None:
    inner = Inner()
    cookie = cookie_of(ask(IdentityMiddleware(inner, signer=SIGNER)))
    assert cookie is not None
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/;" in cookie
    assert "Secure" not in cookie
    badge = SIGNER.read(cookie.split(";")[0].split("=", 1)[1])
    assert badge is not None
    assert badge.cookie_id == inner.scope[BADGE].cookie_id


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [("https", {}), ("http", {"x_forwarded_proto": "https"}), ("http", {"x_forwarded_proto": "https, http"})],
)
def test_cookie_is_secure_behind_https(scheme: str, headers: dict[str, str]) -> None:
    cookie = cookie_of(ask(IdentityMiddleware(Inner(), signer=SIGNER), scheme=scheme, **headers))
    assert cookie is not None
    assert cookie.endswith("; Secure")


def test_known_browser_keeps_its_cookie() -> None:
    inner = Inner()
    answer = ask(IdentityMiddleware(inner, signer=SIGNER), cookie=f"other=1; mbasic_session={SIGNER.cookie('me')}")
    assert cookie_of(answer) is None
    assert inner.scope[BADGE].cookie_id == "me"


def test_forged_cookie_counts_as_none() -> None:
    inner = Inner()
    answer = ask(IdentityMiddleware(inner, signer=SIGNER), cookie="mbasic_session=me.x.y")
    assert cookie_of(answer) is not None
    assert inner.scope[BADGE].cookie_id != "me"


def test_malformed_cookies_of_others_do_no_harm() -> None:
    inner = Inner()
    ask(IdentityMiddleware(inner, signer=SIGNER), cookie=f'a="b; [x]=1; mbasic_session={SIGNER.cookie("me")}; =;')
    assert inner.scope[BADGE].cookie_id == "me"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/_nicegui/3/x.js", "/mbasic/1/theme.css", "/favicon.ico"])
def test_only_pages_hand_out_cookies(path: str) -> None:
    inner = Inner()
    assert cookie_of(ask(IdentityMiddleware(inner, signer=SIGNER), path=path)) is None
    assert inner.scope[BADGE] is None


def test_socket_without_cookie_is_nobody() -> None:
    inner = Inner()
    ask(IdentityMiddleware(inner, signer=SIGNER), kind="websocket", path="/_nicegui_ws/")
    assert inner.scope[BADGE] is None


def test_pages_are_shown_in_no_frame_of_another() -> None:
    headers = {name.decode(): value.decode() for name, value in ask(HeadersMiddleware(Inner()))["headers"]}
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
