"""Lines as a whole: whatever they hold, they have statements."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.language.ast import If, Statement
from mbasic_core.language.parser import parse_line
from mbasic_core.language.tokens import SPELLINGS
from tests.language.programs import GOLDEN, typed

_BYTES = [bytes((token,)) for token in SPELLINGS] + [b"A", b"B$", b"(", b")", b",", b";", b":", b'"', b"#", b"\x12"]
_BYTES += [b"\x0e\x0a\x00", b"\xff\x81", b"\xff\x83", b"\x1d\x00\x00\x00\x81", b" ", b"1", b"."]


@given(st.one_of(st.binary(max_size=320), st.lists(st.sampled_from(_BYTES), max_size=100).map(b"".join)))
def test_any_bytes_have_statements(line: bytes) -> None:
    statements = parse_line(line)
    assert all(isinstance(statement, Statement) for statement in statements)
    for statement in statements:
        assert not isinstance(statement, If) or statement.otherwise is None or statement.otherwise < len(statements)


def test_a_zero_ends_a_line() -> None:
    assert parse_line(b"\x91\x00\x91") == parse_line(b"\x91")


def test_all_programs_of_the_original_have_statements() -> None:
    programs = sorted(GOLDEN.glob("*/*.bas"))
    assert len(programs) > 300
    for path in programs:
        for number, line in typed(path.read_text(encoding="latin-1")).items():
            assert parse_line(line) or not line.strip(b": "), f"{path.name} {number}"
