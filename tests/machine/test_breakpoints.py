"""A program stops before a line with a breakpoint, each time that it gets there, and CONT goes on as if nothing was."""

from __future__ import annotations

import pytest

from mbasic_core.machine import NeedKeys, NeedLine, SliceSpent, Stopped
from mbasic_core.runtime.disk import StateDisk
from tests.machine.talk import Talk

BREAK = "Break in {}\nOk\n"


def talk_with(program: str, *lines: int) -> Talk:
    talk = Talk(program)
    talk.machine.set_breakpoints(lines)
    return talk


def stops(talk: Talk, line: str = "RUN") -> list[int]:
    """The lines in which it stops, from a typed line to its end."""
    found: list[int] = []
    talk.type(line)
    while isinstance(talk.rest, Stopped):
        found.append(talk.rest.line)
        talk.type("CONT")
    return found


ARRIVALS = {
    "the first line": ("10 PRINT 1", 10, [10]),
    "the line before": ("10 A=1\n20 A=2", 20, [20]),
    "the last statement of the line before": ("10 A=1:A=2\n20 A=2", 20, [20]),
    "GOTO": ("10 GOTO 30\n20 REM\n30 A=2", 30, [30]),
    "GOTO itself": ("10 A=A+1:IF A<3 THEN 10", 10, [10, 10, 10]),
    "IF": ("10 IF 1 THEN 30\n20 END\n30 A=1", 30, [30]),
    "IF that is false": ("10 IF 0 THEN PRINT\n20 END", 20, [20]),
    "ELSE": ("10 IF 0 THEN 20 ELSE 30\n20 END\n30 A=1", 30, [30]),
    "ON GOTO": ("10 ON 2 GOTO 20,30\n20 END\n30 A=1", 30, [30]),
    "GOSUB": ("10 GOSUB 30:GOSUB 30\n20 END\n30 RETURN", 30, [30, 30]),
    "ON GOSUB": ("10 ON 1 GOSUB 30\n20 END\n30 RETURN", 30, [30]),
    "RETURN": ("10 GOSUB 30\n20 END\n30 RETURN", 20, [20]),
    "NEXT": ("10 FOR I=1 TO 3\n20 A=A+1\n30 NEXT", 20, [20, 20, 20]),
    "behind NEXT": ("10 FOR I=1 TO 3\n20 NEXT\n30 END", 30, [30]),
    "NEXT as a line": ("10 FOR I=1 TO 3\n20 NEXT", 20, [20, 20, 20]),
    "FOR, once": ("10 FOR I=1 TO 3\n20 NEXT", 10, [10]),
    "a loop that is not entered": ("10 FOR I=1 TO 0\n20 A=1\n30 NEXT\n40 END", 40, [40]),
    "WEND": ("10 WHILE A<2\n20 A=A+1\n30 WEND", 10, [10, 10, 10]),
    "behind WEND": ("10 WHILE A<2:A=A+1:WEND\n20 END", 20, [20]),
    "an error": ("10 ON ERROR GOTO 30:ERROR 5\n20 END\n30 RESUME NEXT", 30, [30]),
    "RESUME": ("10 ON ERROR GOTO 30\n20 B=1:IF A=0 THEN ERROR 5\n25 END\n30 A=1:RESUME", 20, [20]),
    "RESUME to the line's start": ("10 ON ERROR GOTO 30\n20 PRINT LOG(A)\n25 END\n30 A=1:RESUME", 20, [20, 20]),
    "RESUME NEXT": ("10 ON ERROR GOTO 30:ERROR 5\n20 END\n30 RESUME NEXT", 20, [20]),
    "RESUME 20": ("10 ON ERROR GOTO 30:ERROR 5\n20 END\n30 RESUME 20", 20, [20]),
    "RUN 20": ("10 RUN 20\n20 END", 20, [20]),
    "STOP right before it": ("10 STOP\n20 END", 20, [10, 20]),
    "END right before it": ("10 END\n20 PRINT", 20, []),
    "a line that stops anyway": ("10 STOP", 10, [10, 10]),
    "a remark": ("10 'x\n20 REM", 10, [10]),
    "DATA": ("10 READ A\n20 DATA 1", 20, [20]),
    "CHAIN MERGE": ('10 CHAIN MERGE "M",20\n20 END', 20, [20]),
    "a line that is only passed over": ("10 GOTO 30\n20 PRINT\n30 END", 20, []),
    "a line that there is not": ("10 PRINT", 15, []),
    "the middle of a line": ("10 GOSUB 20:GOTO 30\n20 RETURN\n30 END", 10, [10]),
}


