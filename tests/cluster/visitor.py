"""A page without a browser: it loads the page, connects, shows what comes, and keeps what it sent until it is stored.

It follows static/link.js and static/boot.js as far as a program and its inputs are concerned, so that many fit into one
process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import uuid
from collections.abc import Callable
from typing import Any, Self, TypeAlias
from urllib.parse import urlencode

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

from mbasic_core.web.identity import COOKIE, Signer, session_id
from tests.e2e.harness import SECRET

__all__ = ["Visitor"]

Message: TypeAlias = dict[str, Any]
_PATIENCE = 10.0  # seconds for an answer, as in link.js
_CONNECTING = 4.0  # seconds for a connection to come about, as in boot.js
_UNKNOWN = "Implicit handshake failed"
_TROUBLE = (SocketIOError, aiohttp.ClientError, OSError, TimeoutError, asyncio.TimeoutError)


class Visitor:
    """One browser with one page, behind `url`.

    phase, text: of the session, as last told. loads: how often the page was loaded; lives: how often it was connected.
    problems: what no page may be told when nothing is wrong.

    Example:
        async with Visitor(url) as visitor:
            await visitor.until(lambda: visitor.live)
            visitor.write('10 PRINT "HI"')
            visitor.send("run")
            await visitor.until(lambda: visitor.phase == "ready" and visitor.settled)
    """

    def __init__(self, url: str, *, seed: int = 0) -> None:
        self.url = url
        self.phase = ""
        self.output = ""
        self.root = ""
        self.life = 0
        self.acknowledged = 0
        self.live = False
        self.loads = 0
        self.lives = 0
        self.problems: list[str] = []
        self._chance = random.Random(seed)
        self._tab = uuid.uuid4().hex  # under which it numbers its inputs
        self._nicegui_ids = {"tab_id": str(uuid.uuid4()), "document_id": str(uuid.uuid4())}
        self._page: Message | None = None
        self._again: Message = {}
        self._journal: list[Message] = []
        self._sent = 0
        self._revision = 0
        self._length = 0
        self._next_message = 0
        self._socket: socketio.AsyncClient | None = None
        self._news = asyncio.Event()
        self._printed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._hang_up()
        await self._http.close()

    @property
    def session(self) -> str:
        """The id of the session."""
        [value] = [cookie.value for cookie in self._http.cookie_jar if cookie.key == COOKIE]
        badge = Signer((SECRET,)).read(value)
        assert badge is not None, "the cookie is not the server's"
        return session_id(badge.cookie_id, "main")

    @property
    def settled(self) -> bool:
        """Whether everything that was sent is in a record that the store accepted."""
        return self.live and self.acknowledged >= len(self._journal)

    def send(self, kind: str, text: str = "") -> None:
        """Send an input: now, or when there is a connection."""
        self._note({"kind": kind, "text": text})

    def write(self, program: str) -> None:
        """Replace the program; to be called while connected, by the only one who edits it."""
        self._note({"kind": "edit", "revision": self._revision, "changes": [[0, self._length, program]]})
        self._revision, self._length = self._revision + 1, len(program)

    def move(self) -> None:
        """The network changes: the connection breaks, and the next one may lead to another server."""
        self._http.cookie_jar.clear(lambda cookie: cookie.key != COOKIE)
        if self._socket is not None:
            asyncio.get_running_loop().create_task(self._hang_up())

    async def until(self, condition: Callable[[], bool], *, within: float = 30.0) -> None:
        """Wait until `condition()`; raises TimeoutError after so many seconds."""
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - what is waited for may be a change of anything
                await asyncio.sleep(0.02)

    async def more(self, length: int) -> None:
        """Wait, without looking again and again, until the output is not of that length any more."""
        while len(self.output) == length:
            self._printed.clear()
            await self._printed.wait()

    async def whole(self) -> str:
        """The terminal as a page shows it that is loaded now."""
        self.live = False
        self._news.set()
        await self.until(lambda: self.live)
        return self.output

    # --- helpers

    def _note(self, message: Message) -> None:
        self._journal.append({**message, "tab": self._tab, "n": len(self._journal) + 1})
        self._news.set()

    async def _run(self) -> None:
        pause = 0.1
        while True:
            try:
                await self._connect()
                pause = 0.1
                await self._converse()
            except _TROUBLE:
                await self._hang_up()
                await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))
                pause = min(2 * pause, 1.5)

    async def _load(self) -> Message:
        timeout = aiohttp.ClientTimeout(total=15)
        async with self._http.get(self.url + "/", timeout=timeout) as answer:
            answer.raise_for_status()
            text = await answer.text()
        shown = re.search(r"window\.mbasicPage = (\{.*?\});</script>", text)
        client = re.search(r"'client_id': '([^']+)'", text)
        assert shown is not None
        assert client is not None
        self.loads += 1
        self._next_message = 0
        return {**json.loads(shown[1]), "client_id": client[1], "implicit_handshake": "true"}

    async def _connect(self) -> None:
        if self._page is None:
            self._page = await self._load()
        socket = self._socket = socketio.AsyncClient(reconnection=False, http_session=self._http)
        refusals: list[object] = []
        socket.on("connect_error", refusals.append)
        socket.on("disconnect", lambda *_: self._news.set())
        socket.on("mbasic_frame", self._receive)
        socket.on("*", self._count)
        query = urlencode({**self._page, **self._nicegui_ids, "next_message_id": self._next_message, **self._again})
        try:
            async with asyncio.timeout(_CONNECTING):
                await socket.connect(
                    f"{self.url}?{query}", transports=["websocket"], socketio_path="/_nicegui_ws/socket.io"
                )
        except TimeoutError:
            self._again = {"again": self._chance.getrandbits(32)}
            raise
        finally:
            if any(_UNKNOWN in str(refusal) for refusal in refusals):
                self._page = None  # to be loaded anew

    async def _converse(self) -> None:
        socket = self._socket
        while socket is not None and socket.connected and socket is self._socket:
            if not self.live:
                await self._hello(socket)
            elif self._sent < len(self._journal):
                await self._input(socket, self._journal[self._sent])
            else:
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.5)
        self.live = False
        raise OSError("the connection is gone")

    async def _hello(self, socket: socketio.AsyncClient) -> None:
        me: Message = {"tab": self._tab}
        if self.root:
            me |= {"root": self.root, "life": self.life, "unbegun": self.acknowledged == 0}
        answer = await socket.call("mbasic_hello", me, timeout=_PATIENCE)
        if "trouble" in answer:
            await asyncio.sleep(0.5)
            return
        if self.root and answer["applied"] is None:
            self.problems.append(f"another session: {answer['state']['root']} for {self.root}")
        self._sent = answer["applied"] or 0
        if self._sent > len(self._journal):
            self.problems.append(f"{self._sent} inputs applied, {len(self._journal)} sent")
        self.root, self.life = answer["state"]["root"], answer["state"]["life"]
        self.output = answer["output"]["text"]
        if not self._journal:
            self._revision, self._length = answer["revision"], len(answer["text"])
        self._show(answer["state"])
        self.live = True
        self.lives += 1

    async def _input(self, socket: socketio.AsyncClient, entry: Message) -> None:
        again = {"again": True} if entry.get("tried") else {}
        entry["tried"] = True
        message = {key: value for key, value in entry.items() if key != "tried"}
        answer = await socket.call(
            "mbasic_input", {**message, "root": self.root, "life": self.life, **again}, timeout=_PATIENCE
        )
        if answer["outcome"] == "lost":
            self.live = False
            await asyncio.sleep(0.2)
            return
        if answer["outcome"] not in ("applied", "duplicate"):
            self.problems.append(f"input {entry['n']} ({entry['kind']}): {answer['outcome']}")
        self._sent = max(self._sent, entry["n"])
        if answer.get("state"):
            self._show(answer["state"])

    def _receive(self, frame: Message) -> None:
        if frame.get("reset"):
            self.live = False
        if "output" in frame:
            said = frame["output"]
            self.output = (self.output + said["text"])[-65_536:]
            self._printed.set()
            if self._socket is not None and self._socket.connected:
                end = said["start"] + len(said["text"])
                asyncio.get_running_loop().create_task(self._drawn(self._socket, end))
        if "state" in frame:
            self._show(frame["state"])
        self._news.set()

    async def _drawn(self, socket: socketio.AsyncClient, end: int) -> None:
        with contextlib.suppress(*_TROUBLE):
            await socket.emit("mbasic_drawn", end)

    def _count(self, event: str, *said: Any) -> None:
        if event == "reload":
            self.problems.append("told to load itself anew")
        if said and isinstance(said[0], dict) and isinstance(said[0].get("_id"), int):
            self._next_message = said[0]["_id"] + 1

    def _show(self, state: Message) -> None:
        self.phase = state["phase"]
        self.acknowledged = state["acknowledged"]

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        self.live = False
        if socket is not None:
            with contextlib.suppress(*_TROUBLE):
                await asyncio.wait_for(socket.disconnect(), 2.0)
