"""What /metrics says of sessions, the store and the server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from mbasic_core.session import SessionService
from mbasic_core.storage import Conflict, SessionStore, StoreRegistry, Unavailable
from mbasic_core.web.metering import MeteredStore
from mbasic_core.web.metrics import Metrics, Sights, add_metrics
from tests.session.tabs import Tab


def figures(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Every value by its name and the values of its labels, in the order of their names."""
    text = generate_latest(metrics.registry).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def metered(metrics: Metrics, tmp_path: Path) -> SessionStore:
    store = StoreRegistry().create("memory:", data_dir=tmp_path)
    return MeteredStore(store, measure=metrics.call, on_save=metrics.saved)


def test_a_running_program_is_seen_in_the_figures(tmp_path: Path) -> None:
    metrics = Metrics()

    async def run() -> dict[tuple[str, ...], float]:
        store = metered(metrics, tmp_path)
        await store.open()
        service = SessionService(store, observer=metrics)
        await service.start()
        Sights(
            metrics,
            owner=service.owner,
            sessions=service.sessions,
            pages=lambda: 3,
            resurrected=lambda: 2,
            ready=lambda: True,
        )
        session = await service.open("u1")
        await service.open("u2")
        undo = session.subscribe(lambda *_: None)
        Tab(session).run("10 GOTO 10")
        await asyncio.sleep(1.0)
        found = figures(metrics)
        undo()
        await service.close()
        return found

    found = asyncio.run(run())
    assert found["mbasic_sessions", "elsewhere", "ready"] == 1
    assert found["mbasic_owner_changes_total", "here"] == 1
    assert found["mbasic_owner_changes_total", "elsewhere"] == 0
    assert found["mbasic_checkpoint_bytes_count",] >= 2
    assert found["mbasic_checkpoint_bytes_sum",] > 100
    assert 0 < found["mbasic_checkpoint_age_seconds",] < 5
    assert found["mbasic_slice_seconds_count",] > 10
    assert found["mbasic_store_seconds_count", "save"] == found["mbasic_checkpoint_bytes_count",]
    assert found["mbasic_store_seconds_count", "load"] >= 2
    assert (found["mbasic_pages",], found["mbasic_pages_resurrected_total",], found["mbasic_ready",]) == (3, 2, 1)
    after = figures(metrics)
    assert after["mbasic_owner_changes_total", "elsewhere"] == 1
    assert not any(name == "mbasic_sessions" for name, *_ in after)
    assert after["mbasic_checkpoint_age_seconds",] == 0


def test_errors_of_the_store_are_counted_by_kind(tmp_path: Path) -> None:
    metrics = Metrics()

    async def run() -> None:
        store = metered(metrics, tmp_path)
        await store.open()
        await store.save("a", b"1234", version="v1", expected=None, ttl=60)
        with pytest.raises(Conflict):
            await store.save("a", b"1234", version="v2", expected="v9", ttl=60)
        await store.close()

    asyncio.run(run())
    with pytest.raises(Unavailable), metrics.call("load"):
        raise Unavailable("gone")
    found = figures(metrics)
    assert found["mbasic_store_errors_total", "Conflict", "save"] == 1
    assert found["mbasic_store_errors_total", "Unavailable", "load"] == 1
    assert found["mbasic_store_seconds_count", "save"] == 2
    assert found["mbasic_checkpoint_bytes_sum",] == 4


def test_they_are_told_to_those_who_ask_the_process_itself() -> None:
    app = FastAPI()
    add_metrics(app, Metrics())

    async def ask(**headers: str) -> Response:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            return await client.get("/metrics", headers=headers)

    answer = asyncio.run(ask())
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "mbasic_slice_seconds_bucket" in answer.text
    assert asyncio.run(ask(**{"X-Forwarded-For": "10.0.0.1"})).status_code == 404
