"""PEEK, POKE, FRE and VARPTR: variables as they lie in the real machine's memory, tried by programs."""

from __future__ import annotations

import pytest

from mbasic_core.machine import Machine
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.files import Files
from mbasic_core.runtime.memory import Memory
from mbasic_core.runtime.state import State
from tests.language.programs import ignore
from tests.machine.talk import Talk, run

WORD = "10 DEF FNW(P)=PEEK(P)+256*PEEK(P+1)\n"


def memory(state: State) -> Memory:
    return Memory(state, Files(state, StateDisk(), ignore))


def test_what_was_poked_is_peeked() -> None:
    bare = memory(State())
    bare.poke(-1, 44)
    assert bare.peek(65535.0) == 44
    assert bare.peek(1000) == 0


def test_zeros_that_are_poked_take_no_room() -> None:
    state = State()
    bare = memory(state)
    for byte in (7, 0):
        bare.poke(-1, byte)
        bare.poke(0, byte)
    assert state.memory == {0: 0}
    assert bare.peek(0) == 0


def test_cp_m_begins_with_jumps() -> None:
    bare = memory(State())
    assert [bare.peek(place) for place in (0, 5, 6, 7)] == [0xC3, 0xC3, 0x06, 0xE4]


def test_nobody_drives_a_port() -> None:
    assert memory(State()).inp(7) == 255


def test_program_variables_and_texts_take_room() -> None:
    state = State()
    bare = memory(state)
    free = bare.fre(False)
    assert 30_000 < free < 32_000
    state.program[10] = b"x" * 100
    bare.forget()
    state.variables.values[state.variables.define("A$")] = "12345"
    state.variables.dim(state.variables.array_slot("B!"), (9,))
    assert bare.fre(True) == bare.fre(False) == free - 105 - (4 + 3 + 5) - (4 + 3 + 2 + 40)


