"""Open files: sequential and random, LOC LOF EOF, FIELD buffers. Everything about them is in the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.runtime.disk import RECORD, Disk
from mbasic_core.runtime.sequential import Reader, Writer
from mbasic_core.runtime.state import FieldPart, OpenFile, State

__all__ = ["Files"]

_EXTENT = 128
"""Records that a directory entry of CP/M counts."""

_FIRST_BUFFER, _FILE_BYTES = 0x5E00, 0x29 + RECORD
"""Where the buffer of file number 0 would be, and how far it is from each to the next: a control block and a record."""


class Files:
    """The operations of file statements on `State.files`."""

    def __init__(self, state: State, disk: Disk, fault: Callable[[ErrorCode], None]) -> None:
        self._state = state
        self.disk = disk
        self._fault = fault

    def open(self, mode: str, number: int, name: str, length: int) -> None:
        """OPEN; raises Bad file mode, Bad file number, File already open, File not found.

        Records of no bytes can be opened, as in the original; nothing fits in them.
        """
        files = self._state.files
        if mode not in ("I", "O", "R"):
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        self._check(number)
        if not number:
            raise BasicError(ErrorCode.BAD_FILE_NUMBER)
        if number in files:
            raise BasicError(ErrorCode.FILE_ALREADY_OPEN)
        if not 0 <= length <= self._state.longest_record:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if mode == "I" and self.disk.read(name) is None:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        if mode == "O" or (mode == "R" and self.disk.read(name) is None):
            self.disk.write(name, b"")
        files[number] = OpenFile(name, mode, length=length, buffer=bytes(length if mode == "R" else 0))

    def close(self, number: int | None = None) -> None:
        """CLOSE one file, or all; what is not open stays so. Raises Bad file number, Illegal function call."""
        if number is not None:
            self._check(number)
        for each in [number] if number is not None else list(self._state.files):
            file = self._state.files.get(each)
            if file is not None:
                try:
                    self._flush(file)
                finally:
                    self._state.files.pop(each, None)

    def discard(self, name: str) -> None:
        """KILL of an open file: what it would still have written is lost, and its number is free."""
        for number in [number for number, file in self._state.files.items() if file.name == name]:
            del self._state.files[number]

    def _check(self, number: int) -> None:
        """Raises Illegal function call for a file number that is no byte, Bad file number for one that is too large."""
        if not 0 <= number <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if number > self._state.file_numbers:
            raise BasicError(ErrorCode.BAD_FILE_NUMBER)

    def file(self, number: int, modes: str = "IOR", closed: ErrorCode = ErrorCode.BAD_FILE_NUMBER) -> OpenFile:
        """An open file; raises Bad file number, Bad file mode, and `closed` for a number that no file is open under."""
        self._check(number)
        file = self._state.files.get(number)
        if file is None:
            raise BasicError(closed)
        if file.mode not in modes:
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        return file

    def writer(self, number: int) -> Writer:
        """Where PRINT# writes."""
        return Writer(self.file(number, "OR", ErrorCode.BAD_FILE_MODE), self.disk, self._change)

    def reader(self, number: int) -> Reader:
        """Where INPUT# reads."""
        return Reader(self.file(number, "IR", ErrorCode.BAD_FILE_MODE), self.disk, self._fault)

    def source(self, number: int) -> Reader:
        """Where INPUT$ reads; a file that is not open has nothing to read: Input past end."""
        return Reader(self.file(number, "IR", ErrorCode.INPUT_PAST_END), self.disk, self._fault)

    def _flush(self, file: OpenFile) -> None:
        if file.mode == "O" and file.buffer:
            self.disk.append(file.name, file.buffer)
            file.buffer = b""

    # --- functions

    def eof(self, number: int) -> int:
        """EOF: -1 at the end of an input file, or when GET went past the end of a random one."""
        file = self.file(number, "IR")
        if file.mode == "R":
            return -1 if file.past_end else 0
        return -1 if Reader(file, self.disk, self._fault).at_end() else 0

    def loc(self, number: int) -> int | float:
        """LOC: 128-byte records read or written so far; of a random file the last record number."""
        file = self.file(number)
        if file.mode == "R":
            return file.record
        if file.mode == "O":
            return _count(self._written(file))
        return _count(file.offset // RECORD + 1)

    def lof(self, number: int) -> int:
        """LOF: the 128-byte records of the extent, of 128 of them, that was read or written last.

        That is the file's length while it has one extent; of one that is being written, of what is already on the disk.
        """
        file = self.file(number)
        if file.mode == "O":
            records = self._written(file)
            last = records - 1
        else:
            records = -(-len(self.disk.read(file.name) or b"") // RECORD)
            last = file.offset // RECORD if file.mode == "I" else (file.record * file.length - 1) // RECORD
        extent = max(0, min(last, records - 1) if file.mode == "I" else last) // _EXTENT
        return max(0, min(records - extent * _EXTENT, _EXTENT))

    def _written(self, file: OpenFile) -> int:
        """Records of an output file that are full and have another character behind them: only then do they go."""
        return max(0, len(self.disk.read(file.name) or b"") + len(file.buffer) - 1) // RECORD

    def address(self, number: int) -> int:
        """VARPTR(#number): where an open file's buffer begins; raises Bad file number."""
        self.file(number)
        return _buffer(number)

    # --- buffers in memory

    def peek(self, address: int) -> int | None:
        """A byte of an open file's buffer; None when there is none at the address."""
        found = self._at(address)
        if found is None:
            return None
        file, offset = found
        if file.mode == "I":
            start = file.offset // RECORD * RECORD + offset
            byte = (self.disk.read(file.name) or b"")[start : start + 1]
        else:
            byte = file.buffer[offset : offset + 1]
        return byte[0] if byte else 0

    def poke(self, address: int, byte: int) -> bool:
        """Change a byte of a random file's buffer, and what shows it; whether an open file's buffer is there."""
        found = self._at(address)
        if found is None:
            return False
        file, offset = found
        if file.mode == "R" and offset < len(file.buffer):
            self._change(file, file.buffer[:offset] + bytes((byte,)) + file.buffer[offset + 1 :])
        return True

    def shown(self, variable: list[Any], text: str) -> int | None:
        """Where a variable's text is in a file's buffer; None when it shows no buffer."""
        for number, file in self._state.files.items():
            for part in file.fields:
                end = part.start + part.width
                matches = file.buffer[part.start : end].decode("latin-1") == text
                if part.variable == variable and matches and end <= RECORD:
                    return _buffer(number) + part.start
        return None

    def _at(self, address: int) -> tuple[OpenFile, int] | None:
        number, offset = divmod(address - _FIRST_BUFFER, _FILE_BYTES)
        file = self._state.files.get(number)
        return None if file is None or offset >= RECORD else (file, offset)

    # --- random files

    def field(self, number: int, parts: list[FieldPart]) -> None:
        """FIELD: variables that show the buffer; raises FIELD overflow."""
        file = self.file(number, "R")
        place = 0
        for part in parts:
            if place + part.width > file.length:
                raise BasicError(ErrorCode.FIELD_OVERFLOW)
            part.start = place
            place += part.width
            file.fields = [old for old in file.fields if old.variable != part.variable]
            file.fields.append(part)
        self._show(file)

    def get(self, number: int, record: int | None) -> None:
        """GET; past the end the buffer is zeros. A file of CP/M ends with a whole record of 128 bytes."""
        file = self.file(number, "R", ErrorCode.BAD_FILE_MODE)
        start = self._seek(file, record)
        data = self.disk.read(file.name) or b""
        file.past_end = (start + max(file.length, 1) - 1) // RECORD >= -(-len(data) // RECORD)
        self._change(file, data[start : start + file.length].ljust(file.length, b"\0"))
        file.offset = file.column = 0

    def put(self, number: int, record: int | None) -> None:
        """PUT; the file grows by zeros up to the record."""
        file = self.file(number, "R", ErrorCode.BAD_FILE_MODE)
        start = self._seek(file, record)
        data = (self.disk.read(file.name) or b"").ljust(start, b"\0")
        self.disk.write(file.name, data[:start] + file.buffer + data[start + file.length :])
        file.offset = file.column = 0

    def _seek(self, file: OpenFile, record: int | None) -> int:
        number = file.record + 1 if record is None else record
        if number < 0:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if not 1 <= number <= 32767:
            raise BasicError(ErrorCode.BAD_RECORD_NUMBER)
        file.record = number
        return (number - 1) * file.length

    def assign(self, variable: list[Any], old: str, new: str) -> bool:
        """LSET, RSET, MID$ of what shows a buffer: that changes, and all that show it; False if it shows none."""
        for file in self._state.files.values():
            for part in file.fields:
                end = part.start + part.width
                if part.variable == variable and file.buffer[part.start : end].decode("latin-1") == old:
                    self._change(file, file.buffer[: part.start] + new.encode("latin-1") + file.buffer[end:])
                    return True
        return False

    def _change(self, file: OpenFile, buffer: bytes) -> None:
        """Give a random file's buffer other bytes. Variables that got another text since FIELD show it no more."""
        variables = self._state.variables
        text = file.buffer.decode("latin-1")
        kept = []
        for part in file.fields:
            key, *subscripts = part.variable
            if subscripts:
                value = variables.element(variables.array_slot(key), tuple(subscripts))
            else:
                value = variables.values[variables.define(key)]
            if value == text[part.start : part.start + part.width]:
                kept.append(part)
        file.fields, file.buffer = kept, buffer
        self._show(file)

    def _show(self, file: OpenFile) -> None:
        """Give the fields' variables what the buffer holds."""
        variables = self._state.variables
        text = file.buffer.decode("latin-1")
        for part in file.fields:
            key, *subscripts = part.variable
            value = text[part.start : part.start + part.width]
            if subscripts:
                variables.set_element(variables.array_slot(key), tuple(subscripts), value)
            else:
                variables.values[variables.define(key)] = value


def _buffer(number: int) -> int:
    return _FIRST_BUFFER + number * _FILE_BYTES


def _count(records: int) -> int | float:
    """A number that may be too large for an integer."""
    return records if records <= 32767 else float(records)
