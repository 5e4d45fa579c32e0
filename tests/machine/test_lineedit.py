"""EDIT's commands: what each shows and does (BASIC-80 Reference Manual 5.21, EDIT)."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Failed, NeedKeys, Ready, Stopped
from mbasic_core.runtime.position import DIRECT
from mbasic_core.runtime.state import Edit
from tests.machine.talk import Talk

LINE = '10 PRINT "ABC";X'


def edit(keys: str, line: str = LINE) -> tuple[str, str]:
    """What EDIT shows behind the line's number, and the program afterwards."""
    talk = Talk(line)
    number = line.partition(" ")[0]
    assert talk.type(f"EDIT {number}") == f"{number} "
    return talk.keys(keys), talk.machine.program_text().rstrip("\n")


@pytest.mark.parametrize(
    ("keys", "shown", "kept"),
    [
        ("\r", 'PRINT "ABC";X\n', LINE),
        ("E", "\n", LINE),
        ("e", "\n", LINE),
        ("3 E", "PRI\n", LINE),
        (" \x00 E", "PR\n", LINE),
        ("99 E", 'PRINT "ABC";X\n', LINE),
        ("3D\r", '\\PRI\\NT "ABC";X\n', '10 NT "ABC";X'),
        ("99D\r", '\\PRINT "ABC";X\\\n', ""),
        ("99 D\r", 'PRINT "ABC";X\n', LINE),
        ("5 CAE", "PRINTA\n", '10 PRINTA"ABC";X'),
        ("7 3Cxyz\r", 'PRINT "xyz";X\n', '10 PRINT "xyz";X'),
        ("7 C\x02\x1b\x0dx\r", 'PRINT "\a\a\axBC";X\n', '10 PRINT "xBC";X'),
        ("SC\r", 'PRINT "ABC";X\n', LINE),
        ("S;E", 'PRINT "ABC"\n', LINE),
        ("s;e", 'PRINT "ABC"\n', LINE),
        ("2S\x22E", 'PRINT "ABC\n', LINE),
        ("S?E", 'PRINT "ABC";X\n', LINE),
        ("KN\r", '\\PRI\\NT "ABC";X\n', '10 NT "ABC";X'),
        ("2K\x22E", '\\PRINT "ABC\\\n', '10 ";X'),
        ("SAKB\r", 'PRINT "\\A\\BC";X\n', '10 PRINT "BC";X'),
        ("KP\r", '\\PRINT "ABC";X\\\n', ""),
        ("99 KA\r", 'PRINT "ABC";X\\\\\n', LINE),
        ("IA\x1b\r", 'APRINT "ABC";X\n', '10 APRINT "ABC";X'),
        ("6 I\x22!\x22;\r", 'PRINT "!";"ABC";X\n', '10 PRINT "!";"ABC";X'),
        ("X;Y\x1bE", 'PRINT "ABC";X;Y\n', '10 PRINT "ABC";X;Y'),
        ("6 HA\r", "PRINT A\n", "10 PRINT A"),
        ("HEND\r", "END\n", "10 END"),
        ("H\r", "\n", ""),
        ("I12\x7f3_4\b5\r", '12_3_4\b5PRINT "ABC";X\n', '10 15 PRINT "ABC";X'),
        ("I\x7f_\b\r", '\a\a\aPRINT "ABC";X\n', LINE),
        ("I\x02\x1a\r", 'PRINT "ABC";X\n', LINE),
        ("L\r", 'PRINT "ABC";X\n10 PRINT "ABC";X\n', LINE),
        ("3D2 L\r", '\\PRI\\NT "ABC";X\n10 NT "ABC";X\n', '10 NT "ABC";X'),
        ("5 3\x7fE", "PRINTTNI\n", LINE),
        ("5 3\bE", "PRINT\bNI\n", LINE),
        ("\x7f\b\r", 'PRINT "ABC";X\n', LINE),
        ("3DA\r", '\\PRI\\\n10 PRINT "ABC";X\n', LINE),
        ("3DQ", "\\PRI\\\nOk\n", LINE),
        ("Q", "\nOk\n", LINE),
        ("Z\n!\x03\r", '\a\a\a\aPRINT "ABC";X\n', LINE),
        ("0 E", "P\n", LINE),
        ("256 E", "P\n", LINE),
    ],
)
def test_commands(keys: str, shown: str, kept: str) -> None:
    assert edit(keys) == (shown, kept)


