"""The whole contract on a real server, also when it is killed or frozen, and on each other make that is here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from mbasic_core.storage import SessionStore, StoreConfig
from mbasic_core.testing import StoreConformance
from mbasic_core.testing.checks import StoreFactory
from mbasic_store_redis import RedisStore, mbasic_stores
from plugins.mbasic_store_redis.tests.redis_stores import make
from tests.servers import RedisServer


class _OnAServer(StoreConformance):
    timeout = 3.0
    server: RedisServer

    def make_store(self) -> SessionStore:
        return make(self.server.url, timeout=self.timeout)

    def make_other(self) -> SessionStore:
        return make(self.server.url, namespace="other:")

    def elsewhere(self) -> StoreFactory:
        return partial(RedisStore, StoreConfig(self.server.url, timeout=30.0, data_dir=Path()))


class TestRedisStore(_OnAServer):
    @pytest.fixture(autouse=True)
    def _server(self, shared: RedisServer) -> None:
        self.server = shared


class TestOtherServersThatAreHere(_OnAServer):
    """Redis 6.2 and Valkey from their wheels, beside the server of the PATH."""

    @pytest.fixture(autouse=True)
    def _server(self, other: RedisServer) -> None:
        self.server = other

    def restart(self) -> None:
        self.server.restart()


class _OwnServer(_OnAServer):
    timeout = 1.0

    @pytest.fixture(autouse=True)
    def _server(self, own: RedisServer) -> None:
        self.server = own

    def restart(self) -> None:
        self.server.restart()

    test_contract = test_namespaces = test_processes = None  # type: ignore[assignment]  # once is enough


class TestRedisThatIsKilled(_OwnServer):
    @contextmanager
    def outage(self) -> Iterator[None]:
        self.server.kill()
        yield
        self.server.restart()


class TestRedisThatFreezes(_OwnServer):
    @contextmanager
    def outage(self) -> Iterator[None]:
        self.server.pause()
        yield
        self.server.resume()


def test_the_hook_offers_five_schemes() -> None:
    assert [spec.scheme for spec in mbasic_stores()] == [
        "redis",
        "rediss",
        "redis+unix",
        "redis+sentinel",
        "redis+cluster",
    ]
