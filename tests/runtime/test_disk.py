"""File names, and the disk that is data."""

from __future__ import annotations

import pytest

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.disk import StateDisk, file_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("data", "DATA"),
        ("Data.txt", "DATA.TXT"),
        ("b:x.y", "X.Y"),
        ("a. ", "A"),
        ("ABCDEFGH.IJK", "ABCDEFGH.IJK"),
        ("LONGFILENAME.TXT", "LONGFILE.NAM"),
        ("ABCDEFGHI", "ABCDEFGH.I"),
        ("a.bcde", "A.BCD"),
        ("a..b", "A.B"),
        ("a.", "A"),
    ],
)
def test_a_name_is_8_3_in_capitals(text: str, name: str) -> None:
    assert file_name(text) == name


def test_an_extension_is_given_where_none_is() -> None:
    assert [file_name(text, "BAS") for text in ("prog", "prog.x", "prog.")] == ["PROG.BAS", "PROG.X", "PROG"]


@pytest.mark.parametrize(
    "text", ["", "../etc", "a/b", "a\\b", "a.b.c", "ABCDEFGHI.J", ".J", "a:", ".", "a b", "*", "a\0", "z:x", "\xe9"]
)
def test_other_names_are_bad(text: str) -> None:
    with pytest.raises(BasicError) as caught:
        file_name(text)
    assert caught.value.code == ErrorCode.BAD_FILE_NAME


def test_files_are_written_appended_and_deleted() -> None:
    disk = StateDisk()
    disk.write("B", b"1")
    disk.append("B", b"2")
    disk.append("A", b"3")
    assert (disk.names(), disk.read("B"), disk.read("C")) == (["A", "B"], b"12", None)
    assert disk.delete("B")
    assert not disk.delete("B")
    assert disk.names() == ["A"]


def test_each_change_raises_the_revision() -> None:
    disk = StateDisk()
    before = disk.revision
    disk.write("A", b"")
    disk.append("A", b"x")
    disk.delete("A")
    assert disk.revision == before + 3


def test_the_quota_counts_all_files() -> None:
    disk = StateDisk(quota=10)
    disk.write("A", b"x" * 6)
    disk.write("A", b"x" * 10)
    with pytest.raises(BasicError) as caught:
        disk.append("B", b"x")
    assert caught.value.code == ErrorCode.DISK_FULL
    assert disk.names() == ["A"]