def test_no_program_leaves_less_than_nothing() -> None:
    assert memory(State(program={10: b"x" * 100_000})).fre(False) == 0.0


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 POKE 70000,256", "Overflow in 10"),
        ("10 POKE 60000,256", "Illegal function call in 10"),
        ("10 POKE 60000,-1", "Illegal function call in 10"),
        ('10 A$="A":POKE A$,1', "Type mismatch in 10"),
        ('10 POKE 1,"A"', "Type mismatch in 10"),
    ],
)
def test_poke_takes_an_address_and_a_byte(program: str, shown: str) -> None:
    assert run(program) == shown


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 A%=-2:P=VARPTR(A%):PRINT PEEK(P);PEEK(P+1)", "254  255"),
        ("10 A%=-2:POKE VARPTR(A%)+1,1:PRINT A%", "510"),
        ("10 A=10:P=VARPTR(A):PRINT PEEK(P);PEEK(P+1);PEEK(P+2);PEEK(P+3)", "0  0  32  132"),
        ("10 A=10:POKE VARPTR(A)+3,133:PRINT A", "20"),
        ("10 A#=1.5#:P=VARPTR(A#):PRINT PEEK(P+6);PEEK(P+7):POKE P+7,0:PRINT A#", "64  129\n0"),
        ("10 A=0:P=VARPTR(A):POKE P,1:POKE P+2,32:POKE P+3,132:PRINT A;A=10;PEEK(P)", "10  0  1"),
        ("10 A#=0:P=VARPTR(A#):POKE P+6,128:POKE P+7,129:PRINT A#", "-1"),
        ('10 A$="ABC":PRINT PEEK(VARPTR(A$))', "3"),
        (WORD + '20 A$="ABC":P=FNW(VARPTR(A$)+1):PRINT PEEK(P);PEEK(P+2):POKE P+1,45:PRINT A$', "65  67\nA-C"),
        (WORD + '20 A$="AB":P=VARPTR(A$):Q=FNW(P+1):A$="CDE":PRINT PEEK(Q);FNW(P+1)=Q;CHR$(PEEK(FNW(P+1)))', "65  0 C"),
        (WORD + '20 X$="":A$="AB":P=FNW(VARPTR(A$)+1):FOR I=0 TO 1:X$=X$+CHR$(PEEK(P+I)):NEXT:PRINT X$', "AB"),
        ('10 A$="HELLO":POKE VARPTR(A$),2:PRINT A$', "HE"),
        (WORD + '20 A$="AB":B$="CD":P=VARPTR(A$):Q=VARPTR(B$):FOR I=1 TO 2:POKE Q+I,PEEK(P+I):NEXT:PRINT B$', "AB"),
        (
            WORD + '20 A$="AB":B$="CD":P=VARPTR(A$):Q=VARPTR(B$)\n30 FOR I=1 TO 2:POKE Q+I,PEEK(P+I):NEXT\n'
            "40 POKE FNW(P+1),88:PRINT A$;B$",
            "XBXB",
        ),
        ('10 A$="":P=VARPTR(A$):PRINT PEEK(P);PEEK(P+1)', "0  0"),
    ],
)
def test_a_scalar_is_its_bytes(program: str, shown: str) -> None:
    assert run(program) == shown


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 DIM A%(9):PRINT VARPTR(A%(5))-VARPTR(A%(0))", "10"),
        ("10 DIM A(9):PRINT VARPTR(A(5))-VARPTR(A(0))", "20"),
        ("10 DIM A#(9):PRINT VARPTR(A#(5))-VARPTR(A#(0))", "40"),
        ("10 DIM A$(9):PRINT VARPTR(A$(5))-VARPTR(A$(0))", "15"),
        ("10 OPTION BASE 1:DIM A(3,4):PRINT VARPTR(A(2,1))-VARPTR(A(1,1));VARPTR(A(1,2))-VARPTR(A(1,1))", "4  12"),
        ("10 DIM A%(2,3):A%(1,2)=7:P=VARPTR(A%(0,0)):PRINT PEEK(P+2*(1+3*2)):POKE P+2,9:PRINT A%(1,0)", "7\n9"),
        ("10 PRINT VARPTR(A(3))-VARPTR(A(1)):A(3)=1:PRINT PEEK(VARPTR(A(3))+3)", "8\n129"),
        ('10 A$(4)="Q":P=VARPTR(A$(4)):PRINT PEEK(P);CHR$(PEEK(PEEK(P+1)+256*PEEK(P+2)))', "1 Q"),
        ("10 PRINT VARPTR(A(11))", "Subscript out of range in 10"),
        (
            "10 I=0:DIM B%(3,1):P=VARPTR(B%(0,0)):FOR I=P-11 TO P-1:PRINT PEEK(I);:NEXT",
            "2  66  0  0  21  0  2  2  0  4  0",
        ),
    ],
)
def test_elements_lie_in_a_row(program: str, shown: str) -> None:
    assert run(program) == shown


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ('10 OPEN "R",1,"F":FIELD 1,4 AS A$:LSET A$="AB":P=VARPTR(#1):PRINT PEEK(P);PEEK(P+2);PEEK(P+4)', "65  32  0"),
        ('10 OPEN "R",1,"F":FIELD 1,2 AS X$,4 AS A$:P=VARPTR(#1):POKE P+2,90:PRINT ASC(A$)', "90"),
        (WORD + '20 OPEN "R",1,"F":FIELD 1,2 AS X$,4 AS A$:PRINT FNW(VARPTR(A$)+1)-VARPTR(#1)', "2"),
        ('10 OPEN "O",1,"F":PRINT #1,"XY":CLOSE:OPEN "I",1,"F":PRINT PEEK(VARPTR(#1)+1);PEEK(VARPTR(#1)+9)', "89  0"),
        ('10 OPEN "O",1,"F":PRINT #1,"XY";:PRINT PEEK(VARPTR(#1)+1)', "89"),
        ('10 OPEN "O",1,"A":OPEN "O",2,"B":PRINT VARPTR(#2)-VARPTR(#1)>=128', "-1"),
        ("10 PRINT VARPTR(#1)", "Bad file number in 10"),
    ],
)
def test_a_file_has_its_buffer_in_memory(program: str, shown: str) -> None:
    assert run(program) == shown


def test_the_program_can_be_read_but_not_changed() -> None:
    program = "10 FOR I=&H68E8 TO &H68EB:PRINT PEEK(I);:POKE I,255:NEXT\n20 END"
    talk = Talk(program)
    shown = talk.type("RUN")
    assert shown.split()[2:4] == ["10", "0"]
    assert talk.type("LIST") == program + "\nOk\n"


