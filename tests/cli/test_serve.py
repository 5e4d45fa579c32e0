"""`mbasic web` up to the moment when the page is served, and what keeps it from that."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from mbasic_core.cli import serve as module
from mbasic_core.cli.failure import BAD_USAGE, Failure
from mbasic_core.cli.main import parser
from mbasic_core.cli.serve import serve
from mbasic_core.config import Settings
from mbasic_core.storage import SessionStore, StoreRegistry, StoreSpec, Traits, Unavailable, hookimpl

SECRET = "a-secret-that-is-long-enough"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Settings from this test alone, and the log as it was."""
    for name in os.environ:
        if name.startswith(("MBASIC_", "NICEGUI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MBASIC_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("MBASIC_DATA_DIR", str(tmp_path / "data"))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before, level


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, object, tuple[str, ...]]]:
    """What the page would be served with; nothing is served."""
    calls: list[tuple[Settings, object, tuple[str, ...]]] = []

    def serve_pages(settings: Settings, store: object, secrets: tuple[str, ...]) -> int:
        calls.append((settings, store, secrets))
        return 0

    app = ModuleType("mbasic_core.web.app")
    app.serve = serve_pages  # type: ignore[attr-defined]  # a stand-in made by hand
    monkeypatch.setitem(sys.modules, "mbasic_core.web.app", app)
    return calls


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(module, "start_logging", lambda _: None)
    caplog.set_level(logging.INFO)
    return caplog


def options(*arguments: str) -> argparse.Namespace:
    return parser().parse_args(["web", "--port", "0", *arguments])


def plug(monkeypatch: pytest.MonkeyPatch, **stores: Any) -> None:
    """Install store classes under their schemes, beside those that are there."""

    class Plugin:
        @hookimpl
        def mbasic_stores(self) -> list[StoreSpec]:
            return [StoreSpec(scheme, factory, "for this test") for scheme, factory in stores.items()]

    class Point(EntryPoint):
        def load(self) -> object:
            return Plugin()

    monkeypatch.setattr(module, "StoreRegistry", lambda: StoreRegistry(lambda: [Point("x", "plugin", "mbasic")]))


class Store(SessionStore):
    """As much of a store as the start needs."""

    traits = Traits("network", durable=True)
    failures: Sequence[Exception] = ()
    opened: ClassVar[list[str]]

    def __init__(self, config: Any) -> None:
        self.url = config.url

    def _never(self, *_arguments: object, **_options: object) -> Any:
        raise AssertionError("the start reads and writes no record")

    load = save = delete = touch = scan = versions = _never

    async def open(self) -> None:
        type(self).opened.append("open")
        if len(self.opened) <= len(self.failures):
            raise self.failures[len(self.opened) - 1]

    async def ping(self) -> None:
        type(self).opened.append("ping")

    async def close(self) -> None:
        type(self).opened.append("close")


