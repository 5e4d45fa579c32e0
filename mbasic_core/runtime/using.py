"""PRINT USING on a device: each piece goes out as it is made, so that an error leaves what came before it."""

from __future__ import annotations

from typing import Protocol

from mbasic_core.numeric import using
from mbasic_core.runtime.items import Value

__all__ = ["Using"]


class Device(Protocol):
    """What PRINT writes to."""

    def write(self, text: str) -> None: ...

    def newline(self) -> None: ...


class Using:
    """One PRINT USING statement under way (docs/numerics.md section 7)."""

    def __init__(self, form: str, device: Device) -> None:
        self._format = using.Using(form)
        self._device = device

    def value(self, value: Value) -> None:
        """The literals before the next field, then the value in it; raises Illegal function call or Type mismatch."""
        self._device.write(self._format.lead())
        self._device.write(self._format.show(value))

    def seek(self) -> None:
        """The literals before the next field, whose value is missing; raises Illegal function call without one."""
        self._device.write(self._format.lead())
        self._format.check()

    def end(self, newline: bool) -> None:
        """The literals up to the next field, and the end of the line."""
        self._device.write(self._format.rest())
        if newline:
            self._device.newline()
