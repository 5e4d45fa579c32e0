"""What every request passes first: the Origin check, and the cookie that says whose it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mbasic_core.web.identity import COOKIE, LIFETIME, Badge, Signer

__all__ = ["BADGE", "HeadersMiddleware", "IdentityMiddleware", "OriginMiddleware", "is_page", "same_origin"]

BADGE = "mbasic.badge"
"""The key of an ASGI scope under which IdentityMiddleware leaves the browser's Badge (a socket without one: None)."""

_SOCKET_PATH = "/_nicegui_ws"
_SOCKET_IO = "/socket.io"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "content-security-policy": "frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class HeadersMiddleware:
    """Tells browsers to show no page of ours inside another's, and to guess no file types."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class OriginMiddleware:
    """Refuses (403) sockets and unsafe requests that a page of another origin makes with this browser's cookie.

    And every socket that is not for the pages: there are no others.
    SameSite does not tell ports apart and sockets know no CORS, so without this a page on another port of the same host
    could use the session. A client that sends no Origin is no browser, and has no cookie that it was not given.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._allowed(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # websocket.connect; a close before the accept is answered with 403
            await send({"type": "websocket.close", "code": 1008, "reason": "Origin"})
        else:
            await PlainTextResponse("This page may not use that server.\n", status_code=403)(scope, receive, send)

    @staticmethod
    def _allowed(scope: Scope) -> bool:
        if scope["type"] not in ("http", "websocket"):
            return True
        if scope["type"] == "websocket" and not scope["path"].rstrip("/").endswith(_SOCKET_PATH + _SOCKET_IO):
            return False
        is_socket = scope["type"] == "websocket" or scope["path"].startswith(_SOCKET_PATH)
        if not is_socket and scope["method"] in _SAFE_METHODS:
            return True
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        return all(same_origin(origin, headers.get("host", "")) for origin in origins)


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the host (and port) of a Host header."""
    try:
        parts = urlsplit(origin)
        theirs = (parts.hostname, str(parts.port or _DEFAULT_PORTS.get(parts.scheme, "")))
        asked = urlsplit(f"//{host}")
        ours = (asked.hostname, str(asked.port or _DEFAULT_PORTS.get(parts.scheme, "")))
    except ValueError:
        return False
    return bool(parts.hostname) and theirs == ours


class IdentityMiddleware:
    """Reads the session cookie of every request, and issues one with each page that lacks it or has an old one."""

    def __init__(self, app: ASGIApp, *, signer: Signer) -> None:
        self.app = app
        self.signer = signer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        badge = self.signer.read(_cookie(Headers(scope=scope)))
        issue = scope["type"] == "http" and is_page(scope["path"]) and not (badge and badge.fresh)
        if issue:
            badge = badge or Badge(self.signer.new_cookie_id(), 0)
        scope[BADGE] = badge
        if not issue or badge is None:
            await self.app(scope, receive, send)
            return
        header = self._header(badge.cookie_id, secure=_is_https(scope))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _header(self, cookie_id: str, *, secure: bool) -> str:
        header = f"{COOKIE}={self.signer.cookie(cookie_id)}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax"
        return f"{header}; Secure" if secure else header


def is_page(path: str) -> bool:
    """Whether a path is a page that a person opens; only those hand out cookies."""
    return path == "/" or path.startswith("/w/")


def _cookie(headers: Headers) -> str | None:
    # Not http.cookies: that one gives up at the first cookie of another application that it finds malformed.
    return next((jar[COOKIE] for jar in map(cookie_parser, headers.getlist("cookie")) if COOKIE in jar), None)


def _is_https(scope: Scope) -> bool:
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "").split(",")[0].strip()
    return (forwarded or scope["scheme"]) in ("https", "wss")