def test_the_memory_store_needs_nothing(served: list[Any], log: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    assert serve(options()) == 0
    [(settings, store, secrets)] = served
    assert settings.store_url == "memory:"
    assert settings.port > 0
    assert type(store).__module__ == "mbasic_store_memory"
    assert secrets == ((tmp_path / "data" / "secret").read_text().strip(),)
    assert "sessions are kept in memory: (scope process, not durable" in log.text


def test_flags_reach_the_settings(served: list[Any], log: pytest.LogCaptureFixture) -> None:
    assert log.handler
    serve(options("--host", "127.0.0.2", "--no-browser", "--wait-for-store"))
    settings = served[0][0]
    assert (settings.host, settings.open_browser, settings.wait_for_store) == ("127.0.0.2", False, True)


def test_the_log_names_the_store_and_hides_the_password(
    served: list[Any], log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shared(Store):
        opened: ClassVar[list[str]] = []

    plug(monkeypatch, shared=Shared)
    monkeypatch.setenv("MBASIC_STORAGE_SECRET", SECRET)
    assert serve(options("--store", "shared://me:hunter2@db/0")) == 0
    assert "shared://me:***@db/0 (scope network, durable)" in log.text
    assert "hunter2" not in log.text
    assert Shared.opened == ["open", "ping", "close"]
    assert served[0][2] == (SECRET,)


def test_a_short_secret_is_warned_about(
    served: list[Any], log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MBASIC_STORAGE_SECRET", "short")
    assert serve(options()) == 0
    assert served
    assert "secret in MBASIC_STORAGE_SECRET is short" in log.text


def test_a_shared_store_without_a_secret_is_refused(served: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Shared(Store):
        opened: ClassVar[list[str]] = []

    plug(monkeypatch, shared=Shared)
    with pytest.raises(Failure, match="token_urlsafe") as caught:
        serve(options("--store", "shared://db"))
    assert caught.value.status == BAD_USAGE
    assert served == []


def test_an_unknown_scheme_names_what_is_there_and_what_to_install(served: list[Any]) -> None:
    with pytest.raises(Failure, match="mbasic-store-foo") as caught:
        serve(options("--store", "foo://x"))
    assert "memory" in str(caught.value)
    assert served == []


def test_a_store_that_does_not_answer_ends_the_start(served: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Down(Store):
        opened: ClassVar[list[str]] = []
        failures = (Unavailable("nobody there"),)

    plug(monkeypatch, down=Down)
    with pytest.raises(Failure, match="nobody there"):
        serve(options("--store", "down://db"))
    assert Down.opened == ["open", "close"]
    assert served == []


def test_a_store_that_hangs_ends_the_start(served: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(Store):
        async def open(self) -> None:
            import asyncio

            await asyncio.sleep(60)

        async def close(self) -> None: ...

    plug(monkeypatch, hanging=Hanging)
    monkeypatch.setenv("MBASIC_STORE_TIMEOUT", "0.1")
    with pytest.raises(Failure, match=r"hanging://db gave no answer within 0\.1 s"):
        serve(options("--store", "hanging://db"))
    assert served == []


def test_a_store_is_waited_for_if_asked(
    served: list[Any], log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Store):
        opened: ClassVar[list[str]] = []
        failures = (Unavailable("not yet"),)

        async def close(self) -> None: ...

    plug(monkeypatch, late=Late)
    monkeypatch.setenv("MBASIC_STORAGE_SECRET", SECRET)
    assert serve(options("--store", "late://db", "--wait-for-store")) == 0
    assert Late.opened == ["open", "open", "ping"]
    assert len(served) == 1
    assert "does not answer yet: not yet" in log.text


def test_a_broken_plugin_is_reported_and_stops_nothing(
    served: list[Any], log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = [EntryPoint("memory", "mbasic_store_memory", "mbasic"), EntryPoint("bad", "no_such_module", "mbasic")]
    monkeypatch.setattr(module, "StoreRegistry", lambda: StoreRegistry(lambda: points))
    assert serve(options()) == 0
    assert served
    assert "no_such_module" in log.text
    assert "ModuleNotFoundError" in log.text


def test_a_port_that_is_taken_is_told(served: list[Any]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"127.0.0.1 port {port}: Address already in use"):
            serve(parser().parse_args(["web", "--port", str(port)]))
    assert served == []


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_told(served: list[Any], host: str) -> None:
    with pytest.raises(Failure, match=host):
        serve(options("--host", host))
    assert served == []


def test_a_setting_that_makes_no_sense_is_told(served: list[Any]) -> None:
    with pytest.raises(Failure, match="--port: a port number is expected"):
        serve(parser().parse_args(["web", "--port", "high"]))
    assert served == []


def test_a_configuration_file_is_read(served: list[Any], log: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(f'storage_secret = "{SECRET}"\n')
    assert log.handler
    assert serve(options("--config", str(path))) == 0
    assert served[0][2] == (SECRET,)
    with pytest.raises(Failure, match="no such configuration file"):
        serve(options("--config", str(tmp_path / "absent.toml")))


def test_a_redis_that_is_not_there_is_one_line_and_status_2_in_good_time(tmp_path: Path) -> None:
    pytest.importorskip("mbasic_store_redis")
    with socket.socket() as silent:  # accepts connections and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"redis://:hunter2@127.0.0.1:{silent.getsockname()[1]}/0"
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "mbasic_core", "web", "--no-browser", "--port", "0", "--store", url],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        took = time.monotonic() - begin
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mbasic: ")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
    assert took < 15  # 4 s on a machine that does nothing else, of which 3 s are the store's deadline


@pytest.mark.usefixtures("log")
def test_a_key_that_cannot_encrypt_ends_the_start(served: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBASIC_STORAGE_KEY", "secret-but-no-key")
    with pytest.raises(Failure, match="key 1 in MBASIC_STORAGE_KEY is no Fernet key") as caught:
        serve(options())
    assert caught.value.status == 2
    assert "secret-but-no-key" not in str(caught.value)
    assert served == []
