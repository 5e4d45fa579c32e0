"""docs/differences.md is true: what it says of this implementation is tried, and found in it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.run import run_program
from mbasic_core.machine import Failed, Machine, NeedKeys, NeedLine, Output, Prompt, Ready
from mbasic_core.machine.editing import ROOM
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.variables import LARGEST_ARRAY

TEXT = (Path(__file__).parents[1] / "docs" / "differences.md").read_text(encoding="utf-8")

CLAIMS = {
    "bytes of a computed zero": ("A=1.5:A=A-1.5:PRINT MKS$(A)=STRING$(4,0);MKD$(1.5#-1.5#)=STRING$(8,0)", "-1 -1"),
    "`X#/0`": ("PRINT -1#/0", "Division by zero\n1.701411834604693D+38"),
    "`EXP(X)`, `X^Y`": ("PRINT EXP(88.1);2^127", "Overflow\n1.70141E+38 Overflow\n1.70141E+38"),
    "`TAN(X)`": ("PRINT TAN(2E8)", "Division by zero\n1.70141E+38"),
    "`PRINT USING` with `.`": ('PRINT USING ".#######^^^^";.5', "%500000E+01"),
    '`PRINT USING ""`': ('PRINT USING "";5', "Illegal function call"),
    "`CALL`, `USR`": ("DEF USR=5:PRINT USR(1)", "Illegal function call"),
    "Illegal function call; `DEF USR` is accepted": ("A=0:CALL A", "Illegal function call"),
    "`PEEK`, `POKE`": (
        "PRINT PEEK(0);PEEK(5);PEEK(999);:POKE 999,7:PRINT PEEK(999):POKE &H68E8,9:LIST",
        "195  195  0  7",
    ),
    "`VARPTR`": (
        "A=1:PRINT VARPTR(A)-&H68E8<99;PEEK(VARPTR(A)+3):DIM B(9000),C(9000):PRINT VARPTR(C(9000))",
        "-1  129\nOut of memory",
    ),
    "`VARPTR(#N)`": (
        'OPEN "O",1,"A":OPEN "O",2,"B":PRINT VARPTR(#1)=VARPTR(#2);VARPTR(#1)=VARPTR(#1):CLOSE',
        "0 -1",
    ),
    "address of a text that `LSET`, `RSET` or `MID$=` changed": (
        'A$=STRING$(3,65):P=VARPTR(A$):Q=PEEK(P+1)+PEEK(P+2)*256:LSET A$="Z":PRINT Q=PEEK(P+1)+PEEK(P+2)*256;A$',
        "0 Z",
    ),
    "`A(20)=1/0`": ("A(20)=1/0", "Division by zero\nSubscript out of range"),
    "`KILL` of an open file": ('OPEN "O",1,"K":PRINT #1,"X":KILL "K":OPEN "I",1,"K"', "File not found"),
    "text of a string constant": ('A$="AB":P=VARPTR(A$):PRINT PEEK(P+2)*256>VARPTR(P)', "-1"),
    "`FRE(0)`": (
        'A$="":A=FRE(0):A$=STRING$(255,"X"):PRINT FRE(0)<=31000;FRE(0)>30000;FRE(0)=A-255;FRE(0)=FRE("")',
        "-1 -1 -1 -1",
    ),
    "`CLEAR`": ("CLEAR 100,27000:DIM A$(99):A$(1)=STRING$(255,65):PRINT LEN(A$(1))", "255"),
    "size of arrays": (f"DIM A%({LARGEST_ARRAY // 2})", "Subscript out of range"),
    "`OUT`, `INP`, `WAIT`": ("OUT 1,2:WAIT 1,2,2:PRINT INP(9):OUT 256,1", "255\nIllegal function call"),
    "`LPRINT`, `LLIST`": ('LPRINT "ABC";:PRINT LPOS(0):LLIST', "4"),
    "`NULL`": ('NULL 5:PRINT "A":PRINT "B"', "A\nB"),
    "drives A to P": ('OPEN "O",1,"A:X":CLOSE:OPEN "I",1,"B:X":PRINT LOF(1):CLOSE', "0"),
    "end of a sequential file": ('OPEN "O",1,"X":PRINT #1,"AB":CLOSE:OPEN "R",1,"X":PRINT LOF(1):CLOSE', "1"),
    "number of files, longest record": ('OPEN "O",4,"X"', "Bad file number"),
    "longest record": ('OPEN "R",1,"X",129', "Illegal function call"),
    "`RESET`": ('OPEN "O",1,"X":RESET:PRINT LOF(1)', "Bad file number"),
}
"""Words of the document, a line to type, and what is printed then."""


class Terminal:
    """Types lines and reads what is shown, without blanks at the ends of lines."""

    def __init__(self) -> None:
        self.disk = StateDisk()
        self.machine = Machine(disk=self.disk)

    def type(self, line: str) -> str:
        self.machine.feed_line(line)
        events = self.machine.advance(1_000_000)
        assert isinstance(events[-1], Ready | Failed | NeedLine)
        text = "".join(event.text for event in events if isinstance(event, Output | Prompt))
        return "\n".join(row.strip() for row in text.replace("\r\n", "\n").removesuffix("Ok\n").strip().split("\n"))


@pytest.mark.parametrize("words", CLAIMS)
def test_what_the_document_says_is_so(words: str) -> None:
    line, shown = CLAIMS[words]
    assert words in TEXT
    assert Terminal().type(line) == shown


def test_arguments_for_a_function_that_takes_none() -> None:
    terminal = Terminal()
    terminal.machine.load_program(
        "10 DEF FNA=42:ON ERROR GOTO 30\n20 PRINT FNA;FNA(3);FNA(3)+1\n25 END\n30 PRINT ERR;ERL:RESUME 25"
    )
    assert terminal.type("RUN") == "42  42  3  2  20"
    assert "`PRINT FNA(3)+1`" in TEXT


def test_half_a_program_is_not_run() -> None:
    with pytest.raises(Failure, match="Overflow"):
        run_program("10 PRINT 1\n20 PRINT &H10000\n", io.BytesIO(), io.BytesIO())
    assert "`mbasic run` of a program that cannot be loaded whole" in TEXT


def test_files_end_where_their_content_ends() -> None:
    terminal = Terminal()
    terminal.type('OPEN "O",1,"S":PRINT #1,"AB":CLOSE')
    terminal.type('OPEN "R",1,"R",10:FIELD 1,10 AS A$:PUT 1,3:CLOSE')
    assert terminal.disk.read("S") == b"AB\r\n"
    assert len(terminal.disk.read("R") or b"") == 30


def test_ctrl_c_leaves_an_edited_line_as_it_was() -> None:
    terminal = Terminal()
    terminal.type("10 PRINT 1")
    terminal.machine.feed_line("EDIT 10")
    terminal.machine.feed_keys("DDD")
    assert terminal.machine.advance(100)[-1] == NeedKeys(1)
    terminal.machine.interrupt()
    assert terminal.machine.advance(100)[-1] == Ready()
    assert terminal.type("LIST") == "10 PRINT 1"


def test_long_lines() -> None:
    terminal = Terminal()
    terminal.type("10 LINE INPUT A$:PRINT LEN(A$)")
    terminal.type("RUN")
    assert terminal.type("X" * 300) == "\a" * 45 + " 255"


def test_characters() -> None:
    terminal = Terminal()
    assert terminal.type("A\xe9=5:PRINT A") == "5"
    assert terminal.type('PRINT "\u20ac"') == "?"


def test_brackets() -> None:
    assert Terminal().type(f"PRINT {'(' * 100}1{')' * 100}") == "1"
    assert Terminal().type(f"PRINT {'(' * 120}1{')' * 120}") == "Out of memory"
    larger = Terminal()
    larger.type("CLEAR ,,1000")
    assert larger.type(f"PRINT {'(' * 120}1{')' * 120}") == "1"
    assert "depth of expressions" in TEXT


def test_the_size_of_a_program() -> None:
    assert f"{ROOM:,} bytes as tokens" in TEXT
    assert f"{LARGEST_ARRAY:,} bytes as in the original" in TEXT


def test_the_depth_of_gosub() -> None:
    terminal = Terminal()
    terminal.machine.load_program("10 N=N+1\n20 GOSUB 10\n")
    assert terminal.type("RUN") == "Out of memory in 20"
    assert terminal.type("PRINT N-1") == "85"
    assert "85 GOSUBs" in TEXT


def test_ends_of_lines_in_program_files() -> None:
    terminal = Terminal()
    for ending in ("\r\n", "\n", "\r"):
        terminal.disk.write("P.BAS", f"10 PRINT 1{ending}20 PRINT 2{ending}".encode())
        terminal.type('LOAD "P"')
        assert terminal.type("LIST") == "10 PRINT 1\n20 PRINT 2"
    terminal.type('SAVE "P",A')
    assert terminal.disk.read("P.BAS") == b"10 PRINT 1\r\n20 PRINT 2\r\n"