@pytest.mark.parametrize("way", ARRIVALS)
def test_each_arrival_is_stopped_at_once(way: str) -> None:
    program, line, expected = ARRIVALS[way]
    for budget in (1, 200):
        talk = Talk(program, {"M.BAS": b"15 REM\r\n"})
        talk.machine.set_breakpoints([line])
        found: list[int] = []
        talk.machine.feed_line("RUN")
        for _ in range(400):
            talk.go(1, budget)
            talk.restart()
            if isinstance(talk.rest, Stopped):
                found.append(talk.rest.line)
                talk.machine.feed_line("CONT")
            elif not isinstance(talk.rest, SliceSpent):
                break
        assert found == expected, budget


def test_it_stops_before_the_line_and_direct_mode_works_meanwhile() -> None:
    talk = talk_with('10 A=1\n20 A=2:PRINT "TWO"\n30 PRINT A', 20)
    assert talk.type("RUN") == BREAK.format(20)
    assert talk.rest == Stopped(20)
    assert talk.type("PRINT A") == " 1 \nOk\n"
    assert talk.type("A=7") == "Ok\n"
    assert talk.type("CONT") == "TWO\n 2 \nOk\n"
    assert talk.type("RUN") == BREAK.format(20)


def test_break_stands_in_a_line_of_its_own() -> None:
    talk = talk_with('10 PRINT "A";\n20 PRINT "B"', 20)
    assert talk.type("RUN") == "A\n" + BREAK.format(20)


def test_only_cont_goes_past_it_and_a_jump_to_the_line_stops_again() -> None:
    talk = talk_with("10 PRINT 1\n20 PRINT 2", 20)
    talk.type("RUN")
    for jump in ("GOTO 20", "GOTO 10", "RUN 20", "GOSUB 20", "RUN"):
        assert talk.type(jump).endswith(BREAK.format(20))
    assert talk.type("CONT") == " 2 \nOk\n"


def test_cont_behind_an_error_or_ctrl_c_in_the_line_does_not_stop_in_it_again() -> None:
    talk = talk_with("10 A=LOG(B)\n20 FOR I=1 TO 1000\n30 NEXT", 10, 20)
    talk.type("RUN")
    assert talk.type("CONT") == "Illegal function call in 10\nOk\n"
    assert talk.type("B=1") == "Ok\n"
    assert talk.type("CONT") == BREAK.format(20)
    talk.start("CONT", budget=100)
    while talk.machine.state.pc >> 10 != 30:
        talk.go(1, 1)
    talk.machine.set_breakpoints([30])
    assert talk.stop() == "^C\n" + BREAK.format(30)
    talk.machine.feed_line("CONT")
    talk.go(1, 2)
    assert talk.rest == SliceSpent()
    assert talk.go() == BREAK.format(30)


def test_input_in_the_line_asks_once_and_asks_again_after_ctrl_c() -> None:
    talk = talk_with('10 INPUT "A";A,B\n20 PRINT A', 10, 20)
    talk.type("RUN")
    assert talk.type("CONT") == "A? "
    talk.restart()
    assert talk.rest == NeedLine()
    assert talk.type("x") == "?Redo from start\nA? "
    assert talk.stop() == "^C\n" + BREAK.format(10)
    assert talk.type("CONT") == "A? "
    assert talk.type("5,6") == BREAK.format(20)
    assert talk.type("CONT") == " 5 \nOk\n"


def test_input_of_keys_goes_on_with_the_keys_that_came() -> None:
    talk = talk_with("10 PRINT INPUT$(3)", 10)
    talk.type("RUN")
    talk.type("CONT")
    talk.keys("ab")
    assert talk.rest == NeedKeys(1)
    talk.restart()
    assert talk.keys("c") == "abc\nOk\n"


