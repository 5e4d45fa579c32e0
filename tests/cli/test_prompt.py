"""Lines at a terminal: editing, history, and keys that are for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]

UP, LEFT, PASTE, PASTED = "\x1b[A", "\x1b[D", "\x1b[200~", "\x1b[201~"


@pytest.fixture
def terminal(start: Start) -> Any:
    command = start(terminal=True)
    command.see("Ok\r\n")
    return command


def test_a_line_is_edited_and_comes_back_from_the_history(terminal: Any) -> None:
    terminal.type(f"PRINT 4{LEFT}1\r")
    assert terminal.see("Ok\r\n").endswith(" 14 \r\nOk\r\n")
    terminal.type(f"{UP}0\r")
    assert terminal.see("Ok\r\n").endswith(" 140 \r\nOk\r\n")


def test_answers_do_not_go_into_the_history(terminal: Any) -> None:
    terminal.type('INPUT "N";A\r')
    terminal.see("N? ")
    terminal.type("77\r")
    terminal.see("Ok\r\n")
    terminal.type(f"{UP}\r")
    assert 'INPUT "N";A\r\n' in terminal.see("N? N?")


def test_the_question_stays_in_front_of_its_answer(terminal: Any) -> None:
    terminal.type('10 INPUT "How many";A\r20 PRINT A*2\rRUN\r')
    terminal.see("How many? ")
    terminal.type("21\r")
    assert "How many? 21\r\n 42 \r\nOk\r\n" in terminal.see("Ok\r\n").replace("\r\r", "\r")


def test_edit_gets_single_keys(terminal: Any) -> None:
    terminal.type("10 PRINT 1\rEDIT 10\r")
    terminal.see("\n10 ")
    for key, shown in (("2", ""), ("D", "\\PR\\"), ("I", ""), ("X", "X"), ("\x7f", "_"), ("\x1b", ""), ("Z", "\a")):
        terminal.type(key)
        if shown:
            assert terminal.see(shown) == shown
    terminal.type("Q")
    assert terminal.see("Ok\r\n") == "\r\nOk\r\n"
    terminal.type("LIST\r")
    assert terminal.see("Ok\r\n").endswith("10 PRINT 1\r\nOk\r\n")


def test_keys_typed_together_with_the_command_go_to_edit(terminal: Any) -> None:
    terminal.type("10 PRINT 1\rEDIT 10\r2DE")
    assert terminal.see("\\PR\\\r\n").endswith("\n10 \\PR\\\r\n")
    terminal.type("LIST\r")
    assert terminal.see("Ok\r\n").endswith("10 INT 1\r\nOk\r\n")


def test_ctrl_c_leaves_edit_and_ends_auto(terminal: Any) -> None:
    terminal.type("10 PRINT 1\rEDIT 10\r")
    terminal.see("\n10 ")
    terminal.type("HX")
    terminal.see("X")
    terminal.process.send_signal(2)
    assert terminal.see("Ok\r\n") == "\r\nOk\r\n"
    terminal.type("AUTO\rREM\r")
    terminal.see("20 ")
    terminal.type("\x03")
    assert terminal.see("Ok\r\n").endswith("^C\r\nOk\r\n")


def test_ctrl_s_and_ctrl_o_work_on_a_running_program_and_other_keys_begin_the_next_line(terminal: Any) -> None:
    terminal.type('10 PRINT "GO"\r20 FOR I=1 TO 3000000:NEXT\r30 PRINT "DONE"\rRUN\r')
    terminal.see("\nGO\r\n")
    assert terminal.hands_over("keys")
    terminal.type("PRINT 5\r\x0f")
    assert terminal.see("^O\r\n") == "^O\r\n"
    terminal.type("\x0f")
    assert terminal.see("^O\r\n") == "^O\r\n"
    assert terminal.see(" 5 \r\nOk\r\n").startswith("DONE\r\nOk\r\n")


def test_what_is_pasted_comes_line_by_line(terminal: Any) -> None:
    terminal.type(f"{PASTE}PRINT 7\nPRINT 8\nPRINT{PASTED}")
    assert terminal.see(" 8 \r\nOk\r\n").count("Ok\r\n") == 2
    terminal.type(" 9\r")
    assert terminal.see("Ok\r\n").endswith(" 9 \r\nOk\r\n")


def test_ctrl_d_leaves(terminal: Any) -> None:
    terminal.type("\x04")
    assert terminal.wait() == 0
