"""Nobody gets at another's session: other origins, forged cookies, sockets of other pages."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.harness import WebServer, visit

# Opens a socket as NiceGUI's page does, with the query given, and tells what came of it.
CONNECT = """([url, query]) => new Promise((resolve) => {
  const script = document.createElement('script');
  script.src = url + '/_nicegui/' + query.version + '/static/socket.io.min.js';
  script.onerror = () => resolve('no script');
  script.onload = () => {
    const options = {path: '/_nicegui_ws/socket.io', query, reconnection: false, forceNew: true};
    const connection = window.io(url, {...options, transports: query.transports.split(',')});
    connection.on('connect_error', () => resolve('refused'));
    connection.on('connect', () => {
      connection.timeout(3000).emit('mbasic_hello', {tab: 'foreign'}, (error, answer) => {
        connection.close();
        resolve(error ? 'silence' : answer);
      });
    });
  };
  document.head.append(script);
})"""
PAGE = "Object.assign({version: document.querySelector('script[src*=nicegui]').src.split('/')[4]}, window.mbasicPage)"


class Foreign(BaseHTTPRequestHandler):
    """A page of somebody else, on another port of the same host."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        pass


def query_of(page: Page, **change: str) -> dict[str, str]:
    """What a page shows on its socket, with changes."""
    shown: dict[str, str] = page.evaluate(PAGE)
    shown |= {"client_id": page.evaluate("window.clientId"), "tab_id": page.evaluate("sessionStorage.__nicegui_tab_id")}
    shown |= {"document_id": "d", "next_message_id": "0"}
    return shown | {"implicit_handshake": "true", "transports": "websocket"} | change


@pytest.mark.parametrize("transports", ["websocket", "polling"])
def test_page_of_another_origin_cannot_use_the_socket(browser: Browser, server: WebServer, transports: str) -> None:
    ide = visit(browser, server)
    ide.start('10 PRINT "SECRET"')
    ide.expect_output("SECRET")
    foreign = HTTPServer(("127.0.0.1", 0), Foreign)
    Thread(target=foreign.serve_forever, daemon=True).start()
    try:
        page = ide.page.context.new_page()  # with the cookie: cookies know no ports
        page.goto(f"http://127.0.0.1:{foreign.server_port}/")
        query = query_of(ide.page, transports=transports)
        assert page.evaluate(CONNECT, [server.url, query]) == "refused"
    finally:
        foreign.shutdown()
        foreign.server_close()
    ide.page.context.close()


def test_handshake_with_a_foreign_origin_is_answered_403(server: WebServer) -> None:
    request = (
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{server.port}\r\nOrigin: http://127.0.0.1:1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("cold", [False, True], ids=["its own process", "a process that never sent it"])
def test_socket_shows_its_own_proof_or_gets_nothing(
    browser: Browser, start_server: Callable[[str], WebServer], cold: bool
) -> None:
    server = start_server("sqlite")
    mine, theirs = visit(browser, server), visit(browser, server)
    theirs.start('10 PRINT "SECRET"')
    theirs.expect_output("SECRET")
    theirs.expect_saved()
    own, foreign = query_of(mine.page), query_of(theirs.page)
    mine.page.goto("about:blank")
    if cold:
        theirs.page.goto("about:blank")
        server.kill()
        server.start()
    page = mine.page.context.new_page()
    page.goto(server.url + "/healthz")
    for query in (
        foreign,  # another's page and proof, with my cookie
        own | {"client_id": foreign["client_id"]},
        own | {"client_id": "made up"},
        own | {"workspace": "other"},
        own | {"path": "/w/other"},
        own | {"proof": "forged"},
        own | {"proof": foreign["proof"]},
        {name: value for name, value in own.items() if name != "proof"},
    ):
        assert page.evaluate(CONNECT, [server.url, query]) == "refused", query
    welcome = page.evaluate(CONNECT, [server.url, own])
    assert welcome["text"] == ""
    assert "SECRET" not in welcome["output"]["text"]
    bare = browser.new_context()  # with no cookie at all, or with one that nobody signed
    for value in ("", "x", "bWU.x.y"):
        if value:
            bare.add_cookies([{"name": "mbasic_session", "value": value, "url": server.url}])
        page = bare.new_page()
        page.goto(server.url + "/healthz")
        assert page.evaluate(CONNECT, [server.url, foreign]) == "refused"
    assert server.log.count("goes on here") == (1 if cold else 0)
    for context in (bare, mine.page.context, theirs.page.context):
        context.close()


def test_forged_cookie_begins_a_session_of_its_own(browser: Browser, server: WebServer) -> None:
    theirs = visit(browser, server)
    theirs.program.fill("10 REM SECRET")
    (cookie,) = [one for one in theirs.page.context.cookies() if one.get("name") == "mbasic_session"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    forged = browser.new_context()
    identity, stamp, _signature = cookie["value"].split(".")
    forged.add_cookies([{"name": "mbasic_session", "value": f"{identity}.{stamp}.forged", "url": server.url}])
    mine = visit(forged, server)
    assert mine.text() == ""
    mine.expect_phase("ready")
    for ide in (mine, theirs):
        ide.page.context.close()


def test_foreign_client_id_in_a_message_is_not_heard(browser: Browser, server: WebServer) -> None:
    mine, theirs = visit(browser, server), visit(browser, server)
    client = theirs.page.evaluate("window.clientId")
    theirs.page.evaluate("window.marked = true")
    for event in ("event", "javascript_response", "ack", "log"):
        message = {"client_id": client, "id": 0, "listener_id": "x", "args": [], "level": "info", "message": "m"}
        mine.page.evaluate("([event, message]) => window.socket.emit(event, message)", [event, message])
    run = {"client_id": client, "tab": "x", "n": 1, "root": "x", "life": 1, "kind": "run", "text": ""}
    mine.page.evaluate("(message) => window.socket.emit('mbasic_input', message)", run)
    mine.start("10 PRINT 6*7")
    mine.expect_output(" 42 ")
    assert "RUN" not in theirs.printed()
    assert theirs.page.evaluate("window.marked")
    for ide in (mine, theirs):
        ide.page.context.close()


def test_pages_that_are_not_there(browser: Browser, server: WebServer) -> None:
    page = browser.new_page()
    answer = page.goto(server.url + "/nothing")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("link", name="To the editor")).to_be_visible()
    assert server.get("/nothing") == (404, b'{"detail":"Not Found"}')
    assert server.get("/w/" + "x" * 65)[0] == 404
    assert server.get("/damaged/x")[0] == 404
    page.context.close()


def test_health(server: WebServer) -> None:
    assert json.loads(server.get("/healthz")[1]) == {"status": "ok"}
    assert server.readiness() == (200, {"status": "ready", "store": "ok"})
