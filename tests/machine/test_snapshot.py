"""Snapshots: what goes out comes in again; anything else is refused, and nothing that comes in can hurt the machine."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgpack
import pytest

from mbasic_core.machine import Machine, NeedKeys, NeedLine, Ready, SliceSpent, snapshot
from mbasic_core.machine.snapshot import SnapshotError, SnapshotTooNew
from mbasic_core.runtime.disk import StateDisk
from mbasic_core.runtime.position import DIRECT, at
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, Edit, State
from tests.machine.talk import Talk

FIXTURES = Path(__file__).with_name("snapshots")

RICH = """\
10 DEFINT I-N:OPTION BASE 1:DIM A(3,2),B$(2),C#(4),K(5)
20 ON ERROR GOTO 900:DEF FNA(X)=X*2
30 A=1.5:B#=1/3:C$="\u00e9"+CHR$(0)+CHR$(255):I=-32768:Z.LONG.NAME=1E-38
40 A(3,2)=1E38:B$(2)="x":C#(4)=-1D-30:K(5)=32767
50 READ D,E:POKE 100,200:WIDTH 60:R=RND
60 OPEN "O",#1,"OUT":PRINT #1,"half";
70 OPEN "R",#2,"REC",20:FIELD #2,5 AS F$,10 AS G$:LSET F$="abc":PUT #2,1
80 FOR I=1 TO 10 STEP 2:FOR X=0 TO 1 STEP .25:GOSUB 200:NEXT X,I
90 PRINT "done";D;E;F;FNA(4);F$;A(3,2);RND:CLOSE:END
100 DATA 1,2,3,"four, five"
200 W=0:WHILE W<1:W=W+1
210 IF I=3 AND X=.5 THEN ERROR 77
220 WEND:RETURN
900 READ F:INPUT "go on";Q$:RESUME NEXT
"""
"""Stops in INPUT inside an error routine, inside loops of all kinds, with files open and DATA half read."""


def rich() -> Talk:
    talk = Talk(RICH)
    assert talk.type("RUN") == "go on? "
    assert talk.rest == NeedLine()
    return talk


def fields(data: bytes) -> dict[str, Any]:
    unpacked: dict[str, Any] = msgpack.unpackb(data, strict_map_key=False)
    return unpacked


def altered(talk: Talk, **changes: object) -> bytes:
    packed: bytes = msgpack.packb(fields(snapshot.dump(talk.machine.state)) | changes)
    return packed


def drive(state: State, rounds: int = 12) -> bool:
    """Whatever the state is, the machine goes on without an exception; whether its state then comes back as it is."""
    machine = Machine(state, StateDisk())
    lines = ("1", "CONT", "RETURN", "NEXT", "WEND", "RUN", "LIST", "CONT", "RESUME", "GOTO 10", "READ A", "X")
    for line in lines[:rounds]:
        rest = machine.advance(300)[-1]
        if isinstance(rest, SliceSpent):
            machine.interrupt()
        elif isinstance(rest, NeedKeys):
            machine.feed_keys("ab")
        else:
            machine.feed_line(line)
    data = snapshot.dump(machine.state)
    return snapshot.dump(snapshot.load(data)) == data


# --- round trips


def test_a_fresh_state_comes_back_equal() -> None:
    assert snapshot.load(snapshot.dump(State())) == State()


def test_everything_comes_back_equal() -> None:
    state = rich().machine.state
    assert {frame[0] for frame in state.stack} == {FOR, GOSUB, WHILE}
    assert snapshot.load(snapshot.dump(state)) == state


def test_a_run_goes_on_as_if_nothing_had_happened() -> None:
    undisturbed, cut = rich(), rich()
    cut.restart()
    assert cut.type("yes") == undisturbed.type("yes")
    assert cut.rest == Ready()
    assert cut.machine.disk.read("OUT") == undisturbed.machine.disk.read("OUT") == b"half"
    assert cut.machine.disk.read("REC") == undisturbed.machine.disk.read("REC")


@pytest.mark.parametrize(
    "line",
    [
        'A$=""',
        'A$=STRING$(255,"x")',
        "A=-1.70141E38",
        "A=2.93874E-39",
        "A#=1.7D38:B#=0:C#=-1D-38",
        "A%=-32768:B%=32767",
        "DIM A(10,10,10)",
        "DIM A$(0):A$(0)=CHR$(200)",
        "DIM A#(2,3):A#(1,1)=1/3",
        "DIM A(5):A(1)=2.93874E-39",
        "DIM A(" + ",".join(["0"] * 80) + ")",
        "DEFSTR A-Z:A=CHR$(7)",
    ],
)
def test_values_of_every_kind_come_back(line: str) -> None:
    talk = Talk()
    talk.type(line)
    state = talk.machine.state
    assert snapshot.load(snapshot.dump(state)) == state
    assert state.variables.defined or state.variables.arrays()


def test_what_is_typed_ahead_comes_back() -> None:
    talk = Talk("10 GOTO 10")
    talk.start()
    talk.machine.feed_line("\u00e9")
    talk.machine.feed_keys("k\xff")
    talk.restart()
    assert talk.machine.state.typed == ["\u00e9"]
    assert talk.machine.state.keys == "k\xff"


def test_keys_that_input_waits_for_come_back() -> None:
    talk = Talk("10 A$=INPUT$(3)\n20 PRINT A$")
    talk.type("RUN")
    talk.machine.feed_keys("a")
    talk.go()
    talk.restart()
    talk.machine.feed_keys("bc")
    assert talk.go() == "abc\nOk\n"


def test_edit_and_what_is_hidden_come_back() -> None:
    talk = Talk("10 PRINT 1", edits_errors=False)
    talk.type("EDIT 10")
    talk.keys("3 C")
    talk.machine.state.muted = True
    talk.restart()
    state = talk.machine.state
    assert state.edit == Edit(line=10, text="PRINT 1", at=3, count=1, command="C")
    assert (state.muted, state.edits_errors) == (True, False)


@pytest.mark.parametrize(
    "edit",
    [
        [20, b"", 0, 0, "", False],
        [10, b"x" * 256, 0, 0, "", False],
        [10, b"x", 2, 0, "", False],
        [10, b"x", 0, 256, "", False],
        [10, b"x", 0, 0, "C", False],
        [10, b"x", 0, 1, "D", False],
        [10, b"x", 0, 0, "", 0],
        [10, "x", 0, 0, "", False],
        [10, b"x", 0, 0, ""],
        None,
    ],
)
def test_an_edit_that_cannot_be(edit: object) -> None:
    fields = msgpack.unpackb(snapshot.dump(Talk("10 PRINT 1").machine.state), strict_map_key=False)
    with pytest.raises(SnapshotError):
        snapshot.load(msgpack.packb(fields | {"edit": edit}))


def test_auto_comes_back() -> None:
    talk = Talk()
    talk.type("AUTO 100,5")
    talk.restart()
    assert talk.type("END") == "105 "


def test_a_direct_line_comes_back_in_its_middle() -> None:
    talk = Talk()
    talk.start("FOR I=1 TO 2000:NEXT:PRINT I", budget=300)
    assert talk.rest == SliceSpent()
    talk.restart()
    assert talk.go() == " 2001 \nOk\n"


def test_list_comes_back_in_its_middle() -> None:
    talk = Talk("".join(f"{n} REM\n" for n in range(1, 301)))
    shown = talk.start("LIST", budget=300)
    assert talk.rest == SliceSpent()
    talk.restart()
    assert shown + talk.go() == talk.machine.program_text() + "Ok\n"


# --- what was written before


def test_format_1_still_loads() -> None:
    data = (FIXTURES / "format-1.bin").read_bytes()
    assert fields(data)["format"] == 1
    talk = rich()
    kept = Talk()
    kept.machine = Machine(snapshot.load(data), talk.machine.disk)
    assert kept.machine.program_text() == talk.machine.program_text()
    assert kept.machine.variables() == talk.machine.variables()
    assert kept.go() == ""
    assert kept.rest == NeedLine()
    assert kept.type("yes").startswith("done 1  2  3  8 abc  ")


def test_a_later_format_is_told_from_damage() -> None:
    with pytest.raises(SnapshotTooNew, match="99"):
        snapshot.load(msgpack.packb({"format": 99, "anything": 1}))


# --- what is refused


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"null", msgpack.packb([1]), msgpack.packb({}), msgpack.packb({"format": 1})]
)
def test_what_is_no_snapshot_is_refused(data: bytes) -> None:
    with pytest.raises(SnapshotError):
        snapshot.load(data)


@pytest.mark.parametrize("written", [0, -1, True, "1", None, 1.0, [1]])
def test_a_format_that_is_no_number_is_refused(written: object) -> None:
    with pytest.raises(SnapshotError) as caught:
        snapshot.load(altered(Talk(), format=written))
    assert not isinstance(caught.value, SnapshotTooNew)


def test_a_snapshot_cut_short_anywhere_is_refused() -> None:
    data = snapshot.dump(rich().machine.state)
    for length in range(len(data)):
        with pytest.raises(SnapshotError):
            snapshot.load(data[:length])


def test_a_field_that_is_missing_is_refused() -> None:
    whole = fields(snapshot.dump(rich().machine.state))
    for name in whole.keys() - {"loading", "edits"}:
        with pytest.raises(SnapshotError):
            snapshot.load(msgpack.packb({key: value for key, value in whole.items() if key != name}))


@pytest.mark.parametrize(
    "value", [None, -5, 1.5, "x", b"x", [], {}, [[]], [None], {"a": 1}, [[1, 2, 3, 4, 5, 6, 7]], 1 << 40]
)
def test_a_field_of_the_wrong_type_is_refused_or_harmless(value: object) -> None:
    talk = rich()
    for name in fields(snapshot.dump(talk.machine.state)):
        try:
            state = snapshot.load(altered(talk, **{name: value}))
        except SnapshotError:
            continue
        assert drive(state)


REFUSED: list[dict[str, object]] = [
    {"pc": at(11)},
    {"pc": at(10, 4)},
    {"pc": at(DIRECT, 1)},
    {"pc": -3},
    {"resume": at(DIRECT)},
    {"resume": -2},
    {"data": -2},
    {"data": at(15)},
    {"stack": [[GOSUB, at(12)]]},
    {"stack": [[GOSUB]]},
    {"stack": [[WHILE, at(10), at(10, 9)]]},
    {"stack": [[FOR, 0, 1.0, 1.0]]},
    {"stack": [[FOR, 999, 1.0, 1.0, -1]]},
    {"stack": [[FOR, -1, 1.0, 1.0, -1]]},
    {"stack": [[FOR, 0, "1", 1.0, -1]]},
    {"stack": [[FOR, 0, 1.0, float("nan"), -1]]},
    {"stack": [[FOR, 0, float("inf"), 1.0, -1]]},
    {"stack": [[FOR, 1, 1.0, 1.0, -1]]},
    {"stack": [[FOR, 2, 1.0, 1.0, -1]]},
    {"stack": [[FOR, 3, 40000, 1, -1]]},
    {"stack": [[3, -1]]},
    {"stack": [[]]},
    {"functions": {"A!": at(10)}},
    {"functions": {"A!": -1}},
    {"functions": {"a b": at(20, 1)}},
    {"trap": [901, 0, 0, -1]},
    {"trap": [900, 256, 0, -1]},
    {"trap": [900, 0, 0, at(DIRECT, 1)]},
    {"trap": [900, 0, 0, -2]},
    {"waiting": ["mouse", 0, True, None]},
    {"width": 0},
    {"width": 256},
    {"column": -1},
    {"stack_size": 0},
    {"auto_line": -1},
    {"auto_step": 0},
    {"mode": "edit"},
    {"program": [[65530, b""]]},
    {"program": [[-1, b""]]},
    {"files": [[0, "A", "O", 128, 0, 0, b"", 0, False, []]]},
    {"files": [[1, "../A", "O", 128, 0, 0, b"", 0, False, []]]},
    {"files": [[1, "A", "R", 128, 0, 0, b"", 0, False, []]]},
    {"files": [[1, "A", "R", 2, 0, 0, b"xx", 0, False, [[["F$"], 3, 0]]]]},
    {"files": [[1, "A", "R", 2, 0, 0, b"xx", 0, False, [[["F!"], 1, 0]]]]},
    {"memory": [[65536, 0]]},
    {"memory": [[0, 256]]},
    {"rnd": [1]},
    {"breakpoints": [-1]},
    {"breakpoints": [65530]},
    {"stopped_in": 65530},
    {"stopped_in": -2},
    {"at_breakpoint": 1},
    {"passed": at(30)},
    {"passed": at(DIRECT)},
    {"passed": -2},
]


@pytest.mark.parametrize("changes", REFUSED, ids=str)
def test_places_and_numbers_out_of_range_are_refused(changes: dict[str, object]) -> None:
    talk = Talk("10 A=1:B$=A$:C#=1:I%=2\n20 STOP:DEF FNA(X)=X\n900 END")
    talk.type("RUN")
    with pytest.raises(SnapshotError):
        snapshot.load(altered(talk, **changes))


VARIABLES: list[dict[str, object]] = [
    {"types": "S" * 25},
    {"types": "Q" * 26},
    {"scalars": [["A!", 1]]},
    {"scalars": [["A!", 1e300]]},
    {"scalars": [["A!", float("nan")]]},
    {"scalars": [["A!", 1e-300]]},
    {"scalars": [["A%", 32768]]},
    {"scalars": [["A%", True]]},
    {"scalars": [["A$", b"x" * 256]]},
    {"scalars": [["A$", "x"]]},
    {"scalars": [["A#", b"1234567"]]},
    {"scalars": [["A!", 1.0], ["A!", 1.0]]},
    {"scalars": [["1!", 1.0]]},
    {"defined": ["A!"]},
    {"defined": [["A!"]]},
    {"base": 2},
    {"base": True},
    {"base_fixed": 1},
    {"arrays": [["A!", [1], "f", b"\0" * 4]]},
    {"arrays": [["A!", [-1], "f", b""]]},
    {"arrays": [["A!", [32768], "f", b"\0" * 4]]},
    {"arrays": [["A!", [], "f", b"\0" * 4]]},
    {"arrays": [["A!", [0] * 256, "f", b"\0" * 4]]},
    {"arrays": [["A!", [0], "h", b"\0\0"]]},
    {"arrays": [["A!", [0], "f", b"\0" * 3]]},
    {"arrays": [["A!", [1], "f", b"\0\0\0\0\0\0\xc0\x7f"]]},
    {"arrays": [["A!", [0], "f", b"\1\0\0\0"]]},
    {"arrays": [["A!", [0], "d", b"\0\0\0\0\0\0\xf0\x7f"]]},
    {"arrays": [["A$", [0], "$", [b"x" * 256]]]},
    {"arrays": [["A#", [0], "D", b"1234"]]},
    {"arrays": [["A!", [0], "f", b"\0" * 4], ["A!", [0], "f", b"\0" * 4]]},
]


@pytest.mark.parametrize("changes", VARIABLES, ids=str)
def test_variables_that_no_machine_can_have_are_refused(changes: dict[str, object]) -> None:
    whole = fields(snapshot.dump(State()))
    whole["variables"] |= changes
    with pytest.raises(SnapshotError):
        snapshot.load(msgpack.packb(whole))


def test_bytes_changed_at_random_are_refused_or_harmless() -> None:
    chance = random.Random(5)
    data = snapshot.dump(rich().machine.state)
    loaded = 0
    for _ in range(1_500):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            state = snapshot.load(bytes(damaged))
        except SnapshotError:
            continue
        loaded += 1
        assert drive(state, rounds=4)
    assert loaded > 20


def test_a_position_may_name_any_statement_that_exists() -> None:
    talk = Talk("10 FOR I=1 TO 2:GOSUB 20:NEXT\n20 WHILE 1\n30 DATA 1\n40 WEND")
    talk.start(budget=600)
    places = [at(10), at(10, 1), at(10, 2), at(20), at(30), at(40), -1]
    for place in places:
        for changes in (
            {"pc": place, "running": True},
            {"resume": place},
            {"data": place, "data_offset": 50},
            {"stack": [[GOSUB, place], [WHILE, place, place], [FOR, 0, 5.0, 1.0, place]]},
            {"trap": [20, 5, 10, place]},
        ):
            assert drive(snapshot.load(altered(talk, **changes)))
