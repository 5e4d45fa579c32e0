"""Pages whose process is gone: they go on with this one, without being loaded again.

A page is known to NiceGUI only in the process that sent it. When its socket comes to another one - its own was killed,
or the balancer thinks so - the page is made again here, under the same ids. What it shows is not touched: that comes
from the session, as after any lost connection.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Scope

from mbasic_core.session.identifiers import short
from mbasic_core.web.internals import is_known

__all__ = ["Resurrection", "Reviver", "TooMany", "Unknown"]

log = logging.getLogger(__name__)

BURST = 30
"""Pages of one browser that may come back at once; as many as people have open when their server is restarted."""
RATE = 3.0
"""Further pages of one browser that may come back each second."""
_BROWSERS = 10_000  # that are remembered
_MAX_ID = 64
_MAX_NUMBER = 2**31


class Unknown(Exception):
    """The page cannot go on here; it has to be loaded again."""


class TooMany(Exception):
    """The browser's pages come back too fast; they may try again."""


class Reviver(Protocol):
    """What makes pages again; `build` says which ones it can make."""

    build: str

    def revive(self, scope: Scope, *, client_id: str, workspace: str, path: str, next_message_id: int) -> None: ...


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float


class Resurrection:
    """Decides which pages go on in this process; `count` says how many did."""

    def __init__(
        self,
        pages: Reviver,
        *,
        known: Callable[[str], bool] = is_known,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.count = 0
        self._pages = pages
        self._known = known
        self._clock = clock
        self._allowances: OrderedDict[str, _Allowance] = OrderedDict()

    def admit(self, session: str, said: Mapping[str, str | None], scope: Scope) -> None:
        """Let a page connect whose proof was found right; make it again if this process does not know it.

        session: the session that it shows. said: what it says in its socket's query. Raises Unknown or TooMany.
        """
        client_id, workspace, path = said["client_id"], said["workspace"], said["path"]
        number = _number(said["next_message_id"])
        ids = (client_id, said["tab_id"], said["document_id"])
        if not all(name and len(name) <= _MAX_ID for name in ids) or number is None:
            raise Unknown("the page does not say what it is")
        assert client_id is not None
        assert workspace is not None
        assert path is not None
        if self._known(client_id):
            return
        if said["build"] != self._pages.build:
            raise Unknown("the page was made of other parts")
        if not self._allowed(session.partition(".")[0]):
            raise TooMany
        try:
            self._pages.revive(scope, client_id=client_id, workspace=workspace, path=path, next_message_id=number)
        except Exception as error:
            log.exception("session %s: a page could not be made again, and is loaded anew", short(session))
            raise Unknown("a fault of the server") from error
        self.count += 1
        log.info("session %s: a page of another process goes on here", short(session))

    def _allowed(self, browser: str) -> bool:
        now = self._clock()
        allowance = self._allowances.setdefault(browser, _Allowance(BURST, now))
        self._allowances.move_to_end(browser)
        if len(self._allowances) > _BROWSERS:
            self._allowances.popitem(last=False)
        allowance.left = min(BURST, allowance.left + (now - allowance.at) * RATE)
        allowance.at = now
        if allowance.left < 1:
            return False
        allowance.left -= 1
        return True


def _number(said: str | None) -> int | None:
    if said is None or not said.isdecimal() or len(said) > len(str(_MAX_NUMBER)):
        return None
    number = int(said)
    return number if number < _MAX_NUMBER else None
