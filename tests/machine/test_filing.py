"""Program files and data files from the machine's side."""

from __future__ import annotations

import pytest

from tests.machine.talk import Talk

PROGRAM = '10 PRINT "hello"\n20 GOTO 40\n40 END\n'


@pytest.mark.parametrize(("option", "first"), [("", b"\xff"), (",P", b"\xfe"), (",A", b"1")])
def test_a_program_is_saved_and_loaded(option: str, first: bytes) -> None:
    talk = Talk(PROGRAM)
    assert talk.type(f'SAVE "prog"{option}') == "Ok\n"
    saved = talk.machine.disk.read("PROG.BAS")
    assert saved is not None
    assert saved[:1] == first
    talk.type("NEW")
    assert talk.type('LOAD "PROG"') == "Ok\n"
    assert talk.machine.program_text() == PROGRAM


def test_a_protected_program_runs_and_is_not_shown() -> None:
    talk = Talk(PROGRAM)
    talk.type('SAVE "P",P')
    talk.type('LOAD "P"')
    assert talk.type("LIST") == talk.type('SAVE "Q"') == "Illegal function call\nOk\n"
    assert talk.type("RUN") == "hello\nOk\n"
    talk.restart()
    assert talk.type("LIST") == "Illegal function call\nOk\n"


def test_load_with_r_runs_and_keeps_files_open() -> None:
    talk = Talk(files={"P.BAS": b'10 PRINT #1,"more"\r\n20 CLOSE\r\n'})
    assert talk.type('OPEN "O",1,"F":PRINT #1,"one":LOAD "P",R') == "Ok\n"
    assert talk.machine.disk.read("F") == b"one\r\nmore\r\n"


def test_run_of_a_file() -> None:
    talk = Talk(files={"P.BAS": b"10 PRINT 5\r\n"})
    assert talk.type('RUN "P"') == " 5 \nOk\n"


def test_merge_adds_lines_over_the_program() -> None:
    talk = Talk("10 PRINT 1\n20 PRINT 2", {"M.BAS": b"20 PRINT 22\r\n30 PRINT 3\r\n"})
    talk.type('MERGE "M"')
    assert talk.type("RUN") == " 1 \n 22 \n 3 \nOk\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('LOAD "NONE"', "File not found"),
        ('LOAD "a b"', "Bad file name"),
        ("LOAD 5", "Type mismatch"),
        ('MERGE "T"', "Bad file mode"),
        ('LOAD "D"', "Direct statement in file"),
        ('OPEN "X",1,"F"', "Bad file mode"),
        ('OPEN "I",9,"F"', "Bad file number"),
        ('OPEN "I",1,"F"', "File not found"),
        ('OPEN "O",1,"F":OPEN "O",1,"G"', "File already open"),
        ("FIELD #1,5 AS A$", "Bad file number"),
        ("FIELD #4,300 AS A", "Bad file number"),
        ("GET #1", "Bad file mode"),
        ("PRINT #0,1", "Bad file mode"),
        ("PRINT #4,1", "Bad file number"),
        ("PRINT #256,1", "Illegal function call"),
        ("CLOSE 4", "Bad file number"),
        ("CLOSE -1", "Illegal function call"),
        ('KILL "NONE"', "File not found"),
        ('NAME "NONE" AS "X"', "File not found"),
        ('NAME "D.BAS" AS "T.BAS"', "File already exists"),
        ('FILES "NONE"', "File not found"),
        ("INPUT #1,A", "Bad file mode"),
    ],
)
def test_what_can_go_wrong(line: str, message: str) -> None:
    talk = Talk(files={"T.BAS": b"\xff\0\0", "D.BAS": b"PRINT 1\r\n"})
    assert talk.type(line) == f"{message}\nOk\n"
    talk.restart()


def test_files_are_listed_killed_and_renamed() -> None:
    talk = Talk(files={"A.TXT": b"", "B.TXT": b"", "C.BAS": b""})
    assert talk.type("FILES").split() == ["A", ".TXT", "B", ".TXT", "C", ".BAS", "Ok"]
    assert talk.type('FILES "*.BAS"').split() == ["C", ".BAS", "Ok"]
    talk.type('KILL "A.TXT":NAME "B.TXT" AS "D.TXT"')
    assert talk.machine.disk.names() == ["C.BAS", "D.TXT"]


