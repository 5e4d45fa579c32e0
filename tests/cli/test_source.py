"""Program files as they come from editors and from CP/M."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbasic_core.cli.failure import BAD_USAGE, Failure
from mbasic_core.cli.source import decode_program, read_program


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_is_understood(end: bytes) -> None:
    assert decode_program(end.join([b"10 PRINT", b"20 END", b""])) == "10 PRINT\n20 END\n"


def test_control_z_ends_the_text() -> None:
    assert decode_program(b"10 PRINT\r\n\x1a\x1a20 JUNK") == "10 PRINT\n"


def test_a_utf8_mark_is_dropped() -> None:
    assert decode_program(b"\xef\xbb\xbf10 PRINT\n") == "10 PRINT\n"


def test_each_byte_is_a_character() -> None:
    assert decode_program(bytes(range(128, 256))) == "".join(map(chr, range(128, 256)))


def test_utf8_is_read_as_characters() -> None:
    assert decode_program('10 PRINT "caf\u00e9"\n'.encode()) == '10 PRINT "caf\xe9"\n'


def test_characters_that_basic_has_not_are_refused_as_in_the_page(tmp_path: Path) -> None:
    path = tmp_path / "euro.bas"
    path.write_text('10 REM\n20 PRINT "\u20ac"\n', encoding="utf-8")
    with pytest.raises(Failure, match=r"euro\.bas: Illegal character U\+20AC in 20$") as caught:
        read_program(str(path))
    assert caught.value.status == BAD_USAGE


def test_a_missing_file_is_bad_usage_and_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"absent\.bas: No such file") as caught:
        read_program(str(tmp_path / "absent.bas"))
    assert caught.value.status == BAD_USAGE


def test_a_folder_is_no_program(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="directory"):
        read_program(str(tmp_path))


@pytest.mark.parametrize("first", [b"\xff", b"\xfe"])
def test_a_tokenised_program_is_bytes(tmp_path: Path, first: bytes) -> None:
    path = tmp_path / "prog.bas"
    path.write_bytes(first + b"\x01\x1a\r\n")
    assert read_program(str(path)) == first + b"\x01\x1a\r\n"


def test_an_empty_file_is_an_empty_program(tmp_path: Path) -> None:
    path = tmp_path / "empty.bas"
    path.write_bytes(b"")
    assert read_program(str(path)) == ""
