"""The host's folder as BASIC's disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mbasic_core.cli.host_disk import HostDisk
from mbasic_core.errors import BasicError, ErrorCode


@pytest.fixture
def disk(tmp_path: Path) -> HostDisk:
    return HostDisk(str(tmp_path))


def test_a_file_is_written_read_extended_and_removed(disk: HostDisk, tmp_path: Path) -> None:
    disk.write("A.TXT", b"one")
    disk.append("A.TXT", b" two")
    assert disk.read("A.TXT") == (tmp_path / "A.TXT").read_bytes() == b"one two"
    assert [disk.delete("A.TXT"), disk.delete("A.TXT"), disk.read("A.TXT")] == [True, False, None]


def test_names_of_any_case_are_found_and_kept(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "prog.bas").write_bytes(b"lower")
    assert disk.names() == ["PROG.BAS"]
    disk.append("PROG.BAS", b"!")
    assert [path.name for path in tmp_path.iterdir()] == ["prog.bas"]
    assert disk.read("PROG.BAS") == b"lower!"


def test_the_exact_name_comes_first(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(b"upper")
    (tmp_path / "a").write_bytes(b"lower")
    assert (disk.names(), disk.read("A")) == (["A"], b"upper")


def test_what_cpm_cannot_name_is_not_there(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "much too long.txt").write_bytes(b"")
    (tmp_path / "FOLDER").mkdir()
    assert disk.names() == []


def test_a_folder_in_the_way_is_an_io_error(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "FOLDER").mkdir()
    for action in (lambda: disk.read("FOLDER"), lambda: disk.write("FOLDER", b""), lambda: disk.delete("FOLDER")):
        with pytest.raises(BasicError) as caught:
            action()
        assert caught.value.code == ErrorCode.DISK_IO_ERROR


def test_a_folder_that_has_gone_is_an_io_error(tmp_path: Path) -> None:
    with pytest.raises(BasicError) as caught:
        HostDisk(str(tmp_path / "gone")).names()
    assert caught.value.code == ErrorCode.DISK_IO_ERROR


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_told_as_such(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "A").symlink_to("/dev/full")
    with pytest.raises(BasicError) as caught:
        disk.write("A", b"x" * 100_000)
    assert caught.value.code == ErrorCode.DISK_FULL
