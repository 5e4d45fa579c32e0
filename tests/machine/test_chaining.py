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


def test_all_keeps_the_types_of_names() -> None:
    talk = Talk('1 DEFINT A:A=5:CHAIN "N",,ALL', {"N.BAS": b"1 PRINT A/2\r\n"})
    assert talk.type("RUN") == " 2.5 \nOk\n"


def test_a_line_may_delete_itself_while_it_is_traced() -> None:
    talk = Talk('1 TRON:CHAIN MERGE "N",20,ALL,DELETE 1-2\n2 REM', {"N.BAS": NEXT})
    assert talk.type("RUN") == "[20]twenty\nOk\n"
    assert sorted(talk.machine.state.program) == [10, 20]
