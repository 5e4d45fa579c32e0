"""The printer that nobody reads."""

from __future__ import annotations

from mbasic_core.runtime.printer import Printer
from mbasic_core.runtime.state import State


def test_the_column_wraps_at_the_width() -> None:
    state = State(printer_width=10)
    printer = Printer(state)
    printer.write("x" * 13)
    assert printer.column == state.printer_column == 3
    printer.newline()
    assert printer.column == 0


def test_zones_and_tabs() -> None:
    printer = Printer(State())
    printer.put("abc")
    printer.comma()
    assert printer.column == 14
    printer.tab(20)
    assert printer.column == 19
    printer.spc(-3)
    assert printer.column == 19
    printer.tab(1)
    assert printer.column == 0
