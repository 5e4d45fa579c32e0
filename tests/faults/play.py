"""A fault from its beginning to the judgement: servers, somebody who works there, what happens, and what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tests.faults.user import User

__all__ = ["Played", "Seconds", "play"]

Seconds = dict[str, float]


class Served(Protocol):
    """Servers that a store reaches by a URL."""

    @property
    def url(self) -> str: ...


S = TypeVar("S", bound=Served)


@dataclass(frozen=True, slots=True)
class Played:
    """How it went: what the user typed, what another process then printed of it, and what the page said."""

    typed: str
    printed: str
    seen: list[str]
    seconds: Seconds

    @property
    def lost(self) -> bool:
        """Whether the process that took the session over has not printed each key that was typed, in order, once."""
        return self.printed != self.typed + "!"


def play(
    fault: str,
    servers: AbstractContextManager[S],
    story: Callable[[User, S], Coroutine[object, object, Seconds]],
    *,
    banner: bool = False,
    comment: int = 0,
) -> Played:
    """Let `story` happen to somebody who works over `servers`, and judge what is left; prints the figures it gives.

    banner: the page said that nothing was saved, and has taken that back. comment: lines that the program has besides.
    """

    async def tell(served: S) -> Played:
        async with User(served.url, comment=comment) as user:
            seconds = await story(user, served)
            user.report(fault, **seconds)
            if banner:
                await user.judge_banner()
            printed = await user.judge()
            return Played(user.typed, printed, user.seen, seconds)

    with servers as served:
        return asyncio.run(tell(served))
