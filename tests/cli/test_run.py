"""`mbasic run`: what it prints, what it reads, how it ends."""

from __future__ import annotations

import io
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mbasic_core.cli.failure import BROKEN_OFF, INTERRUPTED, Failure
from mbasic_core.cli.run import run_program
from mbasic_core.language.binary import encode

Start = Callable[..., Any]
MBASIC = [sys.executable, "-m", "mbasic_core"]


def run(text: str, typed: bytes = b"") -> tuple[int, bytes]:
    stdout = io.BytesIO()
    status = run_program(text, io.BytesIO(typed), stdout)
    return status, stdout.getvalue()


def test_output_has_plain_line_ends_and_no_prompt() -> None:
    assert run('10 PRINT "HELLO"\n20 PRINT 2+2') == (0, b"HELLO\n 4 \n")


def test_the_cursor_returns_to_column_1_before_the_end() -> None:
    assert run('10 PRINT "X";') == (0, b"X\n")


def test_input_comes_from_stdin_and_only_enter_is_echoed() -> None:
    assert run('10 INPUT "N";A\n20 PRINT A*2', b"21\n") == (0, b"N? \n 42 \n")


def test_input_with_a_semicolon_echoes_nothing() -> None:
    assert run('10 INPUT; "N";A\n20 PRINT A', b"5\n")[1].startswith(b"N?  5")


def test_keys_for_input_dollar() -> None:
    assert run("10 A$=INPUT$(3)\n20 PRINT LEN(A$);A$", b"ABCDEF") == (0, b" 3 ABC\n")


def test_inkey_never_finds_a_key_waiting() -> None:
    assert run('10 PRINT "<";INKEY$;">"', b"abc") == (0, b"<>\n")


def test_stop_is_no_error() -> None:
    assert run("10 STOP") == (0, b"Break in 10\n")


def test_an_error_that_stops_the_program_is_status_1() -> None:
    assert run('10 PRINT "A"\n20 NEXT') == (BROKEN_OFF, b"A\nNEXT without FOR in 20\n")


def test_a_trapped_error_is_none() -> None:
    assert run("10 ON ERROR GOTO 30\n20 ERROR 5\n30 PRINT ERR;ERL\n40 END") == (0, b" 5  20 \n")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("10 PRINT 1\nPRINT 2\n", "Direct statement in file"),
        ("10 PRINT 1\n20 PRINT &H10000\n", "Overflow"),
        ("10 PRINT 1\n20 " + "X" * 300, "Line buffer overflow"),
    ],
)
def test_of_a_text_that_is_no_program_nothing_runs(text: str, cause: str) -> None:
    stdout = io.BytesIO()
    with pytest.raises(Failure, match=f"cannot be loaded: {cause}$") as caught:
        run_program(text, io.BytesIO(), stdout)
    assert (caught.value.status, stdout.getvalue()) == (BROKEN_OFF, b"")


def test_an_empty_program_runs() -> None:
    assert run("") == (0, b"")


def test_system_ends_the_run() -> None:
    assert run("10 SYSTEM\n20 PRINT 1") == (0, b"")


def test_input_that_ends_too_early_is_told() -> None:
    with pytest.raises(Failure, match="input ended") as caught:
        run("10 INPUT A\n20 INPUT B", b"1\n")
    assert caught.value.status == BROKEN_OFF


def test_a_break_key_in_the_input_breaks() -> None:
    status, printed = run("10 INPUT A", b"\x03\n")
    assert (status, b"Break in 10" in printed) == (INTERRUPTED, True)


def test_bytes_pass_unchanged() -> None:
    text = '10 LINE INPUT A$\n20 PRINT A$;CHR$(255);CHR$(13);"X"'
    assert run(text, b"\xe9\x80\n") == (0, b"\n\xe9\x80\xff\rX\n")


# The same through the command itself.


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "prog.bas"


