"""Ctrl-C under an event loop: between two of its turns, in order, and never in the middle of something."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from mbasic_core.cli.loop import run


def test_what_the_work_returns_or_raises_comes_out() -> None:
    async def work(trouble: Exception | None) -> int:
        await asyncio.sleep(0)
        if trouble:
            raise trouble
        return 7

    assert run(work(None)) == 7
    with pytest.raises(LookupError, match="lost"):
        run(work(LookupError("lost")))


def test_ctrl_c_cancels_the_work_at_the_next_turn_of_the_loop() -> None:
    steps: list[object] = []

    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # the interpreter has taken notice of the signal by now
            pass
        steps.append(task.cancelling())
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            steps.append("ended in order")

    with pytest.raises(KeyboardInterrupt):
        run(work())
    assert steps == [0, "ended in order"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_work_that_cancels_itself_is_no_ctrl_c() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(work())


def test_it_runs_in_another_thread_too() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(run(work())))
    thread.start()
    thread.join()
    assert answers == [7]
