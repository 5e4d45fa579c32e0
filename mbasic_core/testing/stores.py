"""The pytest class over the checks: subclass it in one of your test files, and your store is tested."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

import pytest

from mbasic_core.storage import SessionStore
from mbasic_core.testing.checks import (
    CHECKS,
    Check,
    StoreFactory,
    check_durable,
    check_namespaces,
    check_outage,
    check_processes,
)

__all__ = ["StoreConformance"]


class StoreConformance:
    """Tests a store against the whole contract, with pytest alone.

    Give `make_store`; `make_other`, `elsewhere`, `outage`, `restart` and `timeout` are optional. Fixtures come in as
    with any test class, by an autouse fixture of the subclass.

    Example:
        class TestMyStore(StoreConformance):
            @pytest.fixture(autouse=True)
            def directory(self, tmp_path: Path) -> None:
                self.path = tmp_path / "my.db"

            def make_store(self) -> SessionStore:
                return MyStore(StoreConfig(f"my://{self.path}", data_dir=self.path.parent))
    """

    timeout: float = 3.0
    """Seconds within which a call of the store must fail while its backend is away."""

    def make_store(self) -> SessionStore:
        """Return a new store, not opened; all that one test makes are on one backend, as in several processes."""
        raise NotImplementedError(f"{type(self).__name__} must define make_store()")

    def make_other(self) -> SessionStore:
        """Return a new store, not opened, of another namespace on the same backend; optional."""
        pytest.skip("no make_other() given")

    def elsewhere(self) -> StoreFactory:
        """Return what makes a store on the same backend in another process; optional, for stores that are shared.

        It is sent there: a class or function that can be imported, or a `functools.partial` of one.
        """
        pytest.skip("no elsewhere() given")

    def outage(self) -> AbstractContextManager[None]:
        """Return a context within which the backend cannot be reached; optional."""
        pytest.skip("no outage() given")

    def restart(self) -> None:
        """Stop the backend as a crash or an upgrade does, and start it again; optional."""
        pytest.skip("no restart() given")

    @pytest.mark.parametrize("check", CHECKS, ids=[check.__name__.removeprefix("check_") for check in CHECKS])
    def test_contract(self, check: Check) -> None:
        assert asyncio.run(check(self.make_store)) is None

    def test_namespaces(self) -> None:
        assert asyncio.run(check_namespaces(self.make_store, self.make_other)) is None

    def test_processes(self) -> None:
        assert asyncio.run(check_processes(self.make_store, self.elsewhere())) is None

    def test_outage(self) -> None:
        assert asyncio.run(check_outage(self.make_store, self.outage, self.timeout)) is None

    def test_durable(self) -> None:
        assert asyncio.run(check_durable(self.make_store, self.restart)) is None
