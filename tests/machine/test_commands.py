"""Commands: LIST, DELETE, RENUM, CLEAR, RUN, WIDTH and what is like them."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Quit
from tests.machine.talk import Talk

PROGRAM = "10 PRINT 1\n20 GOTO 10\n30 END\n"


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("LIST", [10, 20, 30]),
        ("LIST 20", [20]),
        ("LIST 15-", [20, 30]),
        ("LIST -20", [10, 20]),
        ("LIST 10-20", [10, 20]),
        ("LIST 40", []),
    ],
)
def test_list_shows_a_range(command: str, lines: list[int]) -> None:
    shown = Talk(PROGRAM).type(command)
    assert [int(line.split()[0]) for line in shown.splitlines()[:-1]] == lines


@pytest.mark.parametrize(
    ("command", "left"), [("DELETE 20", [10, 30]), ("DELETE 10-20", [30]), ("DELETE -20", [30]), ("DELETE 20-30", [10])]
)
def test_delete_takes_a_range(command: str, left: list[int]) -> None:
    talk = Talk(PROGRAM)
    assert talk.type(command) == "Ok\n"
    assert sorted(talk.machine.state.program) == left


@pytest.mark.parametrize("command", ["DELETE 15", "DELETE 10-25", "DELETE"])
def test_delete_wants_lines_that_exist(command: str) -> None:
    talk = Talk(PROGRAM)
    assert talk.type(command) != "Ok\n"
    assert talk.machine.program_text() == PROGRAM


def test_renum_changes_what_names_the_lines() -> None:
    talk = Talk(PROGRAM)
    talk.type("RENUM 100,20,5")
    assert talk.machine.program_text() == "10 PRINT 1\n100 GOTO 10\n105 END\n"
    talk.type("RENUM")
    assert talk.machine.program_text() == PROGRAM


@pytest.mark.parametrize("command", ["RENUM 5,20", "RENUM 65529", "RENUM 10,10,0"])
def test_renum_keeps_the_order_and_the_range(command: str) -> None:
    talk = Talk(PROGRAM)
    assert talk.type(command) == "Illegal function call\nOk\n"
    assert talk.machine.program_text() == PROGRAM


def test_the_dot_is_the_line_last_entered() -> None:
    talk = Talk(PROGRAM)
    talk.type("20 PRINT 2")
    assert talk.type("LIST .") == "20 PRINT 2\nOk\n"
    talk.type("DELETE .")
    assert sorted(talk.machine.state.program) == [10, 30]


def test_the_dot_is_the_line_that_failed() -> None:
    talk = Talk("10 A=1\n20 ERROR 5")
    talk.type("RUN")
    assert talk.type("LIST .") == "20 ERROR 5\nOk\n"


def test_deleting_a_line_that_is_not_there() -> None:
    assert Talk(PROGRAM).type("25") == "Undefined line number\nOk\n"


def test_new_forgets_everything() -> None:
    talk = Talk(PROGRAM)
    talk.type("A=1:TRON")
    talk.type("NEW")
    assert (talk.machine.program_text(), talk.machine.variables(), talk.machine.state.tron) == ("", [], False)


def test_run_begins_at_a_line_and_with_nothing() -> None:
    talk = Talk("10 PRINT 1\n20 PRINT A")
    talk.type("A=5")
    assert talk.type("RUN 20") == " 0 \nOk\n"
    talk.type("A=5")
    assert talk.type("GOTO 20") == " 5 \nOk\n"


def test_clear_gives_more_stack() -> None:
    talk = Talk("10 N=N+1:GOSUB 10")
    talk.type("RUN")
    talk.type("A=N:N=0")
    talk.machine.load_program("10 CLEAR ,,1024:ON ERROR GOTO 30\n20 N=N+1:GOSUB 20\n30 PRINT N")
    assert talk.type("RUN").startswith(" 171 \n")


@pytest.mark.parametrize(
    "command", ["CLEAR ,,0", "CLEAR ,0", "WIDTH 0", "WIDTH 256", "OUT 256,1", "WAIT 1,256", "NULL -1"]
)
def test_numbers_out_of_range(command: str) -> None:
    assert Talk().type(command) == "Illegal function call\nOk\n"


@pytest.mark.parametrize("command", ['WIDTH "a"', 'CLEAR ,"a"', 'OUT "a",1', 'WAIT "a",1', 'NULL "a"'])
def test_texts_where_numbers_belong(command: str) -> None:
    assert Talk().type(command) == "Type mismatch\nOk\n"


@pytest.mark.parametrize("command", ["CALL A", "CALL A(B)"])
def test_what_this_machine_has_not(command: str) -> None:
    assert Talk(PROGRAM).type(command) == "Illegal function call\nOk\n"


def test_ports_and_nulls_are_taken_and_do_nothing() -> None:
    assert Talk().type("OUT 1,2:WAIT 1,2:WAIT 1,2,3:NULL 3:PRINT 1") == " 1 \nOk\n"


def test_system_ends_it() -> None:
    talk = Talk()
    talk.type("SYSTEM")
    assert talk.rest == Quit()
