"""The page: editor left, terminal right, bar above, status line below."""

from __future__ import annotations

from fastapi import Request
from nicegui import ui

from mbasic_core.web.components.banner import Banner
from mbasic_core.web.components.editor import BasicEditor
from mbasic_core.web.components.files import Files
from mbasic_core.web.components.panel import Panel
from mbasic_core.web.components.statusline import StatusLine
from mbasic_core.web.components.strip import Strip
from mbasic_core.web.components.terminal import BasicTerminal
from mbasic_core.web.components.toolbar import Toolbar
from mbasic_core.web.components.variables import Variables
from mbasic_core.web.identity import Badge, Signer
from mbasic_core.web.internals import name_listeners
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.theme import body_html, head_html

__all__ = ["build_ide"]


def build_ide(request: Request, workspace: str, signer: Signer, *, build: str) -> None:
    """Build the page of a workspace; `build` is what it calls its make.

    Nothing of the session is in it: that comes over the socket, once the page has proved whose it is. So the page is
    the same for everyone, needs no store, and a robot that fetches it begins no session.
    """
    badge: Badge = request.scope[BADGE]
    client, path = ui.context.client, request.url.path
    proof = signer.page_proof(badge.cookie_id, workspace, client.id, path)
    ui.add_head_html(head_html())
    ui.add_body_html(body_html({"workspace": workspace, "path": path, "build": build, "proof": proof}))
    with ui.element("div").classes("page"):
        Toolbar()
        Banner()
        with ui.element("div").classes("main"):
            with ui.element("section").classes("pane left"):
                Strip(f"{workspace}.bas", shows="lines")
                BasicEditor()
            with ui.element("section").classes("pane right"):
                Strip("Terminal", shows="size")
                BasicTerminal()
                with Panel():
                    Variables()
                    Files()
        StatusLine()
    name_listeners(client)
