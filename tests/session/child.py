"""A process with sessions, told what to do by lines of JSON: `python -m tests.session.child URL`.

["open", id] connects a page; ["apply", id, tab, n, kind, text] is an input; ["show", id] answers what the page shows.
SIGTERM ends it in good order.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from mbasic_core.session import Action, SessionService
from mbasic_core.storage import StoreRegistry

ROOT = Path(__file__).parents[2]


class Child:
    """The other end: starts such a process and asks it."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.session.child", url],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.ask("hello") == "ready"

    def ask(self, *words: object) -> Any:
        """Return the answer to a command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the process ended: {self.process.stderr.read() if self.process.stderr else ''}"
        return json.loads(line)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit status and what the process logged."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=30)
        return self.process.returncode, log


async def serve(url: str) -> None:
    """Do what stdin says until SIGTERM."""
    loop = asyncio.get_running_loop()
    store = StoreRegistry().create(url, timeout=3.0, data_dir=Path("/nowhere"))
    await store.open()
    service = SessionService(store)
    await service.start()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    loop.add_signal_handler(signal.SIGTERM, lines.feed_eof)
    while line := await lines.readline():
        print(json.dumps(await _answer(service, json.loads(line))), flush=True)
    await service.close()
    await store.close()


async def _answer(service: SessionService, words: list[Any]) -> Any:
    match words:
        case ["hello"]:
            return "ready"
        case ["open", id]:
            session = await service.open(id)
            session.subscribe(lambda *_: None)
            return session.applied
        case ["apply", id, tab, n, kind, text]:
            session = service.sessions[id]
            revision = session.document.revision
            return str(session.apply(Action(tab, n, session.root, session.life, kind, text, revision)))
        case ["show", id]:
            session = service.sessions[id]
            shown = {"output": session.transcript.text, "text": session.document.text, "phase": session.phase}
            return shown | {"owned": session.owned, "acknowledged": session.acknowledged}
    raise ValueError(words)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asyncio.run(serve(sys.argv[1]))
