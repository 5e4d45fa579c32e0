"""The files of a session as its pages list and change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mbasic_core.errors import BasicError, ErrorCode, message
from mbasic_core.language.binary import FIRST_BYTE, PROTECTED_BYTE
from mbasic_core.runtime.disk import StateDisk, file_name
from mbasic_core.runtime.state import State
from mbasic_core.session.actions import Action

__all__ = ["Denied", "Directory", "Entry"]

_LOOKED_AT = 512  # bytes from which a file's kind is made out
_TEXT = bytes({7, 8, 9, 10, 12, 13, 26, 27, *range(32, 127), *range(160, 256)})
_NAMES = "A name has up to eight characters, and up to three after a point."
_IN_USE = "The program has it open; CLOSE or RESET closes it."


class Denied(Exception):
    """What was asked for cannot be done; the text is for the user, with BASIC's own message in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its length in bytes, what is in it, and whether the program has it open."""

    name: str
    size: int
    kind: str
    open: bool


class Directory:
    """A disk, beside the machine whose program may have its files open."""

    def __init__(self, disk: StateDisk, state: State) -> None:
        self._disk = disk
        self._state = state

    def __iter__(self) -> Iterator[Entry]:
        """All files, by name."""
        open_names = self.open_names
        for name in self._disk.names():
            data = self._disk.files[name]
            yield Entry(name, len(data), _kind(name, data), name in open_names)

    @property
    def open_names(self) -> frozenset[str]:
        """Names of the files that the program has open."""
        return frozenset(file.name for file in self._state.files.values())

    @property
    def used(self) -> int:
        """Bytes of all files together."""
        return sum(map(len, self._disk.files.values()))

    def obey(self, action: Action) -> None:
        """Carry out a write, delete or rename; raises Denied, and then nothing is changed."""
        match action.kind:
            case "write":
                self._write(action.name, action.data, replace=action.replace)
            case "delete":
                self._changeable(action.name)
                self._disk.delete(action.name)
            case "rename":
                self._rename(action.name, action.text)

    def loadable(self, name: str) -> None:
        """Raise Denied when there is no such file."""
        if self._disk.read(name) is None:
            raise _denied(name, ErrorCode.FILE_NOT_FOUND)

    def _write(self, name: str, data: bytes, *, replace: bool) -> None:
        _check(name)
        former = self._disk.read(name)
        if former is not None:
            if not replace:
                raise _denied(name, ErrorCode.FILE_ALREADY_EXISTS)
            self._changeable(name)
        try:
            self._disk.write(name, data)
        except BasicError as error:
            room = max(0, self._disk.quota - self.used + len(former or b""))
            full = error.code == ErrorCode.DISK_FULL
            why = f"It has {len(data):,} bytes, and there is room for {room:,}." if full else ""
            raise _denied(name, error.code, why) from error

    def _rename(self, old: str, new: str) -> None:
        _check(new)
        self._changeable(old)
        if self._disk.read(new) is not None:
            raise _denied(new, ErrorCode.FILE_ALREADY_EXISTS)
        data = self._disk.files[old]
        self._disk.delete(old)
        self._disk.write(new, data)

    def _changeable(self, name: str) -> None:
        self.loadable(name)
        if name in self.open_names:
            raise _denied(name, ErrorCode.FILE_ALREADY_OPEN, _IN_USE)


def _check(name: str) -> None:
    """A page sends names as they are on the disk; raises Denied for any other."""
    try:
        right = file_name(name) == name
    except BasicError:
        right = False
    if not right:
        raise _denied(name, ErrorCode.BAD_FILE_NAME, _NAMES)


def _denied(name: str, code: int, why: str = "") -> Denied:
    return Denied(f"{name}: {message(code)}. {why}".rstrip())


def _kind(name: str, data: bytes) -> str:
    """By what SAVE writes: the first byte of a program that is tokenised or protected."""
    if name.endswith(".BAS"):
        return {FIRST_BYTE: "program, tokenised", PROTECTED_BYTE: "program, protected"}.get(
            data[0] if data else 0, "program, text"
        )
    return "data" if data[:_LOOKED_AT].translate(None, _TEXT) else "text"
