"""The package's own names."""

from __future__ import annotations

from mbasic_core import numeric


def test_the_modules_are_listed_in_order_and_each_has_sorted_names() -> None:
    assert numeric.__all__ == sorted(numeric.__all__)
    for name in numeric.__all__:
        module = getattr(numeric, name)
        assert module.__name__ == f"mbasic_core.numeric.{name}"
        assert all(hasattr(module, public) for public in module.__all__)
