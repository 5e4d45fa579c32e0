"""The web server: puts pages, sockets, sessions and store together, and runs them until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from functools import partial
from types import FrameType

from nicegui import app, core, ui

from mbasic_core.config import Settings
from mbasic_core.session import SessionService
from mbasic_core.session.codec import Codec
from mbasic_core.session.identifiers import short
from mbasic_core.storage import SessionStore, StoreError, Unavailable
from mbasic_core.web.components.modules import FAVICON, STATIC, STATIC_URL, register_modules
from mbasic_core.web.identity import Signer
from mbasic_core.web.internals import log_once, refuse_malformed, unread
from mbasic_core.web.metering import MeteredStore
from mbasic_core.web.metrics import Metrics, Sights, add_metrics
from mbasic_core.web.middleware import HeadersMiddleware, IdentityMiddleware, OriginMiddleware
from mbasic_core.web.pages.book import PageBook
from mbasic_core.web.pages.plain import add_download, add_errors, add_health
from mbasic_core.web.readiness import Readiness
from mbasic_core.web.resurrection import Resurrection
from mbasic_core.web.sockets import Sockets

__all__ = ["serve"]

log = logging.getLogger(__name__)

_FOR_EVER = 365 * 24 * 3600
_GRACE = 3  # seconds that open connections get when the server stops; all is saved before that
_RECONNECT = 10.0  # seconds that a page may be away before the server forgets it (it is made again when it comes back)
_PAUSES = (0.25, 0.5, 1.0, 2.0, 5.0)  # seconds between tries to reach a store that is waited for


def serve(settings: Settings, store: SessionStore, secrets: tuple[str, ...]) -> int:
    """Serve until the process is told to stop, and return its exit status: 0, or 2 when the store cannot be opened.

    `store` is opened here, in the server's event loop, and closed again after every session is saved.
    """
    server = _Server(settings, store, secrets)
    server.add_routes()
    return server.run()


class _Server:
    def __init__(self, settings: Settings, store: SessionStore, secrets: tuple[str, ...]) -> None:
        self._settings = settings
        self._metrics = Metrics()
        self._store = MeteredStore(store, measure=self._metrics.call, on_save=self._metrics.saved)
        self._signer = Signer(secrets)
        codec = Codec(settings.storage_keys)
        self._service = SessionService(
            self._store, codec=codec, grace=settings.grace, observer=self._metrics, strict=settings.strict
        )
        self._readiness = Readiness()
        self._pages = PageBook(self._signer)
        resurrection = Resurrection(self._pages)
        self._sockets = Sockets(
            core.sio, self._signer, self._service_if_ready, resurrection, unread=partial(unread, core.sio)
        )
        Sights(
            self._metrics,
            owner=self._service.owner,
            sessions=self._service.sessions,
            pages=lambda: self._sockets.pages,
            resurrected=lambda: resurrection.count,
            ready=lambda: self._readiness.ready,
        )
        self._status = 0

    def add_routes(self) -> None:
        """Register pages, assets and handlers with NiceGUI's application."""
        log_once()
        register_modules()
        app.add_static_files(STATIC_URL, STATIC, max_cache_age=_FOR_EVER)
        app.add_middleware(IdentityMiddleware, signer=self._signer)
        app.add_middleware(OriginMiddleware)
        app.add_middleware(HeadersMiddleware)
        add_errors(app)
        add_health(app, self._readiness, self._store)
        add_metrics(app, self._metrics)
        add_download(app, self._service)
        self._pages.add_routes()
        self._sockets.install()
        refuse_malformed(core.sio)
        app.on_startup(self._start)
        app.on_shutdown(self._stop)

    def run(self) -> int:
        """Run the server; blocks."""
        signal.signal(signal.SIGTERM, _leave)  # uvicorn gives a signal back to this after it has shut down
        try:
            ui.run(
                host=self._settings.host,
                port=self._settings.port,
                title="MBASIC",
                favicon=FAVICON,
                language="en-US",
                show=self._settings.open_browser,
                reload=False,
                tailwind=False,
                show_welcome_message=False,
                reconnect_timeout=_RECONNECT,
                http="h11",  # with httptools, sockets upgraded on a reused connection are dropped at its time-out
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
            )
        except KeyboardInterrupt:
            return self._status
        except SystemExit as leaving:
            return self._status or (leaving.code if isinstance(leaving.code, int) else 0)
        return self._status

    def _service_if_ready(self) -> SessionService | None:
        return self._service if self._readiness.serving else None

    async def _start(self) -> None:
        self._pages.prepare()
        try:
            await self._open_store()
        except (StoreError, TimeoutError) as problem:
            log.error("the session store cannot be opened: %s", str(problem) or "no answer in time")
            self._status = 2
            app.shutdown()
            return
        await self._service.start()
        self._readiness.answered = True
        for number in (signal.SIGTERM, signal.SIGINT):
            self._drain_on(number)
        log.info("ready as %s: open %s in a browser", short(self._service.owner), self._settings.url)

    async def _open_store(self) -> None:
        tries = 0
        while True:
            try:
                async with asyncio.timeout(self._settings.timeout + 1):
                    await self._store.open()
                return
            except (Unavailable, TimeoutError) as problem:
                if not self._settings.wait_for_store:
                    raise
                self._readiness.trouble = str(problem) or "no answer in time"
                log.warning("the session store does not answer yet: %s", self._readiness.trouble)
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    def _drain_on(self, number: signal.Signals) -> None:
        """On a signal to end tell balancers, hand over all sessions while sockets are open, then let uvicorn shut down.

        A second signal ends the wait for balancers, a third one all of it.
        """
        loop, shut_down = asyncio.get_running_loop(), signal.getsignal(number)
        if not callable(shut_down):
            return
        tasks: list[asyncio.Task[None]] = []
        hurry = asyncio.Event()

        async def drain() -> None:
            if self._settings.drain:
                log.info("draining for %g s: /readyz answers 503", self._settings.drain)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(hurry.wait(), self._settings.drain)
            await self._save_all()
            shut_down(number, None)

        def on_signal(number: int, frame: FrameType | None) -> None:
            if self._readiness.closed:
                shut_down(number, frame)  # no more patience
            elif self._readiness.draining:
                loop.call_soon_threadsafe(hurry.set)
            else:
                self._readiness.draining = True
                loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(drain())))

        signal.signal(number, on_signal)

    async def _save_all(self) -> None:
        self._readiness.draining = self._readiness.closed = True
        await self._service.close()
        self._sockets.close()

    async def _stop(self) -> None:
        if self._readiness.answered:
            await self._save_all()
        await self._store.close()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