def test_one_that_is_set_while_the_line_waits_for_input_stops_the_next_arrival() -> None:
    talk = Talk("10 INPUT A:IF A THEN 10\n20 PRINT INPUT$(2)")
    talk.type("RUN")
    talk.machine.set_breakpoints([10, 20])
    assert talk.type("x") == "?Redo from start\n? "
    assert talk.type("1") == BREAK.format(10)
    assert talk.type("CONT") == "? "
    assert talk.type("0") == BREAK.format(20)
    talk.machine.set_breakpoints([])
    talk.type("CONT")
    talk.machine.set_breakpoints([20])
    talk.keys("a")
    assert talk.keys("b") == "ab\nOk\n"


def test_one_that_is_taken_away_and_set_again_while_the_line_waits_is_as_new() -> None:
    talk = talk_with("10 INPUT A:GOTO 10", 10)
    talk.type("RUN")
    talk.type("CONT")
    talk.machine.set_breakpoints([])
    assert talk.type("1") == "? "
    talk.machine.set_breakpoints([10])
    assert talk.type("1") == BREAK.format(10)


def test_a_running_program_meets_one_that_is_set_and_no_more_one_that_is_taken_away() -> None:
    talk = Talk("10 A=A+1\n20 GOTO 10")
    talk.start(budget=50)
    assert talk.rest == SliceSpent()
    talk.machine.set_breakpoints([20])
    assert talk.go() == BREAK.format(20)
    talk.machine.set_breakpoints([])
    talk.machine.feed_line("CONT")
    talk.go(3, 100)
    assert talk.rest == SliceSpent()


def test_ctrl_s_lets_one_be_set_that_stops_what_comes_next() -> None:
    talk = Talk("10 GOTO 10")
    talk.start(budget=20)
    talk.keys("\x13")
    talk.machine.set_breakpoints([10])
    assert talk.keys("q") == BREAK.format(10)


def test_for_gets_its_variable_when_it_is_carried_out() -> None:
    talk = talk_with("10 FOR I=1 TO 2:NEXT", 10)
    talk.type("RUN")
    assert talk.machine.variables() == []


def test_tron_shows_the_line_when_it_is_carried_out() -> None:
    talk = talk_with("10 A=1\n20 PRINT A\n30 INPUT B", 20, 30)
    talk.type("TRON")
    assert talk.type("RUN") == "[10]\n" + BREAK.format(20)
    assert talk.type("CONT") == "[20] 1 \n" + BREAK.format(30)
    assert talk.type("CONT") == "[30]? "
    assert talk.type("5") == "Ok\n"


def test_an_error_that_is_trapped_is_still_being_handled() -> None:
    talk = talk_with("10 ON ERROR GOTO 40\n20 ERROR 77\n30 PRINT 3:END\n40 PRINT ERR;ERL\n50 RESUME NEXT", 40, 50)
    assert talk.type("RUN") == BREAK.format(40)
    talk.restart()
    assert talk.type("PRINT ERR;ERL") == " 77  20 \nOk\n"
    assert talk.type("CONT") == " 77  20 \n" + BREAK.format(50)
    assert talk.type("CONT") == " 3 \nOk\n"


def test_a_syntax_error_that_is_trapped_is_not_forgotten_and_its_line_not_edited() -> None:
    talk = talk_with("10 ON ERROR GOTO 40\n20 PRINT )\n30 PRINT 3:END\n40 PRINT ERR:RESUME NEXT", 40)
    assert talk.type("RUN") == BREAK.format(40)
    talk.restart()
    assert talk.type("PRINT ERR;ERL") == " 2  20 \nOk\n"
    assert talk.type("CONT") == " 2 \n 3 \nOk\n"


def test_a_syntax_error_in_the_line_itself_begins_to_edit_it() -> None:
    talk = talk_with("10 PRINT )", 10)
    assert talk.type("RUN") == BREAK.format(10)
    assert talk.type("CONT") == "Syntax error in 10\nOk\n10 "


