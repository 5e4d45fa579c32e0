"""LET, SWAP, MID$=, LSET, RSET, POKE."""

from __future__ import annotations

import pytest

from tests.machine.talk import run


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("10 LET A=5:PRINT A", "5"),
        ("10 A%=2.5:PRINT A%", "3"),
        ("10 A%=40000", "Overflow in 10"),
        ("10 A#=1/3:PRINT A#", ".3333333432674408"),
        ('10 A="x"', "Type mismatch in 10"),
        ("10 A$=1", "Type mismatch in 10"),
        ("10 A=1:B=2:SWAP A,B:PRINT A;B", "2  1"),
        ("10 SWAP A,B$", "Type mismatch in 10"),
        ('10 A$="x":B$(3)="y":SWAP A$,B$(3):PRINT A$;B$(3)', "yx"),
        ("10 A=1:B%=2:SWAP A,B%", "Type mismatch in 10"),
        ("10 SWAP A,B", "Illegal function call in 10"),
        ("10 A(1)=1:A(2)=2:SWAP A(1),A(2):PRINT A(1);A(2)", "2  1"),
        ('10 A$="abcdef":MID$(A$,2,3)="XYZW":PRINT A$', "aXYZef"),
        ('10 A$="abc":MID$(A$,3)="XYZ":PRINT A$', "abX"),
        ('10 A$="abcdef":MID$(A$,2)=A$:PRINT A$', "aaaaaa"),
        ('10 A$="abcdef":MID$(A$,3,3)=(A$):PRINT A$:MID$(A$,1)=A$:PRINT A$', "ababaf\nababaf"),
        ('10 A$(1)="abcd":MID$(A$(1),2)=A$(1)+"":PRINT A$(1):MID$(A$(1),5)=A$(1)', "aabc\nIllegal function call in 10"),
        ('10 A$="abc":MID$(A$,4)="X"', "Illegal function call in 10"),
        ('10 MID$(A,1)="X"', "Type mismatch in 10"),
        ('10 A$="12345":LSET A$="ab":PRINT A$;"!"', "ab   !"),
        ('10 A$="12345":RSET A$="ab":PRINT A$;"!"', "ab!"),
        ('10 A$="12":RSET A$="abc":PRINT A$', "ab"),
        ("10 LSET A=1", "Type mismatch in 10"),
        ("10 POKE 100,7:PRINT PEEK(100)", "7"),
        ("10 POKE 100000,7", "Overflow in 10"),
    ],
)
def test_assignments(program: str, shown: str) -> None:
    assert run(program) == shown
