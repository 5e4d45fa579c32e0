"""A store by URL or by the settings, and no password in what is said about it."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.place import Place
from mbasic_core.storage import Rejected, StoreRegistry


def place(url: str) -> Place:
    return Place(url, "mbasic:", 3.0, Path("/nowhere"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("MBASIC_STORE", raising=False)


@pytest.mark.parametrize(
    ("url", "text", "shown"),
    [
        ("redis://me:hunter2@db/0", "cannot reach redis://me:hunter2@db/0", "cannot reach redis://me:***@db/0"),
        ("redis://me:hun%20ter@db/0", "the password 'hun ter' is wrong, hun%20ter", "the password '***' is wrong, ***"),
        ("redis://db/0?password=a+b%26", "it is a+b%26 or a+b&", "it is *** or ***"),
        ("redis://me:or@db", "yes or no; for", "yes *** no; for"),
        ("redis://u:one1@db?sentinel_password=two2", "one1, two2", "***, ***"),
        ("sqlite:x.db", "no secret here", "no secret here"),
    ],
)
def test_secrets_are_struck_out_of_any_text(url: str, text: str, shown: str) -> None:
    assert place(url).struck(text) == shown


def test_a_store_error_becomes_a_failure_without_secrets() -> None:
    with pytest.raises(Failure) as caught, place("redis://me:hunter2@db").failures():
        raise Rejected("me:hunter2 is not let in")
    assert str(caught.value) == "redis://me:***@db: me:*** is not let in"
    assert caught.value.status == 2
    with pytest.raises(Failure) as caught, place("redis://me:hunter2@db").failures():
        raise Rejected("redis://me:hunter2@db does not let us in")
    assert str(caught.value) == "redis://me:***@db does not let us in"


def test_the_settings_select_the_store_when_no_url_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Place.of().url == "memory:"
    monkeypatch.setenv("MBASIC_STORE", "sqlite:x.db")
    assert Place.of().url == "sqlite:x.db"
    assert Place.of("memory:").url == "memory:"
    monkeypatch.setenv("MBASIC_PORT", "none")
    with pytest.raises(Failure, match="MBASIC_PORT"):
        Place.of()


def test_it_opens_the_store_in_a_namespace(tmp_path: Path) -> None:
    async def story() -> None:
        async with Place.of("sqlite:").inside("one:").opened() as store:
            await store.save("s", b"x", version="1", expected=None, ttl=60)
        async with Place.of("sqlite:").inside("two:").opened() as store:
            assert await store.load("s") is None

    asyncio.run(story())
    assert (tmp_path / "sessions.db").exists()


def test_it_can_be_sent_to_another_process() -> None:
    here = Place("memory:", "x:", 1.0, Path("/nowhere"), StoreRegistry(list))
    there = pickle.loads(pickle.dumps(here))
    assert there == here
    assert "memory" in there.registry.specs()
