"""The host's folder as BASIC's disk."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mbasic_core.cli.host_disk import HostDisk, _is_device
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


def test_a_link_that_stays_in_the_folder_is_a_file(disk: HostDisk, tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(b"text")
    (tmp_path / "B").symlink_to(tmp_path / "A")
    assert (disk.names(), disk.read("B")) == (["A", "B"], b"text")


@pytest.mark.parametrize("target", ["../secret", "../missing", "../box-2/secret", "/dev/null", "FOLDER"])
def test_a_link_leads_nowhere_else(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "box"
    for each in (folder, tmp_path / "box-2", folder / "FOLDER"):
        each.mkdir()
    for secret in (tmp_path / "secret", tmp_path / "box-2" / "secret"):
        secret.write_bytes(b"secret")
    (folder / "A").symlink_to(target)
    disk = HostDisk(str(folder))
    assert disk.names() == []
    for action in (lambda: disk.read("A"), lambda: disk.write("A", b"x"), lambda: disk.append("A", b"x")):
        with pytest.raises(BasicError) as caught:
            action()
        assert caught.value.code == ErrorCode.DISK_IO_ERROR
    assert (tmp_path / "secret").read_bytes() == (tmp_path / "box-2" / "secret").read_bytes() == b"secret"
    assert not (tmp_path / "missing").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_file(disk: HostDisk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "PIPE")
    assert disk.names() == []
    with pytest.raises(BasicError) as caught:
        disk.read("PIPE")
    assert caught.value.code == ErrorCode.DISK_IO_ERROR


@pytest.mark.parametrize(
    ("name", "device"),
    [("NUL", True), ("CON.BAS", True), ("COM1", True), ("LPT9.TXT", True), ("CONS", False), ("COM", False)],
)
def test_names_that_are_devices_on_windows(name: str, device: bool) -> None:
    assert (_is_device(name, "nt"), _is_device(name, "posix")) == (device, False)


def test_a_full_disk_is_told_as_such(disk: HostDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str, _mode: str) -> None:
        raise OSError(errno.ENOSPC, "no space", path)

    monkeypatch.setattr("mbasic_core.cli.host_disk.open", full, raising=False)
    with pytest.raises(BasicError) as caught:
        disk.write("A", b"x" * 100_000)
    assert caught.value.code == ErrorCode.DISK_FULL
