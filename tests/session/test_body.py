"""The body of a record: what goes in comes out, and every value is checked."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from mbasic_core.session import limits
from mbasic_core.session.body import Body, pack_body, parse_body
from mbasic_core.session.errors import RecordDamaged

FULL = Body(
    text='10 PRINT "ÄÖ€"\n',
    revision=7,
    loaded=7,
    machine=bytes(range(256)),
    phase="line",
    transcript="Ok\r\nRUN\r\n? \xff\x00",
    end=100,
    breakpoints=[0, 10, 65529],
    settings={"theme": "dark", "size": 14, "wrap": True, "zoom": 1.5},
    disk="s/disk/1",
    applied={"tab1": 3, "tab2": 0},
    kept=["s/damaged/20261122T193050Z", "s/aside/x"],
)


def changed(**values: object) -> bytes:
    fields: dict[str, Any] = msgpack.unpackb(pack_body(FULL))
    return bytes(msgpack.packb(fields | values))


@pytest.mark.parametrize("body", [Body(), FULL])
def test_what_goes_in_comes_out(body: Body) -> None:
    assert parse_body(pack_body(body), "s") == body


def test_tabs_keep_their_order() -> None:
    body = Body(applied={"b": 1, "a": 2, "c": 3})
    assert list(parse_body(pack_body(body), "s").applied) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "values",
    [
        {"text": b"x"},
        {"text": "x" * (limits.DOCUMENT + 1)},
        {"revision": -1},
        {"loaded": -2},
        {"machine": "x"},
        {"phase": "flying"},
        {"phase": 1},
        {"transcript": "x" * (limits.TRANSCRIPT + 1), "end": 10**6},
        {"end": 1},
        {"breakpoints": [65530]},
        {"breakpoints": ["10"]},
        {"breakpoints": [True]},
        {"breakpoints": {}},
        {"breakpoints": [1] * 10_001},
        {"settings": {"a": None}},
        {"settings": {"a": [1]}},
        {"settings": {"": 1}},
        {"disk": "t/disk/1"},
        {"applied": {"tab": -1}},
        {"applied": {"tab": "1"}},
        {"applied": {str(n): 1 for n in range(limits.TABS + 1)}},
        {"kept": ["t/damaged/1"]},
        {"kept": ["s/disk/1"]},
        {"kept": [1]},
        {"more": 1},
    ],
)
def test_a_value_out_of_range_is_damage(values: dict[str, object]) -> None:
    with pytest.raises(RecordDamaged):
        parse_body(changed(**values), "s")


def test_every_truncation_is_damage() -> None:
    data = pack_body(FULL)
    for size in range(len(data)):
        with pytest.raises(RecordDamaged):
            parse_body(data[:size], "s")
