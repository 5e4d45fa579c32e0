"""What MKS$ and MKD$ show of zeros (docs/numerics.md section 1; the golden cases numfmt/mbf_bytes_*)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.compiler.zeros import last_third
from mbasic_core.language.items import data_end, skip_item
from mbasic_core.language.tokens import Tok
from tests.machine.talk import Talk, run

SHOW = ":PRINT HEX$(ASC(MID$(MKS$(X),3,1)));HEX$(ASC(MID$(MKD$(X#),7,1)))"


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        (f"10 X=.0:X#=1{SHOW}", "200"),
        (f"10 X=2.93874E-39:X#=X{SHOW}", "2020"),
        (f"10 X=0:X#=0{SHOW}\n20 A=1.5", "4040"),
        (f"10 A=-1.5:X=0:X#=0{SHOW}\n20 A=10.5", "4040"),
        (f"10 A=10.5\n20 X#=0:X=X#{SHOW}", "2828"),
        (f"10 A#=123456789#\n20 X#=0:X=X#{SHOW}", "00"),
        (f"10 A#=123456789012345678#\n20 X#=0:X=X#{SHOW}", "1818"),
        (f"10 A=1.5:X=0:X=X+0:X#=0-0{SHOW}", "00"),
        (f'10 A$="\x1d\x01\x02\x03\x04":DATA 1.5\n20 REM 1.5\n30 X=0{SHOW}', "00"),
        ("10 A=1.5:DIM B(3):B(2)=0:PRINT HEX$(ASC(MID$(MKS$(B(2)),3,1)))", "40"),
        ("10 A=1.5:PRINT HEX$(ASC(MID$(MKS$(0),3,1)));0+1;0=.0;-0", "40 1 -1  0"),
    ],
)
def test_bytes_left_in_a_zero(program: str, shown: str) -> None:
    assert run(program) == shown


@given(
    st.lists(
        st.sampled_from([b"\x1d", b"\x1f", b"\x0e", b"\x0f", b"\xff", b'"', b"\x84", b"\x8f", b":", b"A\x12", b"\0"])
    )
)
def test_the_last_constant_is_the_one_that_a_walk_finds(parts: list[bytes]) -> None:
    line, pos, found = b"".join(parts), 0, None
    while pos < len(line) and line[pos] != Tok.REM:
        if line[pos] == ord('"'):
            pos = (line.find(b'"', pos + 1) + 1) or len(line)
        elif line[pos] == Tok.DATA:
            pos = data_end(line, pos + 1)
        else:
            found = line[pos + 3] if line[pos] in (Tok.SINGLE, Tok.DOUBLE) and pos + 3 < len(line) else found
            pos = skip_item(line, pos)
    assert last_third(line) == found


def test_what_is_left_survives_a_snapshot() -> None:
    talk = Talk("10 A=1.5:DIM B(2,3),C#(2):X=0:B(1,2)=X:C#(1)=0:STOP\n20 PRINT MKS$(X);MKS$(B(1,2));MKD$(C#(1))")
    talk.type("RUN")
    talk.restart()
    talk.restart()
    left = "\0\0@\0"
    assert talk.type("CONT").splitlines()[0] == left * 2 + "\0" * 4 + left


def test_a_direct_line_takes_what_the_program_ends_with() -> None:
    talk = Talk("10 A=1.5\n20 A=2.5\n")
    assert talk.type("X=0:PRINT HEX$(ASC(MID$(MKS$(X),3,1)))") == "20\nOk\n"
