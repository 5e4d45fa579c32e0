"""Whatever is typed or loaded, the machine answers in BASIC: no Python exception, and a state that can be kept."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbasic_core.errors import BasicError
from mbasic_core.language import binary
from mbasic_core.language.crunch import crunch
from mbasic_core.language.tokens import Tok
from mbasic_core.machine import (
    Failed,
    Machine,
    NeedKeys,
    NeedLine,
    Quit,
    Ready,
    SliceSpent,
    Stopped,
    snapshot,
)
from mbasic_core.runtime.disk import StateDisk
from tests.language.programs import ignore
from tests.machine.programs import FILES, Writer
from tests.machine.talk import Talk, run

RESTING = (NeedLine, NeedKeys, SliceSpent, Ready, Stopped, Failed, Quit)
SEEDS = st.integers(0, 1 << 32)
QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def drive(machine: Machine, chance: random.Random, rounds: int) -> Machine:
    """Run and type for so many rounds, now and then by way of a snapshot; the machine at the end."""
    writer = Writer(chance)
    for _ in range(rounds):
        events = machine.advance(chance.choice((0, 1, 7, 60, 300)))
        assert [isinstance(event, RESTING) for event in events] == [False] * (len(events) - 1) + [True]
        if chance.random() < 0.3:
            data = snapshot.dump(machine.state)
            state = snapshot.load(data)
            assert snapshot.dump(state) == data
            machine = Machine(state, machine.disk)
        if chance.random() < 0.04:
            machine.interrupt()
        match events[-1]:
            case NeedLine():
                machine.feed_line(chance.choice(("5", "a,b", "1,2", "", '"x",3', "1E40", "-32769", "\u00e9\u2192")))
            case NeedKeys():
                machine.feed_keys(chance.choice(("a", "xyz", "\r", "\x03")))
            case SliceSpent():
                if chance.random() < 0.05:
                    machine.feed_line("PRINT 1")
            case _:
                machine.feed_line(writer.typed())
        machine.variables()
    machine.program_text()
    return machine


def keeps(machine: Machine) -> bool:
    """Whether its state comes back as it is."""
    data = snapshot.dump(machine.state)
    return snapshot.dump(snapshot.load(data)) == data


def loaded(text: str) -> Machine:
    machine = Machine(disk=StateDisk(dict(FILES), quota=20_000))
    with suppress(BasicError):  # it may refuse; what it then has must work as well
        machine.load_program(text)
    return machine


@QUICK
@given(SEEDS)
def test_programs_made_by_the_grammar(seed: int) -> None:
    chance = random.Random(seed)
    machine = loaded(Writer(chance).program())
    machine.feed_line("RUN")
    assert keeps(drive(machine, chance, 40))


@QUICK
@given(st.text(max_size=300), SEEDS)
def test_any_text_as_a_program_and_as_typed_lines(text: str, seed: int) -> None:
    machine = loaded(text)
    machine.feed_line(text)
    machine.feed_keys(text)
    machine.feed_line(f"10 {text}")
    assert keeps(drive(machine, random.Random(seed), 5))


@QUICK
@given(SEEDS)
def test_tokenised_files_with_bytes_changed(seed: int) -> None:
    chance = random.Random(seed)
    machine = loaded(Writer(chance).program())
    lines = {}
    for number, tokens in machine.state.program.items():
        changed = bytearray(tokens)
        for _ in range(chance.choice((0, 1, 3)) if changed else 0):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        lines[chance.choice((number, number, number, chance.randrange(65536)))] = bytes(changed)
    machine.disk.write("X.BAS", binary.encode(lines))
    machine.feed_line('LOAD "X",R')
    assert keeps(drive(machine, chance, 25))


@QUICK
@given(st.binary(max_size=400), st.sampled_from([b"\xff", b"\xfe", b""]))
def test_any_bytes_as_a_program_file(data: bytes, first: bytes) -> None:
    machine = Machine(disk=StateDisk({"X.BAS": first + data}))
    for line in ('LOAD "X"', "LIST", "RUN", 'MERGE "X"', 'CHAIN MERGE "X",10,ALL', 'SAVE "Y",A', "RENUM"):
        machine.feed_line(line)
        if isinstance(machine.advance(500)[-1], SliceSpent):
            machine.interrupt()
    machine.advance(0)
    assert keeps(machine)


# --- lines no one should type

MONSTERS = {
    "parentheses": "PRINT " + "(" * 120 + "1" + ")" * 120,
    "parentheses that stay open": "PRINT " + "(" * 240,
    "minus signs": "PRINT " + "-" * 240 + "1",
    "NOT": "PRINT " + "NOT " * 60 + "1",
    "functions": "PRINT " + "INT(" * 48 + "1" + ")" * 48,
    "functions that stay open": "PRINT " + "ABS(" * 60,
    "subscripts": "PRINT " + "A(" * 80 + "1" + ")" * 80,
    "subscripts that stay open": "PRINT " + "A(" * 120,
    "comparisons": "PRINT A" + "=A" * 115,
    "sums": "PRINT A" + "+A" * 115,
    "powers": "PRINT A" + "^A" * 115,
    "texts joined": "A$=A$" + "+A$" * 80,
    "texts held": "A$=" + '"a"+(' * 40 + '"b"' + ")" * 40,
    "conditions": "IF A=A" + " AND A=A" * 30 + " THEN PRINT 1",
    "IF in IF": "IF 1 THEN " * 24 + "PRINT 1",
    "ELSE": "IF 0 THEN PRINT" + " ELSE IF 0 THEN PRINT" * 11,
    "colons": "PRINT 1" + ":" * 240,
    "statements": "A=1:" * 60,
    "dimensions": "DIM A(" + ",".join(["0"] * 120) + "):PRINT A(" + ",".join(["0"] * 120) + ")",
    "large dimensions": "DIM A(" + ",".join(["9999"] * 40) + ")",
    "print items": "PRINT " + '""' * 120,
    "using": 'PRINT USING "' + "#" * 230 + '";1',
    "targets": "READ " + ",".join(["A"] * 120),
    "line numbers": "ON 5 GOTO " + ",".join(["10"] * 80),
    "NEXTs": "NEXT " + ",".join(["I"] * 120),
    "DEFINTs": "DEFINT " + ",".join(["A-Z"] * 60),
    "arguments": "PRINT FNA(" + ",".join(["1"] * 115) + ")",
    "a constant of many digits": "PRINT " + "9" * 240,
    "a large exponent": "PRINT 1E" + "9" * 200,
    "fractions": "PRINT ." + "0" * 200 + "1",
    "NUL": "PRINT\0 1",
    "control characters": "\x01\x02\x0e\x0f\x1c\x1f",
    "bytes above 127": "PRINT \x80\xff\u00e9",
    "ten thousand characters": "PRINT " + "1" * 10_000,
}


@pytest.mark.parametrize("line", MONSTERS.values(), ids=MONSTERS.keys())
def test_a_monster_runs_or_fails_in_basic(line: str) -> None:
    talk = Talk()
    talk.type(line)
    talk.restart()
    assert isinstance(talk.rest, Ready | Failed)
    talk = Talk()
    talk.type("10 " + line)
    talk.type("RUN")
    talk.restart()
    assert talk.type("PRINT 1") == " 1 \nOk\n"


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (bytes((Tok.ELSE,)) * 3_000, "Out of memory in 10"),
        (crunch("FOR I=1 TO 2:", ignore) * 120, "FOR Without NEXT in 10"),
        (crunch("A=", ignore) + b"(" * 1_000 + b"A", "Syntax error in 10"),
        (crunch("IF A=A", ignore) + crunch(" AND A=A", ignore) * 128 + crunch(" THEN END", ignore), ""),
        (crunch('A$="', ignore) + b"x" * 300 + b'"', "String too long in 10"),
        (crunch("A=", ignore) + bytes((Tok.NOT,)) * 50 + b"A", ""),
        (crunch("A=", ignore) + bytes((Tok.NOT,)) * 255 + b"A", "Out of memory in 10"),
        (crunch("A=", ignore) + bytes((Tok.NOT,)) * 999 + b"A", "Out of memory in 10"),
    ],
)
def test_lines_of_a_file_that_nobody_could_type(tokens: bytes, message: str) -> None:
    talk = Talk(files={"X.BAS": binary.encode({10: tokens})}, edits_errors=False)
    assert talk.type('RUN "X"').removesuffix("Ok\n").strip() == message
    talk.restart()


# --- programs that go on for ever, or pull the ground from under themselves


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 GOSUB 10", "Out of memory in 10"),
        ("10 DEF FNA(X)=FNA(X)\n20 PRINT FNA(1)", "Out of memory in 20"),
        ("10 DEF FNA(X)=FNB(X)\n15 DEF FNB(X)=1+FNA(X)\n20 PRINT FNA(1)", "Out of memory in 20"),
        ('10 A$=A$+"x"\n20 GOTO 10', "String too long in 10"),
        ("10 DIM A(32767)", "Subscript out of range in 10"),
        ("10 WHILE 1", "WHILE without WEND in 10"),
        ("10 WEND", "WEND without WHILE in 10"),
        ("10 NEXT", "NEXT without FOR in 10"),
        ("10 FOR I=1 TO 2", "FOR Without NEXT in 10"),
        ("10 FOR I=1 TO 2\n20 FOR J=1 TO 2\n30 NEXT I\n40 NEXT J", "NEXT without FOR in 40"),
        ("10 GOTO 30\n20 FOR I=1 TO 2\n30 PRINT I\n40 NEXT", "0\nNEXT without FOR in 40"),
        ("10 GOTO 30\n20 WHILE 1\n30 WEND", "WEND without WHILE in 30"),
        ("10 FOR I=1 TO 2:ERASE A:NEXT", "Illegal function call in 10"),
        ("10 FOR I=1 TO 2:DIM A(I):A(I)=I:PRINT A(I):ERASE A:NEXT", "1\n2"),
        ("10 FOR I=1 TO 2:DEFINT I:NEXT I", "NEXT without FOR in 10"),
        ("10 A=5:DEFINT A:PRINT A:DEFSNG A:PRINT A", "0\n5"),
        ("10 GOSUB 20\n20 CLEAR\n30 RETURN", "RETURN without GOSUB in 30"),
        ("10 FOR I=1 TO 2\n20 CLEAR\n30 NEXT", "NEXT without FOR in 30"),
        ("10 WHILE 1:CLEAR:WEND", "WEND without WHILE in 10"),
        ("10 GOSUB 30\n20 PRINT 2:END\n30 RUN 20", "2"),
        ("10 PRINT 1:NEW:PRINT 2", "1"),
        ("10 PRINT 1:DELETE 10:PRINT 2", "1"),
        ("10 PRINT 1:RENUM 100:PRINT 2", "1\nUndefined line 100 in 10"),
        ("10 LIST:PRINT 2", "10 LIST:PRINT 2"),
        ("10 CONT", "Can't continue in 10"),
        ("10 RETURN", "RETURN without GOSUB in 10"),
        ("10 RETURN 10", "Syntax error in 10"),
        ("10 GOTO 20", "Undefined line number in 10"),
        ("10 ON 2 GOTO 10,99", "Undefined line number in 10"),
        ("10 ON ERROR GOTO 99", "Undefined line number in 10"),
        ("10 RESTORE 5", "Undefined line number in 10"),
        ("10 RESUME NEXT", "RESUME without error in 10"),
        ("10 READ A", "Out of DATA in 10"),
        ("10 READ A\n20 DATA x", "Syntax error in 20"),
        ("10 PRINT VARPTR(#1)", "Bad file number in 10"),
        ("10 DEF FNA$(X)=INPUT$(0)\n20 PRINT FNA$(1)", "Illegal function call in 20"),
    ],
)
def test_a_program_that_goes_wrong_says_how(program: str, shown: str) -> None:
    assert run(program) == shown


@pytest.mark.parametrize(
    "program",
    [
        "10 GOTO 10",
        "10 RUN",
        "10 RUN 10",
        "10 PRINT 1;:GOTO 10",
        "10 FOR I=1 TO 0 STEP 0:NEXT",
        "10 FOR I=1 TO 2 STEP 0:NEXT",
        "10 WHILE 1:WEND",
        "10 ON ERROR GOTO 20\n20 RESUME 10",
        "10 ON ERROR GOTO 20:ERROR 5\n20 RESUME",
        "10 A=1/0:GOTO 10",
        "10 IF 1 THEN 10",
        "10 GOSUB 20\n20 CLEAR:GOTO 10",
        "10 DIM A(99):ERASE A:GOTO 10",
        '10 CHAIN "SELF"',
        '10 RUN "SELF"',
        '10 CHAIN MERGE "SELF",10,ALL',
    ],
)
def test_an_endless_program_can_be_stopped(program: str) -> None:
    talk = Talk(program)
    talk.type('SAVE "SELF",A')
    talk.machine.feed_line("RUN")
    for _ in range(20):
        if talk.machine.advance(300)[-1] != SliceSpent():
            break
    talk.restart()
    talk.stop()
    assert isinstance(talk.rest, Stopped | Ready)
    assert talk.type("PRINT 1") == " 1 \nOk\n"


def test_a_program_may_replace_itself_by_chain_merge() -> None:
    program = '10 N=N+1:PRINT N\n20 IF N<3 THEN CHAIN MERGE "PART",10,ALL\n30 END'
    talk = Talk(program, {"PART.BAS": b"30 PRINT 30\r\n"})
    assert talk.type("RUN") == " 1 \n 2 \n 3 \n 30 \nOk\n"


def test_a_merge_that_fails_half_way_leaves_nothing_that_names_lost_lines() -> None:
    talk = Talk('10 GOSUB 20\n20 MERGE "M"', {"M.BAS": b"20\r\n10 REM\r\nPRINT\r\n"})
    assert talk.type("RUN") == "Direct statement in file in 20\nOk\n"
    for line in ("CONT", "RETURN", "RESUME", "RUN"):
        talk.type(line)
    talk.restart()
