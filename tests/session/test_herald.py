"""Listeners: told of every change, of output at most once in 33 ms."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from mbasic_core.session.herald import Herald, What
from tests.session.virtual import now, played


@played
async def test_output_is_told_at_most_once_in_33_ms() -> None:
    times: list[float] = []
    herald = Herald("source", on_output=lambda: None)
    herald.subscribe(lambda *_: times.append(now()))
    for _ in range(1000):
        herald.tell("output")
        await asyncio.sleep(0.001)
    assert 28 <= len(times) <= 31
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.032


@played
async def test_other_changes_are_told_each_and_in_order_until_unsubscribed() -> None:
    told: list[tuple[str, What]] = []
    herald = Herald("source", on_output=lambda: None)
    unsubscribe = herald.subscribe(lambda source, what: told.append((source, what)))
    herald.tell("phase")
    herald.tell("saved")
    await asyncio.sleep(0)
    unsubscribe()
    unsubscribe()
    herald.tell("phase")
    await asyncio.sleep(1)
    assert told == [("source", "phase"), ("source", "saved")]
    assert len(herald) == 0


@played
async def test_who_waits_for_output_to_be_told_is_let_go_when_nobody_listens() -> None:
    released: list[int] = []
    herald = Herald("source", on_output=lambda: released.append(1))
    herald.subscribe(lambda *_: None)()
    assert released == [1]
    herald.close()