def test_a_list_of_files_is_as_wide_as_the_screen_and_shows_no_point_without_an_extension() -> None:
    talk = Talk(files=dict.fromkeys(("A.TXT", "B", "C.B", "DDDDDDDD.DDD", "E.E", "F.F"), b""))
    first = "A       .TXT  B             C       .B    DDDDDDDD.DDD  E       .E  \n"
    assert talk.type("FILES") == f"{first}F       .F    \nOk\n"
    assert talk.type('WIDTH 27:FILES "?.?"') == "B             C       .B  \nE       .E    F       .F  \nOk\n"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.*", "A .B AB .TXT ABC .TXT X"),
        ("b:", "A .B AB .TXT ABC .TXT X"),
        ("P:A*.TXT", "AB .TXT ABC .TXT"),
        ("A??.TXT", "AB .TXT ABC .TXT"),
        ("A?B*Q.T*X", "ABC .TXT"),
        ("*", "X"),
    ],
)
def test_patterns_of_files(pattern: str, names: str) -> None:
    talk = Talk(files={"A.B": b"", "AB.TXT": b"", "ABC.TXT": b"", "X": b""})
    if pattern == "A?B*Q.T*X":
        talk.type('NAME "ABC.TXT" AS "AXBC.TXT"')
        names = "AXBC .TXT"
    assert " ".join(talk.type(f'FILES "{pattern}"').split()) == f"{names} Ok"


def test_write_fills_a_record_with_blanks() -> None:
    talk = Talk()
    talk.type('OPEN "R",1,"F",12:FIELD 1,12 AS A$:WRITE #1,"ab",5')
    assert talk.type('PRINT "<";LEFT$(A$,10);">";ASC(MID$(A$,11));ASC(MID$(A$,12))') == '<"ab",5    > 13  10 \nOk\n'
    assert talk.type('PUT 1:PRINT #1,"x":PRINT LEFT$(A$,3)="x"+CHR$(13)+CHR$(10)') == "-1 \nOk\n"
    assert talk.type('PUT 1:WRITE #1,"abcdefgh"') == "FIELD overflow\nOk\n"


def test_records_of_no_bytes_can_be_opened_and_hold_nothing() -> None:
    talk = Talk()
    assert talk.type('OPEN "R",1,"F",0:FIELD 1,0 AS A$') == "Ok\n"
    talk.restart()
    assert talk.type("GET 1:PRINT LEN(A$):FIELD 1,1 AS B$") == " 0 \nFIELD overflow\nOk\n"


def test_let_takes_a_variable_out_of_its_buffer_and_mid_does_not() -> None:
    talk = Talk(
        '10 OPEN "R",1,"F",4:FIELD 1,2 AS A$,2 AS B$(1):LSET A$="ab":LSET B$(1)="cd":PUT 1,1:A$="new":GET 1,1\n'
        '20 PRINT A$;B$(1):MID$(B$(1),1)="X":PUT 1,2:LSET B$(1)="":GET 1,2:PRINT B$(1)\n'
        '30 PRINT #1,"yz";:PRINT B$(1):B$(1)="no":GET 1,1:PRINT B$(1):FIELD 1,4 AS C$:PRINT C$'
    )
    assert talk.type("RUN") == "newcd\nXd\nXd\nno\nabcd\nOk\n"
    talk.restart()


def test_an_open_file_can_be_killed_and_is_gone_for_good() -> None:
    talk = Talk()
    assert talk.type('OPEN "O",1,"A.TXT":PRINT #1,"X":KILL "A.TXT":CLOSE:OPEN "I",1,"A.TXT"') == "File not found\nOk\n"


def test_a_program_writes_and_reads_a_file() -> None:
    talk = Talk(
        '10 OPEN "O",1,"F":FOR I=1 TO 3:PRINT #1,I:WRITE #1,"a,b",I:NEXT:CLOSE\n'
        '20 OPEN "I",1,"F":WHILE NOT EOF(1):INPUT #1,A,B$,C:PRINT A;B$;C:WEND\n'
    )
    assert talk.type("RUN") == " 1 a,b 1 \n 2 a,b 2 \n 3 a,b 3 \nOk\n"


def test_records_survive_a_restart_between_put_and_get() -> None:
    talk = Talk(
        '10 OPEN "R",1,"F",8:FIELD #1,5 AS A$,3 AS B$:LSET A$="one":RSET B$="x":PUT #1,2\n'
        "20 STOP\n30 GET #1,2:PRINT A$;B$"
    )
    talk.type("RUN")
    talk.restart()
    assert talk.type("CONT") == "one    x\nOk\n"
