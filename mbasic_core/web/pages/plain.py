"""Answers that are no page of NiceGUI's, so that no socket follows them: errors, health, downloads."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from mbasic_core.session import SessionService
from mbasic_core.storage import SessionStore, StoreError
from mbasic_core.web.identity import session_id
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.readiness import Readiness

__all__ = ["add_download", "add_errors", "add_health"]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>MBASIC</title>
<body style="font:16px/1.6 ui-monospace,monospace;margin:4rem auto;max-width:36rem;padding:0 1rem">
<h1 style="font-size:1.2rem">{title}</h1><p>{text}</p><p><a href="/">To the editor</a></p></body></html>"""
_FAULT = "The server met a fault of its own. It is in the log; your session is as it was last saved."


def add_errors(app: FastAPI) -> None:
    """Answer 404 and 500 with plain pages; NiceGUI's own have a socket, which would be refused for ever."""

    async def not_found(request: Request, problem: Exception) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            page = _PAGE.format(title="Undefined line number", text="There is no such page here.")
            return HTMLResponse(page, status_code=404)
        detail = problem.detail if isinstance(problem, HTTPException) else "Not Found"
        return JSONResponse({"detail": detail}, status_code=404)

    async def server_error(_request: Request, _problem: Exception) -> Response:
        return HTMLResponse(_PAGE.format(title="Unprintable error", text=_FAULT), status_code=500)

    app.add_exception_handler(404, not_found)
    app.add_exception_handler(Exception, server_error)


def add_health(app: FastAPI, readiness: Readiness, store: SessionStore) -> None:
    """Add /healthz (200 while the process lives) and /readyz (200 from the store's first answer until draining).

    What is wrong with the store is told to those who ask the process itself: it holds addresses of other servers.
    """

    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> Response:
        await readiness.ask(store)
        told = readiness.report()
        if "x-forwarded-for" in request.headers:
            told.pop("problem", None)
        return JSONResponse(told, status_code=200 if readiness.ready else 503)

    app.add_api_route("/healthz", healthz, methods=["GET", "HEAD"])
    app.add_api_route("/readyz", readyz, methods=["GET", "HEAD"])


def add_download(app: FastAPI, service: SessionService) -> None:
    """Add /damaged/<record id>: a kept record as it was stored, for the browser whose session it belongs to."""

    async def damaged(record: str, request: Request) -> Response:
        badge = request.scope[BADGE]
        session = record.split("/", 1)[0]
        own = badge is not None and session.startswith(session_id(badge.cookie_id, ""))
        if not own:
            raise HTTPException(404)
        try:
            data = await service.damaged(session, record)
        except KeyError as missing:
            raise HTTPException(404) from missing
        except StoreError as problem:
            raise HTTPException(503, "The session store cannot be reached.") from problem
        headers = {"Content-Disposition": 'attachment; filename="mbasic-session.bin"', "Cache-Control": "no-store"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    app.add_api_route("/damaged/{record:path}", damaged, methods=["GET"])