@pytest.mark.parametrize("protected", [False, True])
def test_a_tokenised_program_runs(program: Path, protected: bool) -> None:
    tokens = {10: b"\x91 \x13:" + b'\x91 \xff\x94("\x1a")'}  # PRINT 2:PRINT VAL("^Z")
    program.write_bytes(encode(tokens, protected=protected))
    done = subprocess.run([*MBASIC, "run", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b" 2 \n 0 \n", b"")


def test_a_constant_that_is_too_large_is_told_on_stderr(program: Path) -> None:
    program.write_text("10 PRINT 1E39\n")
    done = subprocess.run([*MBASIC, "run", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b" 1.70141E+38 \n", b"Overflow\n")


def test_the_command_is_a_filter(program: Path) -> None:
    program.write_bytes(b"\xef\xbb\xbf10 INPUT A\r\n20 PRINT A*A\r\n\x1a")
    done = subprocess.run([*MBASIC, "run", program], input=b"5\n", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"? \n 25 \n", b"")


def test_a_missing_file_is_one_line_and_status_2(program: Path) -> None:
    done = subprocess.run([*MBASIC, "run", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"mbasic: cannot read {program}: No such file or directory\n"


def test_the_end_of_input_is_one_line_and_status_1(program: Path) -> None:
    program.write_text('10 INPUT "N";A\n')
    done = subprocess.run([*MBASIC, "run", program], input="", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "N? ")
    assert done.stderr == "mbasic: the input ended while the program was waiting for more\n"


def test_a_reader_that_goes_away_is_no_trouble(program: Path) -> None:
    program.write_text('10 PRINT "X":GOTO 10\n')
    command = f"{shlex.join([*MBASIC, 'run', str(program)])} | head -n 2; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (141, "X\nX\n", "")


def test_output_that_cannot_be_written_is_one_line(program: Path) -> None:
    program.write_text('10 PRINT "X"\n')
    command = shlex.join([*MBASIC, "run", str(program)])
    done = subprocess.run(["bash", "-c", f"{command} > /dev/full"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "mbasic: cannot write the output: No space left on device\n")


def test_a_closed_stdin_is_an_empty_one(program: Path) -> None:
    program.write_text('10 PRINT "X"\n20 INPUT A\n')
    command = shlex.join([*MBASIC, "run", str(program)])
    done = subprocess.run(["bash", "-c", f"{command} <&-"], capture_output=True, text=True, check=False)
    assert (done.returncode, "input ended" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("arguments", [["run"], []])
def test_a_closed_stdout_is_told(program: Path, arguments: list[str]) -> None:
    program.write_text('10 PRINT "X"\n')
    command = shlex.join([*MBASIC, *arguments, *([str(program)] if arguments else [])])
    done = subprocess.run(["bash", "-c", f"{command} <&- >&-"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "mbasic: cannot write the output: stdout is closed\n")


@pytest.mark.parametrize(
    "text",
    [
        b"10 REM " + b"X" * 10_000 + b"\n",
        b"10 PRINT 1\n\x00\x00\n20 PRINT 2\n",
        b"\xff" * 100 + b"\n",
        b"10 PRINT \xe9\n",
        b"".join(b"%d REM %s\n" % (n, b"X" * 100) for n in range(1, 10_000)),
    ],
    ids=["long line", "NUL", "no text", "not ASCII", "a megabyte"],
)
def test_odd_program_texts_get_an_answer_not_a_traceback(program: Path, text: bytes) -> None:
    program.write_bytes(text)
    done = subprocess.run([*MBASIC, "run", program], input=b"", capture_output=True, check=False, timeout=60)
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr


def test_a_prompt_is_seen_before_its_answer_is_given(program: Path, start: Start) -> None:
    program.write_text('10 INPUT "FIRST";A\n20 INPUT "SECOND";B\n30 PRINT A+B\n')
    command = start("run", program)
    assert command.read_until("FIRST? ") == "FIRST? "
    command.type("1\n")
    assert command.read_until("SECOND? ") == "\nSECOND? "
    command.type("2\n")
    assert command.rest() == "\n 3 \n"
    assert command.wait() == 0


def test_output_of_a_long_run_does_not_wait_for_its_end(program: Path, start: Start) -> None:
    program.write_text('10 PRINT "GO"\n20 GOTO 20\n')
    assert start("run", program).read_until("\n") == "GO\n"


@pytest.mark.parametrize("waiting", ["GOTO 20", "INPUT A", "A$=INPUT$(1)"])
def test_ctrl_c_breaks_the_program_not_the_process(program: Path, start: Start, waiting: str) -> None:
    program.write_text(f'10 PRINT "GO"\n20 {waiting}\n')
    command = start("run", program)
    command.read_until("GO\n")
    time.sleep(0.2)  # into the wait, or the loop
    command.process.send_signal(signal.SIGINT)
    said = "" if "INPUT$" in waiting else "^C\nBreak in 20\n"  # the original says nothing either
    assert command.rest().removeprefix("? ") == said
    assert command.wait() == 130
    assert command.complaints() == ""


def test_on_a_terminal_the_terminal_echoes_and_enter_shows_once(program: Path, start: Start) -> None:
    program.write_text('10 INPUT "N";A\n20 PRINT A*2\n30 B$=INPUT$(1)\n40 PRINT "<";B$;">"\n')
    command = start("run", program, terminal=True)
    command.read_until("N? ")
    command.type("21\n")
    assert command.read_until("42 \r\n") == "21\r\n 42 \r\n"
    assert command.hands_over("keys")
    command.type("k")
    assert command.read_until(">\r\n") == "<k>\r\n"
    assert command.wait() == 0


def test_on_a_terminal_inkey_sees_keys_and_lines_are_shown_again_after(program: Path, start: Start) -> None:
    program.write_text('10 PRINT "GO"\n20 A$=INKEY$:IF A$="" THEN 20\n30 PRINT ASC(A$)\n40 INPUT B\n50 PRINT B\n')
    command = start("run", program, terminal=True)
    command.read_until("GO\r\n")
    assert command.hands_over("keys")
    command.type("\n")
    assert command.read_until("? ") == " 13 \r\n? "
    assert command.hands_over("lines")
    command.type("5\n")
    assert command.rest_of_terminal() == "5\r\n 5 \r\n"
    assert command.wait() == 0
