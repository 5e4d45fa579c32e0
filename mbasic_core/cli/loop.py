"""An event loop for a command, which Ctrl-C ends in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar

__all__ = ["run"]

T = TypeVar("T")


def run(work: Coroutine[object, object, T]) -> T:
    """Return what `work` does; Ctrl-C cancels it, and is raised as KeyboardInterrupt when it has ended.

    `asyncio.run` cancels in the middle of whatever runs, also while the loop hands on the answer of a thread, which it
    then complains of on stderr. Here the loop cancels, between two of its turns.
    """

    async def main() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        interrupted = False

        def interrupt() -> None:
            nonlocal interrupted
            interrupted = True
            task.cancel()

        with suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
            loop.add_signal_handler(signal.SIGINT, interrupt)
        try:
            return await work
        except asyncio.CancelledError:
            if interrupted:
                raise KeyboardInterrupt from None
            raise
        finally:
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.remove_signal_handler(signal.SIGINT)

    return asyncio.run(main())