def test_a_variable_that_nothing_was_assigned_to_has_no_address() -> None:
    assert run("10 PRINT VARPTR(A)") == "Illegal function call in 10"


def test_what_no_real_machine_could_hold_has_no_address() -> None:
    assert run("10 DIM A(9000),B(9000):PRINT VARPTR(A(0))>0:PRINT VARPTR(B(8999))") == "-1\nOut of memory in 10"


def test_memory_comes_back_from_a_snapshot() -> None:
    talk = Talk(
        "5 CLEAR ,50000!\n" + WORD + '20 A$="ABC":P=FNW(VARPTR(A$)+1):POKE -5,6:A$="DEF":P=FNW(VARPTR(A$)+1):STOP'
    )
    talk.type("RUN")
    talk.restart()
    assert talk.machine.state.variables.top == 50_000
    assert talk.machine.state.variables.placed
    assert talk.type("PRINT CHR$(PEEK(P));PEEK(-5)") == "D 6 \nOk\n"
    assert talk.type("POKE P,88:PRINT A$") == "XEF\nOk\n"


def test_texts_of_which_many_were_looked_for_are_collected() -> None:
    program = (
        WORD + "20 FOR I=1 TO 600:A$=STRING$(100,65+I MOD 26):P=FNW(VARPTR(A$)+1)\n"
        "30 IF PEEK(P)<>ASC(A$) THEN STOP\n40 NEXT:PRINT I"
    )
    assert run(program) == "601"


def strict(program: str) -> Talk:
    talk = Talk()
    talk.machine = Machine(disk=talk.machine.disk, strict=True)
    talk.machine.load_program(program)
    return talk


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 DIM A(8000)", "Out of memory in 10\n"),
        ("10 DIM A(7000)\n20 DIM B(800)", "Out of memory in 20\n"),
        ("10 DIM A$(200)\n20 FOR I=0 TO 200:A$(I)=STRING$(200,65):NEXT", "Out of string space in 20\n"),
        ("10 FOR I=1 TO 9000:A$=STR$(I):NEXT:PRINT FRE(0)<>FRE(A$);FRE(0)=FRE(A$)", "-1 -1 \n"),
        (
            "10 DIM A%(15400)\n20 Q=1:R=1:S=1:T=1:U=1:V=1:W=1:X=1:Y=1:Z=1:A=1:B=1:C=1:D=1:E=1:F=1:G=1",
            "Out of memory in 20\n",
        ),
        ("10 CLEAR ,27000\n20 DIM A(100)", "Out of memory in 10\n"),
        ("10 CLEAR ,28000:DIM A(300)", "Out of memory in 10\n"),
        ("10 CLEAR ,,32000", "Out of memory in 10\n"),
        ("10 DIM A(7000):ERASE A:DIM B(7000):PRINT 1", "1 \n"),
    ],
)
def test_the_real_map_has_an_end(program: str, shown: str) -> None:
    assert strict(program).type("RUN").removesuffix("Ok\n").lstrip() == shown
    assert "Out of" not in run(program) or "CLEAR" in program


def test_a_program_that_is_too_long_for_the_real_map() -> None:
    talk = strict("10 END")
    lines = "".join(f"{number} REM {'x' * 240}\n" for number in range(1, 150))
    talk.machine.disk.write("LONG.BAS", lines.encode())
    assert talk.type('LOAD "LONG"') == "Out of memory\nOk\n"
    talk.type("NEW")
    shown = [talk.type(f"{number} REM {'x' * 240}") for number in range(1, 150)]
    full = shown.index("Out of memory\nOk\n")
    assert 100 < full < 130
    assert set(shown[:full]) == {""}
    assert len(talk.machine.state.program) == full
    assert talk.type("1 REM") == ""
    talk.machine.begin_program(lines)
    assert "Out of memory" in talk.go()
    assert talk.machine.state.edits == -1
    talk.restart()


def test_a_program_that_is_typed_has_an_end_too() -> None:
    talk = Talk()
    lines = dict.fromkeys(range(1000), b"\x8f" + b"x" * 250)
    talk.machine.state.program.update(lines)
    shown = [talk.type(f"{number} REM {'x' * 245}") for number in range(1001, 1100)]
    assert shown[-1] == "Out of memory\nOk\n"
    assert 0 < shown.index("Out of memory\nOk\n") < 50
