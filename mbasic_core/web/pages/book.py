"""All pages: made for who asks for them, and made again for a browser that already shows them."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import Response
from nicegui import Client, ui
from starlette.types import Scope

from mbasic_core.web.components.modules import STATIC_URL
from mbasic_core.web.identity import Badge, Signer, valid_workspace
from mbasic_core.web.internals import fingerprint, revive_client
from mbasic_core.web.middleware import BADGE
from mbasic_core.web.pages.ide import build_ide

__all__ = ["PageBook"]

_MAIN = "main"


class PageBook:
    """The pages of one process.

    `build` says what they are made of: a page can be made again only by a process whose build is the same.
    """

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._main = ui.page("/")
        self._workspace = ui.page("/w/{workspace}")
        self.build = ""

    def add_routes(self) -> None:
        """Serve the pages."""

        @self._main
        def main_page(request: Request) -> None:
            self._make(request, _MAIN)

        @self._workspace
        def workspace_page(request: Request, workspace: str) -> Response | None:
            if not valid_workspace(workspace):
                raise HTTPException(404)
            self._make(request, workspace)
            return None

    def prepare(self) -> None:
        """Make a page once, in the running event loop, before the first visitor.

        Some files are known to NiceGUI only when an element that needs them was made; now this process can serve what
        a page that another one sent asks for.
        """
        request = Request(_scope_of("/", {"headers": [], "server": ("127.0.0.1", 80), BADGE: Badge("", 0)}))
        with Client(self._main, request=request) as client:
            self._make(request, _MAIN)
        self.build = fingerprint(client, STATIC_URL)
        client.delete()

    def revive(self, scope: Scope, *, client_id: str, workspace: str, path: str, next_message_id: int) -> None:
        """Make the page again that a socket (of that scope) belongs to. All of it must have been proved before."""
        request = Request(_scope_of(path, scope))
        revive_client(
            self._main if path == "/" else self._workspace,
            request,
            client_id=client_id,
            next_message_id=next_message_id,
            build=lambda: self._make(request, workspace),
        )

    def _make(self, request: Request, workspace: str) -> None:
        build_ide(request, workspace, self._signer, build=self.build)


def _scope_of(path: str, scope: Scope) -> Scope:
    """The scope of a GET of `path`, by who sent `scope`."""
    asked = {"type": "http", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode()}
    return {**scope, **asked, "query_string": b""}