def test_change_ends_at_the_end_of_the_line() -> None:
    assert edit("12 9CYE") == ('PRINT "ABC";Y\n', '10 PRINT "ABC";Y')


def test_a_line_cannot_grow_beyond_255_characters() -> None:
    talk = Talk("10 '" + "x" * 251)
    talk.type("EDIT 10")
    assert talk.keys("Iabcdef\r").startswith("abc\a\a\a'xx")
    assert talk.machine.program_text().startswith("10 ABC'xx")


def test_a_kept_line_makes_the_program_forget_its_variables_and_shows_no_ok() -> None:
    talk = Talk(LINE)
    talk.type("X=5")
    talk.type("EDIT 10")
    assert talk.keys("E") == "\n"
    assert talk.rest == Ready()
    assert talk.machine.variables() == []


def test_a_line_that_is_left_keeps_the_variables() -> None:
    talk = Talk(LINE)
    talk.type("X=5")
    talk.type("EDIT 10")
    talk.keys("3DQ")
    assert talk.type("PRINT X") == " 5 \nOk\n"


def test_the_text_that_is_edited_is_that_of_list() -> None:
    assert edit("\r", "20 ?a:goto 20") == ("PRINT A:GOTO 20\n", "20 PRINT A:GOTO 20")


def test_keys_one_by_one_by_way_of_a_snapshot_show_the_same() -> None:
    talk = Talk(LINE)
    shown = talk.type("EDIT 10")
    for key in '2SB2K"3Cabc L2D5 \x7fIxy\x1bHq_r\r':
        assert talk.rest == NeedKeys(1)
        talk.restart()
        shown += talk.keys(key)
    whole = Talk(LINE)
    assert whole.type("EDIT 10") + whole.keys('2SB2K"3Cabc L2D5 \x7fIxy\x1bHq_r\r') == shown
    assert talk.machine.program_text() == whole.machine.program_text() != LINE + "\n"


def test_ctrl_c_leaves_the_line_as_it_was() -> None:
    talk = Talk(LINE)
    talk.type("EDIT 10")
    talk.keys("3DI")
    assert talk.stop() == "\nOk\n"
    assert talk.machine.program_text() == LINE + "\n"
    assert talk.type("PRINT 1") == " 1 \nOk\n"


def test_lines_typed_ahead_go_to_edit_and_what_is_left_to_direct_mode() -> None:
    talk = Talk(LINE)
    talk.machine.feed_line("EDIT 10")
    talk.machine.feed_line("2D")
    talk.machine.feed_line("PRINT 7")
    assert talk.go() == 'EDIT 10\n10 \\PR\\INT "ABC";X\nPRINT 7\n 7 \nOk\n'


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("EDIT", "Undefined line number\nOk\n"),
        ("EDIT 20", "Undefined line number\nOk\n"),
        ("EDIT 10,20", "Syntax error\nOk\n"),
        ("EDIT A", "Syntax error\nOk\n"),
    ],
)
def test_lines_that_cannot_be_edited(command: str, shown: str) -> None:
    assert Talk(LINE).type(command) == shown


def test_the_current_line() -> None:
    talk = Talk("10 REM\n20 REM\n30 ERROR 5")
    talk.type("RUN")
    assert talk.type("EDIT .") == "30 "
    talk.keys("Q")
    talk.type("20 REM B")
    assert talk.type("EDIT .") == "20 "
    talk.keys("Q")
    talk.type("EDIT 10")
    talk.keys("Q")
    assert talk.type("LIST .") == "10 REM\nOk\n"


def test_edit_in_a_program() -> None:
    talk = Talk("10 PRINT 1\n20 EDIT 10\n30 PRINT 3")
    assert talk.type("RUN") == " 1 \n10 "
    assert talk.keys("Q") == "\nOk\n"
    assert talk.type("CONT") == "Can't continue\nOk\n"


def test_a_protected_program_cannot_be_edited() -> None:
    talk = Talk(LINE)
    talk.type('SAVE "X",P')
    talk.type('LOAD "X"')
    assert talk.type("EDIT 10") == "Illegal function call\nOk\n"


# --- errors


