"""One page's conversation with its session: inputs come in numbered, what changed goes out in frames."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from mbasic_core.session import Session
from mbasic_core.web.inputs import BadInput, read_action
from mbasic_core.web.panels import Listing, Row, files_of, variables_of
from mbasic_core.web.transfer import Transfer

__all__ = ["Link", "Message", "replacement"]

Message = dict[str, Any]

FRAME = 1 / 30
"""Seconds between two frames of a page."""
CHUNK = 64 * 1024
"""Characters of output in one frame, at most."""
WINDOW = 192 * 1024
"""Characters of output that a page may have been sent and not yet drawn. Beyond it nothing is sent; what the session's
transcript forgets meanwhile, the page never gets: it jumps to the tail."""
LISTING = 0.25
"""Seconds between two lists of files, while a program changes them."""


class Link:
    """The server's end of one page.

    `welcome()` is everything, for a page that just connected; from then on `send` is called with frames that hold what
    changed since. `tab` is the page's own name for itself, under which it numbers its inputs.
    """

    def __init__(self, session: Session, *, tab: str, send: Callable[[Message], Awaitable[None]]) -> None:
        self.session = session
        self.tab = tab
        self._send = send
        self._text = ""
        self._revision = -1
        self._sent = 0
        self._drawn = 0
        self._state: Message = {}
        self._variables: list[Row] = []
        self._files: Listing | None = None
        self._listed: tuple[object, ...] = ()
        self._list_at = 0.0
        self._later: asyncio.TimerHandle | None = None
        self.transfer = Transfer(session)
        self._serial = 0
        self._reset = False
        self._moved = False  # the program, since its variables were last looked at
        self._news = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to send frames. To be called after `welcome()`, in the same step of the event loop."""
        self._unsubscribe = self.session.subscribe(self._on_news)
        self._pump = asyncio.get_running_loop().create_task(self._run(), name=f"page {self.tab[:8]}")

    def close(self) -> None:
        """Stop; the page is gone."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._pump is not None:
            self._pump.cancel()
        if self._later is not None:
            self._later.cancel()

    def welcome(self) -> Message:
        """The whole state, for a page that draws all of it anew."""
        session, transcript = self.session, self.session.transcript
        start, text = transcript.since(0)
        self._sent = self._drawn = transcript.end
        self._text, self._revision = session.document.text, session.document.revision
        self._state = self._current_state()
        self._variables = variables_of(session) or []
        self._files = files_of(session)
        self._serial = 1
        return {
            "text": self._text,
            "revision": self._revision,
            "output": {"start": start, "text": text, "redraw": True},
            "variables": self._variables,
            "files": self._files,
            "state": self._state | {"serial": self._serial},
        }

    def input(self, message: object) -> Message:
        """Apply one input; the answer says what became of it, and what the page needs when it was refused."""
        if self.session.closed:
            return {"outcome": "lost"}
        try:
            action = read_action(message)
        except BadInput as problem:
            return {"outcome": "bad", "problem": f"That was not sent: {problem}."}
        again = isinstance(message, dict) and bool(message.get("again"))
        if isinstance(message, dict) and again and action.kind == "edit" and not self._fits(message.get("crc")):
            action = replace(action, revision=-1)  # it only takes its number
        if action.kind == "write":
            data = self.transfer.staged(message)
            if data is None and action.n == self.session.applied.get(action.tab, 0) + 1:
                return {"outcome": "unstaged"}  # its bytes have not come to this process
            action = replace(action, data=data or b"")
            self.transfer.drop(message)
        outcome = str(self.session.apply(action))
        document = self.session.document
        answer: Message = {"outcome": outcome, "applied": self.session.applied.get(action.tab, 0)}
        if action.kind == "edit":
            if outcome == "applied" and not again:
                self._text, self._revision = document.text, document.revision  # the page shows its own edit already
            elif outcome == "stale":
                answer["document"] = self._document()
            answer["revision"] = document.revision
        if outcome == "denied":
            answer["problem"] = self.session.denial
        if action.kind in ("write", "delete", "rename"):
            answer["files"] = self._changed_files(now=True)
        answer["state"] = self._new_state()
        return answer

    def drawn(self, end: int) -> None:
        """The page has drawn the output up to that offset."""
        self._drawn = max(self._drawn, min(end, self._sent))
        self._news.set()

    def _fits(self, crc: object) -> bool:
        """Whether the document is the one that an edit sent again was made on; its number alone may mean another."""
        return not isinstance(crc, int) or crc == zlib.crc32(self.session.document.text.encode("latin-1", "replace"))

    def _on_news(self, _session: Session, what: str) -> None:
        if what == "reset":
            self._reset = True
        if what in ("output", "phase"):
            self._moved = True
        self._news.set()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            frame = self._frame()
            if frame:
                await self._send(frame)
                await asyncio.sleep(FRAME)

    def _frame(self) -> Message:
        if self._reset:
            return {"reset": True}  # nothing that the page has can be built upon; it asks for all anew
        frame: Message = {}
        document = self._document()
        if document is not None:
            frame["document"] = document
        output = self._output()
        if output is not None:
            frame["output"] = output
        if self._current_state() != self._state:
            state = self._new_state()
            if state is not None:
                frame["state"] = state
        variables = variables_of(self.session) if self._moved else None
        if variables is not None:
            self._moved = False
            if variables != self._variables:
                self._variables = frame["variables"] = variables
        files = self._changed_files()
        if files is not None:
            frame["files"] = files
        return frame

    def _new_state(self) -> Message | None:
        """The state, if the page may show it now; None while output that precedes it is due: a frame brings it then."""
        state = self._current_state()
        at_rest = state["phase"] != "running"
        if at_rest and self._sent < self.session.transcript.end:
            self._state = {}
            return None
        self._state = state
        self._serial += 1
        return state | {"serial": self._serial}

    def _document(self) -> Message | None:
        document = self.session.document
        if document.revision == self._revision:
            return None
        change = replacement(self._text, document.text)
        self._text, self._revision = document.text, document.revision
        return {"revision": self._revision, "change": change}

    def _output(self) -> Message | None:
        transcript = self.session.transcript
        if self._sent >= transcript.end or self._sent - self._drawn > WINDOW:
            return None
        start, text = transcript.since(self._sent)
        text = text[:CHUNK]
        self._sent = start + len(text)
        if self._sent < transcript.end:
            self._news.set()
        return {"start": start, "text": text}

    def _changed_files(self, *, now: bool = False) -> Listing | None:
        """The list of files, if it is another than the page's; not too often while a program writes."""
        session = self.session
        listed = (session.files, session.files.revision, session.directory.open_names)
        if listed == self._listed:
            return None
        loop = asyncio.get_running_loop()
        if not now and session.phase == "running" and loop.time() < self._list_at:
            self._later = self._later or loop.call_at(self._list_at, self._list_now)
            return None
        self._listed, self._list_at = listed, loop.time() + LISTING
        files = files_of(session)
        if files == self._files:
            return None
        self._files = files
        return files

    def _list_now(self) -> None:
        self._later = None
        self._news.set()

    def _current_state(self) -> Message:
        session = self.session
        return {
            "phase": session.phase,
            "prompt": session.prompt,
            "breakpoints": session.breakpoints,
            "stopped": session.stopped_in,
            "saved": session.saved,
            "root": session.root,
            "life": session.life,
            "stored": bool(session.acknowledged),
            "acknowledged": session.acknowledged.get(self.tab, 0),
            "notices": [{"text": notice.text, "record": notice.record} for notice in session.notices],
        }


def replacement(old: str, new: str) -> tuple[int, int, str]:
    """The one replacement (from, to, insert) that makes `new` of `old`, as short as a common head and tail allow."""
    shorter = min(len(old), len(new))
    head = _common(lambda count: old[:count] == new[:count], shorter)
    tail = _common(lambda count: old[len(old) - count :] == new[len(new) - count :], shorter - head)
    return head, len(old) - tail, new[head : len(new) - tail]


def _common(same: Callable[[int], bool], limit: int) -> int:
    """The largest count up to `limit` for which `same` holds; it holds for every smaller one too."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if same(middle):
            low = middle
        else:
            high = middle - 1
    return low
