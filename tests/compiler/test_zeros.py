"""What MKS$ and MKD$ show of zeros (docs/numerics.md section 1; the golden cases numfmt/mbf_bytes_*)."""

from __future__ import annotations

import pytest

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