def test_a_syntax_error_in_the_program_begins_to_edit_its_line() -> None:
    talk = Talk("10 X=7\n20 PRINT )\n30 END")
    assert talk.type("RUN") == "Syntax error in 20\nOk\n20 "
    assert talk.rest == NeedKeys(1)
    assert talk.keys("Q") == "\nOk\n"
    assert talk.type("PRINT X;ERR;ERL") == " 7  0  20 \nOk\n"
    assert talk.type("CONT") == "Syntax error in 20\nOk\n20 "


def test_after_the_line_is_mended_the_program_runs() -> None:
    talk = Talk("10 PRINT )\n20 END")
    talk.type("RUN")
    assert talk.keys("S)D5\x1bI5\r") == "PRINT \\)\\\a5\n"
    assert talk.type("RUN") == " 5 \nOk\n"


def test_the_line_with_the_wrong_data_is_edited() -> None:
    talk = Talk("10 READ A\n20 DATA x")
    assert talk.type("RUN") == "Syntax error in 20\nOk\n20 "


@pytest.mark.parametrize("program", ["10 ERROR 2", "10 ON ERROR GOTO 30\n20 PRINT )\n30 END"])
def test_every_error_2_that_is_not_resumed_begins_it(program: str) -> None:
    talk = Talk(program)
    shown = talk.type("RUN")
    assert shown.endswith(("Ok\n10 ", "Ok\n20 "))


def test_a_resumed_error_does_not() -> None:
    talk = Talk("10 ON ERROR GOTO 40\n20 PRINT )\n30 END\n40 RESUME NEXT")
    assert talk.type("RUN") == "Ok\n"
    assert talk.type("PRINT ERR") == " 0 \nOk\n"


def test_a_syntax_error_in_direct_mode_edits_nothing() -> None:
    talk = Talk(LINE)
    assert talk.type("PRINT )") == "Syntax error\nOk\n"
    assert talk.type("PRINT ERR;ERL") == " 0  65535 \nOk\n"


def test_a_host_that_wants_no_edit_hears_of_the_failure() -> None:
    talk = Talk("10 PRINT )", edits_errors=False)
    assert talk.type("RUN") == "Syntax error in 10\nOk\n"
    assert talk.rest == Failed(2, 10, "Syntax error")


def test_a_syntax_error_in_a_protected_program_is_followed_by_another() -> None:
    talk = Talk("10 PRINT )")
    talk.type('SAVE "X",P')
    assert talk.type('RUN "X"') == "Syntax error in 10\nOk\nIllegal function call in 10\nOk\n"


# --- the line that is being typed


def test_ctrl_a_edits_the_line_that_is_being_typed() -> None:
    talk = Talk()
    talk.machine.feed_line("PRINX 5\x014 CT")
    assert talk.go() == "PRINX 5\n! PRINT 5\n 5 \nOk\n"


def test_ctrl_a_in_an_answer() -> None:
    talk = Talk("10 INPUT A\n20 PRINT A")
    talk.type("RUN")
    talk.machine.feed_line("1x3\x01 D")
    assert talk.go() == "1x3\n! 1\\x\\3\n 13 \nOk\n"


def test_quitting_it_ends_the_line_where_the_cursor_is() -> None:
    talk = Talk()
    talk.machine.feed_line("PRINT 1:PRINT 2\x017 Q")
    assert talk.go() == "PRINT 1:PRINT 2\n! PRINT 1\n 1 \nOk\n\n"  # the Enter comes after it


def test_it_cannot_be_begun_again() -> None:
    talk = Talk()
    talk.machine.feed_line("PRINT 1\x01A")
    assert talk.go().endswith("! \nUndefined line number\nOk\n\n")


def test_ctrl_c_breaks_the_program_that_asked() -> None:
    talk = Talk("10 INPUT A\n20 PRINT A")
    talk.type("RUN")
    talk.machine.feed_line("5\x01I")
    assert talk.go(1) == "5\n! 5\n 5 \nOk\n"
    talk.type("RUN")
    state = talk.machine.state
    state.edit = Edit(line=DIRECT, text="5", typed=True)
    talk.restart()
    assert talk.stop() == "^C\nBreak in 10\nOk\n"
    assert (talk.rest, talk.machine.state.edit) == (Stopped(10), None)
