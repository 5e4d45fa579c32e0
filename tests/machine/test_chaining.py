"""CHAIN: what goes with it into the next program."""

from __future__ import annotations

import pytest

from tests.machine.talk import Talk

NEXT = b'10 PRINT A;B$;C(2)\r\n20 PRINT "twenty"\r\n'


@pytest.mark.parametrize(
    ("chain", "shown"),
    [
        ('CHAIN "N"', " 0  0 \ntwenty\n"),
        ('CHAIN "N",20', "twenty\n"),
        ('CHAIN "N",,ALL', " 5 x 7 \ntwenty\n"),
        ('COMMON A,C():CHAIN "N"', " 5  7 \ntwenty\n"),
        ('CHAIN "N",99', "Undefined line number\n"),
        ('CHAIN "NONE"', "File not found in 1\n"),
    ],
)
def test_what_common_and_all_carry(chain: str, shown: str) -> None:
    talk = Talk(f'1 A=5:B$="x":C(2)=7:{chain}', {"N.BAS": NEXT})
    assert talk.type("RUN").removesuffix("Ok\n") == shown
    talk.restart()


def test_a_tokenised_program_lacks_a_line_where_chain_stands() -> None:
    talk = Talk('1 SAVE "N":NEW')
    talk.type("RUN")
    talk.type('1 CHAIN "N",99')
    assert talk.type("RUN") == "Undefined line number in 1\nOk\n"


def test_merge_keeps_the_program_and_may_delete_lines() -> None:
    talk = Talk('1 CHAIN MERGE "N",5,ALL,DELETE 8-9\n5 PRINT "five"\n8 PRINT "eight"\n9 PRINT "nine"', {"N.BAS": NEXT})
    assert talk.type("RUN") == "five\n 0  0 \ntwenty\nOk\n"
    assert sorted(talk.machine.state.program) == [1, 5, 10, 20]


def test_files_stay_open() -> None:
    talk = Talk('1 OPEN "O",1,"F":PRINT #1,"one":CHAIN "N"', {"N.BAS": b'1 PRINT #1,"two":CLOSE\r\n'})
    talk.type("RUN")
    assert talk.machine.disk.read("F") == b"one\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("chain", "shown"),
    [('CHAIN "N",,ALL', " 0  2 \n"), ('CHAIN MERGE "N",10,ALL', " 5  1 \n"), ('CHAIN MERGE "N",10', " 0  0 \n")],
)
def test_types_of_names_and_option_base_hold_on_with_merge_only(chain: str, shown: str) -> None:
    program = f"1 DEFINT A:OPTION BASE 1:A=5:DIM B(2):B(1)=1:B(2)=2:{chain}"
    talk = Talk(program, {"N.BAS": b"10 PRINT A;B(1)\r\n"})
    assert talk.type("RUN") == shown + "Ok\n"
    talk.restart()


@pytest.mark.parametrize(
    ("chain", "shown"),
    [
        ('CHAIN MERGE "N",10,ALL', " 6 \nUndefined user function in 20\n"),
        ('CHAIN MERGE "N",10', "Undefined user function in 10\n"),
        ('CHAIN "N",10,ALL', "Undefined user function in 10\n"),
    ],
)
def test_functions_hold_on_with_merge_and_all_when_they_stand_before_what_is_merged(chain: str, shown: str) -> None:
    talk = Talk(
        f"1 DEF FNA(X)=X+1:GOTO 30\n2 {chain}\n30 DEF FNB=7:GOTO 2",
        {"N.BAS": b"10 PRINT FNA(5)\r\n20 PRINT FNB\r\n"},
    )
    assert talk.type("RUN") == shown + "Ok\n"
    talk.restart()


@pytest.mark.parametrize(("lines", "subscript"), [("DIM B(2)", 2), ("OPTION BASE 1:DIM B(2)", 1)])
def test_without_merge_the_last_element_is_where_it_is_counted_from_0(lines: str, subscript: int) -> None:
    talk = Talk(f'1 {lines}:B(2)=7:CHAIN "N",,ALL', {"N.BAS": b"1 INPUT I:PRINT B(I):PRINT B(I+1)\r\n"})
    talk.type("RUN")
    assert talk.type(str(subscript)) == " 7 \nSubscript out of range in 1\nOk\n"


@pytest.mark.parametrize("lines", ["8-99", "99", "9-8"])
def test_delete_wants_its_last_line_as_the_command_does(lines: str) -> None:
    talk = Talk(f'1 CHAIN MERGE "N",5,ALL,DELETE {lines}\n8 REM\n9 REM', {"N.BAS": NEXT})
    assert talk.type("RUN") == "Illegal function call in 1\nOk\n"
    assert sorted(talk.machine.state.program) == [1, 8, 9]


def test_a_line_may_delete_itself_while_it_is_traced() -> None:
    talk = Talk('1 TRON:CHAIN MERGE "N",20,ALL,DELETE 1-2\n2 REM', {"N.BAS": NEXT})
    assert talk.type("RUN") == "[20]twenty\nOk\n"
    assert sorted(talk.machine.state.program) == [10, 20]
