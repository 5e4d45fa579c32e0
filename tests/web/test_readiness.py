"""What /readyz tells, and when."""

from __future__ import annotations

import asyncio
import time

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from mbasic_core.storage import Unavailable
from mbasic_core.web.pages.plain import add_health
from mbasic_core.web.readiness import Readiness
from tests.web.live import memory_store


def test_ready_from_the_first_answer_until_draining() -> None:
    readiness = Readiness()
    assert not readiness.ready
    assert readiness.report() == {"status": "waiting for the store", "store": "unknown"}
    readiness.answered = True
    assert readiness.ready
    assert readiness.report() == {"status": "ready", "store": "ok"}
    readiness.draining = True
    assert not readiness.ready
    assert readiness.serving
    assert readiness.report()["status"] == "draining"
    readiness.closed = True
    assert not readiness.serving


def test_trouble_before_the_first_answer_is_named() -> None:
    assert Readiness(trouble="no answer").report() == {
        "status": "waiting for the store",
        "store": "trouble",
        "problem": "no answer",
    }


def test_later_trouble_shows_in_the_report_only() -> None:
    async def story() -> None:
        store = memory_store()
        await store.open()
        readiness = Readiness(answered=True)
        await readiness.ask(store)
        assert readiness.report() == {"status": "ready", "store": "ok"}

        async def fail() -> None:
            raise Unavailable("gone")

        store.ping = fail  # type: ignore[method-assign]  # a store that broke
        await readiness.ask(store)
        assert readiness.trouble == ""  # asked just now; it is not asked again so soon
        readiness.asked = 0.0
        await readiness.ask(store)
        assert readiness.ready
        assert readiness.report() == {"status": "ready", "store": "trouble", "problem": "gone"}
        await store.close()

    asyncio.run(story())


def test_a_store_that_does_not_answer_holds_up_no_answer_of_ours() -> None:
    async def story() -> None:
        store = memory_store()
        readiness = Readiness(answered=True)
        questions: list[asyncio.Future[None]] = []

        async def stall() -> None:
            questions.append(asyncio.get_running_loop().create_future())
            await questions[-1]

        store.ping = stall  # type: ignore[method-assign]  # a store that stalls
        begun = time.monotonic()
        await readiness.ask(store)
        await readiness.ask(store)
        assert time.monotonic() - begun < 0.9  # a balancer waits for one second
        assert readiness.report() == {"status": "ready", "store": "ok"}
        [question] = questions
        question.set_exception(RuntimeError("it broke its contract"))
        await readiness.ask(store)
        assert readiness.report() == {"status": "ready", "store": "trouble", "problem": "it broke its contract"}

    asyncio.run(story())


def test_what_is_wrong_with_the_store_is_not_told_through_a_proxy() -> None:
    store, app = memory_store(), FastAPI()
    problem = "redis://10.1.2.3:6379 does not answer"
    add_health(app, Readiness(answered=True, trouble=problem, asked=time.monotonic()), store)

    async def ask(**headers: str) -> tuple[int, dict[str, str]]:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            answer = await client.get("/readyz", headers=headers)
        return answer.status_code, answer.json()

    told = {"status": "ready", "store": "trouble"}
    assert asyncio.run(ask()) == (200, {**told, "problem": problem})
    assert asyncio.run(ask(**{"X-Forwarded-For": "203.0.113.9"})) == (200, told)