def test_an_error_in_the_line_is_trapped_and_resume_arrives_anew() -> None:
    talk = talk_with("10 ON ERROR GOTO 30\n20 A=LOG(B):PRINT A\n25 END\n30 B=1:RESUME", 20)
    talk.type("RUN")
    assert talk.type("CONT") == BREAK.format(20)
    assert talk.type("CONT") == " 0 \nOk\n"


def test_renum_moves_them() -> None:
    talk = talk_with("10 A=1\n20 A=2\n30 A=3", 20, 30)
    talk.type("RUN")
    assert talk.type("RENUM 100") == "Ok\n"
    assert talk.machine.state.breakpoints == [110, 120]
    assert talk.type("CONT") == BREAK.format(120)
    assert talk.type("CONT") == "Ok\n"
    assert stops(talk) == [110, 120]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("20", [10, 30]),
        ("DELETE 10-20", [30]),
        ("20 PRINT 5", [10, 20, 30]),
        ("25 PRINT 5", [10, 20, 30]),
        ("NEW", []),
        ('LOAD "P"', []),
        ('RUN "P"', []),
        ('CHAIN "P"', []),
        ('MERGE "P"', [10, 20, 30]),
        ('CHAIN MERGE "P",10,DELETE 20-30', [10]),
        ('MERGE "GONE"', [10, 30]),
        ("CLEAR", [10, 20, 30]),
        ("RUN", [10, 20, 30]),
        ('LOAD "NONE"', [10, 20, 30]),
    ],
)
def test_they_go_with_their_lines(typed: str, left: list[int]) -> None:
    talk = talk_with("10 A=1\n20 A=2\n30 A=3", 10, 20, 30)
    files = {"P.BAS": b"10 PRINT 1\r\n", "GONE.BAS": b"20\r\n"}
    talk.machine.disk.files.update(files)  # type: ignore[attr-defined]  # a StateDisk
    talk.type(typed)
    assert talk.machine.state.breakpoints == left
    assert stops(talk) == [line for line in left if line in talk.machine.state.program]


def test_a_program_entered_again_keeps_those_of_the_lines_that_it_has() -> None:
    talk = talk_with("10 A=1\n20 A=2", 10, 20)
    talk.machine.begin_program("10 A=5\n30 A=3\n")
    assert stops(talk) == [10]
    assert talk.machine.state.breakpoints == [10]
    talk.machine.load_program("10 A=1\n")
    assert stops(talk) == []


def test_what_is_no_line_number_is_refused_and_changes_nothing() -> None:
    talk = talk_with("10 A=1", 10)
    for wrong in (-1, 65530):
        with pytest.raises(ValueError, match="line number"):
            talk.machine.set_breakpoints([10, wrong])
    assert talk.machine.state.breakpoints == [10]


def test_an_edited_program_can_t_be_gone_on_with() -> None:
    talk = talk_with("10 A=1\n20 A=2", 20)
    talk.type("RUN")
    talk.type("20 A=3")
    assert talk.type("CONT") == "Can't continue\nOk\n"
    assert talk.type("RUN") == BREAK.format(20)


FILED = """10 OPEN "R",1,"REC",4:FIELD 1,4 AS A$
20 FOR I=1 TO 2
30 GOSUB 60
40 NEXT
50 GET 1,1:PRINT A$;LOC(1):CLOSE:END
60 LSET A$=STR$(I*11)
70 PUT 1,I:RETURN
"""


def test_all_that_is_open_stays_open_through_bytes() -> None:
    undisturbed = Talk(FILED)
    shown = undisturbed.type("RUN")
    talk = talk_with(FILED, 10, 30, 40, 50, 60, 70)
    talk.type("RUN")
    printed = ""
    found = []
    while isinstance(talk.rest, Stopped):
        found.append(talk.rest.line)
        talk.restart()
        printed += talk.type("CONT")
    assert found == [10, 30, 60, 70, 40, 30, 60, 70, 40, 50]
    assert printed.endswith(shown)
    disks = [one.machine.disk for one in (talk, undisturbed)]
    assert [disk.files["REC"] for disk in disks if isinstance(disk, StateDisk)] == [b" 11  22 "] * 2
