"""The state is the truth in every state a machine can rest in: a restart between any two statements changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mbasic_core.machine import NeedKeys, NeedLine, SliceSpent
from tests.machine.talk import Talk

FILES = {"IN": b'1,"two"\r\nthree\r\n', "NEXT.BAS": b'10 PRINT "next";A;B$;C(1):GOSUB 20:END\r\n20 PRINT F$:RETURN\r\n'}

RESTS = {
    "INPUT": ('10 FOR I=1 TO 2:INPUT "a";A,B$:PRINT A;B$:NEXT', "1", "2,x", "3,y"),
    "INPUT;": ('10 INPUT;"a";A:PRINT "b";A', "7"),
    "LINE INPUT": ("10 GOSUB 20:END\n20 LINE INPUT A$:PRINT A$:RETURN", "a, b"),
    "INPUT$": ("10 A$=INPUT$(3):PRINT A$;INPUT$(1)", "ab", "cd"),
    "INKEY$": ('10 N=N+1:A$=INKEY$:IF A$="" AND N<30 THEN 10\n20 PRINT A$;N', "k"),
    "RANDOMIZE": ("10 RANDOMIZE:PRINT RND", "5"),
    "STOP": ("10 FOR I=1 TO 3\n20 STOP\n30 PRINT I:NEXT", "CONT", "PRINT I", "CONT", "CONT"),
    "END": ("10 PRINT 1:END\n20 PRINT 2", "CONT"),
    "trapped error": (
        (
            "10 ON ERROR GOTO 100\n20 PRINT 1/0:PRINT LOG(0):PRINT 2\n30 ERROR 77\n40 PRINT 4:END\n"
            "100 INPUT A:PRINT ERR;ERL:IF ERL=30 THEN RESUME 40\n110 RESUME NEXT"
        ),
        "1",
        "2",
        "3",
    ),
    "error that stopped it": ("10 A=5:ERROR 5", "PRINT A;ERR;ERL", "RESUME"),
    "sequential files": (
        (
            '10 OPEN "I",1,"IN":OPEN "O",2,"OUT":INPUT #1,A,A$:PRINT #2,A$;:PRINT EOF(1);LOC(1)\n'
            '20 LINE INPUT #1,A$:PRINT #2,A$:PRINT A$;EOF(1):CLOSE:OPEN "I",1,"OUT":LINE INPUT #1,B$:PRINT B$'
        ),
    ),
    "random file": (
        (
            '10 OPEN "R",1,"REC",8:FIELD 1,4 AS A$,4 AS B$:FIELD 1,8 AS C$\n'
            '20 FOR I=1 TO 3:LSET A$=STR$(I):RSET B$="x":PUT 1,I:NEXT\n'
            '30 GET 1,2:PRINT C$;LOC(1):LSET B$="new":PRINT C$'
        ),
    ),
    "half-read DATA": ("10 READ A,B$:PRINT A;B$\n20 READ C$:PRINT C$:RESTORE 40\n30 READ A:PRINT A\n40 DATA 1,x,y,2",),
    "CHAINed program": ('10 A=1:B$="b":DIM C(3):C(1)=9:F$="f":COMMON A,B$,C(),F$\n20 CHAIN "NEXT"',),
    "CHAIN ALL": ('10 A=1:B$="b":C(1)=9:F$="f":CHAIN "NEXT",10,ALL',),
    "loops": (
        (
            "10 FOR I%=1 TO 3:W=0:WHILE W<2:W=W+1:GOSUB 30:WEND:NEXT\n20 END\n"
            "30 FOR X=0 TO .5 STEP .25:PRINT I%;W;X:NEXT X:RETURN"
        ),
    ),
    "functions, types, base": (
        (
            "10 OPTION BASE 1:DEFINT I:DEFDBL D:DEF FNA(X)=X*2+D:DIM A(2,2)\n"
            "20 I=2.6:D=1/3:A(2,1)=I:PRINT FNA(I);A(2,1)\n"
            "30 ERASE A:DIM A(1):PRINT A(1);RND;RND"
        ),
    ),
    "memory": (
        (
            '10 A$="ABC":P=VARPTR(A$):POKE -9,7:CLEAR ,60000!\n20 A$="DEF":P=VARPTR(A$):Q=PEEK(P+1)+256*PEEK(P+2)\n'
            "30 POKE Q,88:PRINT A$;PEEK(-9);PEEK(Q+1);FRE(0)"
        ),
    ),
    "TRON": ("10 TRON\n20 FOR I=1 TO 2:NEXT\n30 INPUT A:TROFF\n40 PRINT A", "1"),
    "widths": ('10 WIDTH 20:PRINT "abc",;\n20 PRINT STRING$(30,"x");:INPUT A\n30 PRINT POS(0);:WIDTH 80', "1"),
    "breakpoints": (
        (
            "10 ON ERROR GOTO 60:READ N:FOR I=1 TO N\n20 GOSUB 40\n30 NEXT:END\n40 PRINT I;:INPUT A\n"
            "50 ERROR A:RETURN\n60 PRINT ERR;ERL:RESUME NEXT\n70 DATA 2"
        ),
        *("CONT", "CONT", "77", "CONT", "PRINT ERR;ERL;I", "CONT", "CONT", "x", "78", "CONT", "CONT"),
    ),
    "breakpoints and files": (
        (
            '10 OPEN "R",1,"REC",4:FIELD 1,4 AS A$:OPEN "O",2,"OUT"\n20 FOR I=1 TO 2\n30 GOSUB 60\n40 NEXT\n'
            "50 GET 1,1:PRINT A$;LOC(1):CLOSE:END\n60 LSET A$=STR$(I*11):PRINT #2,I;\n70 PUT 1,I:RETURN"
        ),
        *("CONT",) * 9,
    ),
    "breakpoints and RENUM": ("10 A=1:GOTO 30\n20 A=2\n30 PRINT A", "RENUM 100", "CONT", "CONT", "RUN", "20", "CONT"),
    "RENUM, LIST, DELETE": ("10 GOTO 20\n20 PRINT 2", "RENUM 100", "LIST", "DELETE 100", "RUN"),
}

BREAKPOINTS = {
    "breakpoints": (20, 40, 60),
    "breakpoints and files": (20, 30, 40, 60, 70),
    "breakpoints and RENUM": (10, 30),
}


def transcript(
    program: str, answers: list[str], *, cut: bool, breakpoints: Sequence[int]
) -> tuple[str, dict[str, bytes]]:
    """All that is shown, and the files at the end; `cut` restarts the machine after each statement."""
    talk = Talk(program, dict(FILES))
    talk.machine.set_breakpoints(breakpoints)
    talk.machine.feed_line("RUN")
    shown = ""
    for _ in range(2_000):
        shown += talk.go(1, 1)
        if cut:
            talk.restart()
        if isinstance(talk.rest, SliceSpent):
            if "INKEY$" in program and shown.endswith("\n") and answers:
                talk.machine.feed_keys(answers.pop(0))
            continue
        if not answers:
            return shown, dict(talk.machine.disk.files)  # type: ignore[attr-defined]  # a StateDisk
        if isinstance(talk.rest, NeedKeys):
            talk.machine.feed_keys(answers.pop(0))
        else:
            assert isinstance(talk.rest, NeedLine) or shown.endswith(("Ok\n", "\n"))
            talk.machine.feed_line(answers.pop(0))
    raise AssertionError(f"did not come to an end: {shown}")


@pytest.mark.parametrize("rest", RESTS)
def test_a_restart_between_any_two_statements_changes_nothing(rest: str) -> None:
    program, *answers = RESTS[rest]
    breakpoints = BREAKPOINTS.get(rest, ())
    whole = transcript(program, list(answers), cut=False, breakpoints=breakpoints)
    assert transcript(program, list(answers), cut=True, breakpoints=breakpoints) == whole
    assert whole[0].count("Ok\n") >= 1
    assert whole[0].count("Break in") >= len(breakpoints)
