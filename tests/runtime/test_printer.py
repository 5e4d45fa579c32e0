"""The printer that nobody reads."""

from __future__ import annotations

from mbasic_core.runtime.printer import Printer
from mbasic_core.runtime.state import State


def test_the_column_wraps_at_the_width() -> None:
    state = State(printer_width=10)
    printer = Printer(state)
    printer.write("x" * 13)
    assert state.printer_column == 3
    printer.newline()
    assert state.printer_column == 0


def test_zones_and_tabs() -> None:
    state = State()
    printer = Printer(state)
    printer.put("abc")
    printer.comma()
    assert state.printer_column == 14
    printer.tab(20)
    assert state.printer_column == 19
    printer.spc(-3)
    assert state.printer_column == 19
    printer.tab(1)
    assert state.printer_column == 0


def test_items_zones_and_tabs_keep_to_the_width_as_on_the_screen() -> None:
    state = State(printer_width=20)
    printer = Printer(state)
    printer.put("x" * 18)
    printer.put("abc")
    assert state.printer_column == 3
    printer.comma()
    assert state.printer_column == 0
    printer.tab(26)
    assert state.printer_column == 5
    printer.spc(22)
    assert state.printer_column == 7


def test_a_printer_without_a_width_counts_columns_in_a_byte_and_keeps_nothing() -> None:
    state = State(printer_width=255)
    printer = Printer(state)
    for _ in range(3):
        printer.put("x" * 200)
    assert state.printer_column == 600 % 256
    assert not printer.out
