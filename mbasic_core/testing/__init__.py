"""The public test kit: what proves a store of your own.

`StoreConformance` is a pytest class; `mbasic_core.testing.checks` has the same checks as plain async functions.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

# pytest rewrites a module's asserts when it is imported, so it must know the kit's before; the checks need no pytest.
if "pytest" in sys.modules:
    import pytest

    pytest.register_assert_rewrite("mbasic_core.testing.checks", "mbasic_core.testing.stores")

if TYPE_CHECKING:
    from mbasic_core.testing.stores import StoreConformance

__all__ = ["StoreConformance"]


def __getattr__(name: str) -> object:
    """Import `StoreConformance`, which needs pytest, when it is asked for."""
    if name == "StoreConformance":
        from mbasic_core.testing.stores import StoreConformance

        return StoreConformance
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
