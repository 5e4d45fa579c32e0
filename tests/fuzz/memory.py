"""Programs that PEEK and POKE where variables, texts and buffers are: the machine holds, and its state comes back."""

from __future__ import annotations

import random

from mbasic_core.machine import Machine, snapshot
from mbasic_core.runtime.disk import StateDisk

__all__ = ["check_memory"]

_DIM = 'DIM A%(5),B(3,2),C#(2),S$(3):I=0:X=0:Q=0:D#=1.5:T$="hello":U$=T$+"x":S$(1)="abc":E=2.5'
_FILE = 'OPEN "R",1,"F":FIELD 1,5 AS F$,6 AS S$(2):LSET F$="ab"'
_PLACES = (
    "VARPTR(A%(0))", "VARPTR(B(0,0))", "VARPTR(C#(0))", "VARPTR(S$(0))", "VARPTR(T$)", "VARPTR(D#)", "VARPTR(E)",
    "VARPTR(U$)", "VARPTR(X)", "&H68E8", "(PEEK(VARPTR(T$)+1)+256*PEEK(VARPTR(T$)+2))", "57856!", "24200",
    "(PEEK(VARPTR(S$(1))+1)+256*PEEK(VARPTR(S$(1))+2))",
)  # fmt: skip
_OTHERS = (
    'T$=T$+"z"', "S$(1)=U$", 'U$=""', "ERASE S$:DIM S$(4)", 'Q=FRE("")', "PRINT T$;U$;S$(1);E;D#;C#(1);B(1,1)",
    "E=E*2+D#", "X=0:PRINT MKS$(X)", "A%(2)=A%(3)\\2", "N{number}=5", f"CLEAR ,30000:{_DIM}", f"CLEAR ,50000!:{_DIM}",
)  # fmt: skip
_BYTES = ("I AND 255", "0", "RND*255")


def check_memory(seed: int) -> int:
    """Run the program that `seed` makes, some with the real machine's memory, through snapshots; its lines."""
    chance = random.Random(seed)
    program = _program(chance)
    strict = chance.random() < 0.3
    machine = Machine(disk=StateDisk(), strict=strict)
    machine.load_program(program)
    machine.feed_line("RUN")
    for _ in range(8):
        machine.advance(150)
        data = snapshot.dump(machine.state)
        state = snapshot.load(data)
        assert snapshot.dump(state) == data, program
        machine = Machine(state, machine.disk, strict=strict)
    machine.variables()
    return program.count("\n") + 1


def _program(chance: random.Random) -> str:
    lines = [_DIM, _FILE] if chance.random() < 0.5 else [_DIM]
    for number in range(chance.randint(3, 14)):
        place, offset = chance.choice(_PLACES), chance.randint(-12, 40)
        match chance.randrange(9):
            case 0 | 1 | 2 | 3:
                line = f"POKE {place}+{offset},{chance.randrange(256)}"
            case 4 | 5:
                line = f"FOR I={place}-3 TO {place}+30:Q=Q+PEEK(I):NEXT"
            case 6:
                line = f"FOR I={place} TO {place}+8:POKE I,{chance.choice(_BYTES)}:NEXT"
            case 7:
                line = chance.choice(_OTHERS).format(number=number)
            case _:
                line = f"PRINT {place}"
        lines.append(line)
    return "\n".join(f"{number}0 {line}" for number, line in enumerate(lines, 1))
