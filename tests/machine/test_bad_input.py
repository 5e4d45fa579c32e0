"""Bad input: an error of BASIC or one that is documented, memory that stays bounded, and a machine that goes on."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from mbasic_core.machine import Failed, Ready, SliceSpent, snapshot
from tests.machine.talk import Talk, run

LINES = b"10 PRINT 1\n20 PRINT 2\n"


def well(talk: Talk) -> bool:
    """Whether the machine still works, and its state comes back."""
    talk.restart()
    return isinstance(talk.rest, Ready | Failed) and talk.type("PRINT 6*7") == " 42 \nOk\n"


@pytest.mark.parametrize("first", [b"", b"\xff", b"\xfe", b"10 ", b"\xff\x01\x01\x0a\x00"])
@pytest.mark.parametrize("size", [1, 300, 70_000])
def test_binary_junk_as_a_program(first: bytes, size: int) -> None:
    for seed in range(3):
        talk = Talk(files={"X.BAS": first + random.Random(seed).randbytes(size)})
        for line in ('LOAD "X"', 'MERGE "X"', 'RUN "X"', 'CHAIN "X"'):
            talk.machine.feed_line(line)
            talk.go(20)
            if isinstance(talk.rest, SliceSpent) or not isinstance(talk.rest, Ready | Failed):
                talk.stop()
        talk.machine.load_program("10 END")
        talk.type("RUN")
        assert well(talk)


@pytest.mark.parametrize("way", ["typed", "LOAD", "load_program", "INPUT", "LINE INPUT#"])
def test_a_line_of_a_megabyte(way: str) -> None:
    line = "10 PRINT " + "A" * 1_000_000
    talk = Talk(files={"X.BAS": line.encode()})
    if way == "typed":
        assert "\a" * 100 in talk.type(line)  # a terminal's line has 255 characters, behind them there is a bell
        assert len(max(talk.machine.state.program.values())) < 255
    elif way == "LOAD":
        assert talk.type('LOAD "X"') == "Out of memory\nOk\n"
    elif way == "load_program":
        with pytest.raises(Exception, match="Out of memory"):
            talk.machine.load_program(line)
    elif way == "INPUT":
        talk.type("INPUT A$")
        assert talk.type(line).endswith("Ok\n")
        assert talk.type("PRINT LEN(A$)") == " 255 \nOk\n"
    else:
        assert talk.type('OPEN "I",1,"X.BAS":LINE INPUT #1,A$:PRINT LEN(A$):CLOSE') == " 255 \nOk\n"
    if not well(talk):
        talk.rest = Ready()
        assert well(talk)


@pytest.mark.parametrize(
    "data",
    [
        LINES,
        LINES.replace(b"\n", b"\r"),
        LINES.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + LINES,
        LINES + b"\x1a\xff\x00junk",
    ],
    ids=["LF", "CR", "CR LF", "UTF-8 mark", "^Z"],
)
def test_texts_of_every_kind_of_editor(data: bytes) -> None:
    talk = Talk(files={"X.BAS": data})
    assert talk.type('RUN "X"') == " 1 \n 2 \nOk\n"
    talk = Talk(files={"X.BAS": data})
    assert talk.type('MERGE "X"') == "Ok\n"
    talk = Talk()
    talk.machine.begin_program(data.decode("latin-1"))
    talk.go()
    assert talk.machine.program_text().encode() == LINES


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 GOSUB 10", "Out of memory in 10"),
        ("10 DIM A(32767,32767)", "Subscript out of range in 10"),
        ("10 DIM A(1000,1000,1000)", "Subscript out of range in 10"),
        ("10 DIM A(1000000000)", "Overflow in 10"),
        ("10 FOR I=1 TO 100:DIM A(16000):NEXT", "Duplicate Definition in 10"),
        (
            "10 DEFINT A-Z:DIM A(32766),B(32766),C(32766),D(32766),E(32766),F(32766),G(32766),H(32766),I(32766)",
            "Out of memory in 10",
        ),
        ('10 A$="x"\n20 A$=A$+A$:GOTO 20', "String too long in 20"),
        ("10 N=N+1:FOR I=1 TO 2:GOSUB 10:NEXT", "Out of memory in 10"),
    ],
)
def test_programs_that_want_too_much(program: str, shown: str) -> None:
    tracemalloc.start()
    assert run(program) == shown
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40_000_000


@pytest.mark.parametrize("strict", [False, True])
def test_a_million_texts_that_nobody_keeps(strict: bool) -> None:
    talk = Talk(
        '10 FOR I=1 TO 100000!:A$=LEFT$(STR$(I)+"abc",5)+MID$(STR$(I),2)+CHR$(65)+RIGHT$(A$,3)+SPACE$(5):NEXT\n'
        "20 PRINT LEN(A$)"
    )
    if strict:
        talk.machine.state.variables.space = 20_000
    talk.machine.feed_line("RUN")
    talk.go(1, 20_000)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    assert " 20 \nOk\n" in talk.go(10, 100_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - before < 1_000_000
    assert len(snapshot.dump(talk.machine.state)) < 5_000
