"""Reading and writing a file character by character: PRINT#, WRITE#, INPUT#, LINE INPUT#, INPUT$."""

from __future__ import annotations

import re
from collections.abc import Callable

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.numeric import convert, literals
from mbasic_core.runtime.device import Device
from mbasic_core.runtime.disk import Disk
from mbasic_core.runtime.items import Value
from mbasic_core.runtime.state import OpenFile
from mbasic_core.runtime.strings import LONGEST

__all__ = ["Reader", "Writer"]

BLOCK = 8192
"""Characters that collect before they go to the disk."""

END_OF_TEXT = 0x1A
_BLANK, _COMMA, _QUOTE, _CR, _LF = b' ,"\r\n'
_BLANKS = re.compile(b" *")
_NOTHING, _NOTHING_IN_TEXT = re.compile(rb"\0*+"), re.compile(rb"(?:\0++|\n\r)*+")
"""Bytes of which a value has none, however many there are: a file may hold a million."""


class Writer(Device):
    """PRINT# to a sequential file, or into the buffer of a random one."""

    def __init__(self, file: OpenFile, disk: Disk, change: Callable[[OpenFile, bytes], None]) -> None:
        """`change` gives a random file's buffer other bytes."""
        self._file = file
        self._disk = disk
        self._change = change

    @property
    def column(self) -> int:  # type: ignore[override]  # the state holds it, so that it survives snapshots
        return self._file.column

    def write(self, text: str) -> None:
        self._send(text.encode("latin-1"))
        self._file.column += len(text)

    def newline(self) -> None:
        self._send(b"\r\n")
        self._file.column = 0

    def end(self) -> None:
        """End what WRITE# writes: a random file's record is filled up with blanks before it.

        A record that has just room for the end of the line is no use, as in the original: FIELD overflow.
        """
        file = self._file
        if file.mode == "R":
            rest = file.length - file.offset - 2
            self.write(" " * (rest or 1) if rest >= 0 else "")
        self.newline()

    def _send(self, data: bytes) -> None:
        file = self._file
        if file.mode == "R":
            end = file.offset + len(data)
            if end > file.length:
                raise BasicError(ErrorCode.FIELD_OVERFLOW)
            self._change(file, file.buffer[: file.offset] + data + file.buffer[end:])
            file.offset = end
            return
        file.buffer += data
        if len(file.buffer) >= BLOCK:
            self._disk.append(file.name, file.buffer)
            file.buffer = b""


class Reader:
    """INPUT# from a sequential file, or from the buffer of a random one; `OpenFile.offset` is how far it got."""

    def __init__(self, file: OpenFile, disk: Disk, fault: Callable[[ErrorCode], None]) -> None:
        self._file = file
        self._fault = fault
        self._data = file.buffer if file.mode == "R" else disk.read(file.name) or b""

    def at_end(self) -> bool:
        offset = self._file.offset
        return offset >= len(self._data) or self._data[offset] == END_OF_TEXT

    def _next(self) -> int:
        """The next byte; raises Input past end."""
        if self.at_end():
            raise BasicError(ErrorCode.INPUT_PAST_END)
        byte = self._data[self._file.offset]
        self._file.offset += 1
        return byte

    def take(self, count: int) -> str:
        """INPUT$(count, #n)."""
        if not 1 <= count <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        return bytes(self._next() for _ in range(count)).decode("latin-1")

    def line(self) -> str:
        """LINE INPUT#: up to CR, and a LF behind it; other LFs belong to the line, and so does a CR behind one."""
        return self._gather(self._next(), b"").decode("latin-1")

    def item(self, type_: str) -> Value:
        """The next value of INPUT#. A number ends at blank, comma or CR, a string at comma, quote or CR.

        Only blanks are skipped before it, so that an empty line is an empty text, or 0. A LF without CR before it ends
        nothing: it is left out, and so is a CR behind it.
        """
        self._pass(_BLANKS)
        byte = self._next()
        if type_ == "$":
            return self._string(byte)
        text = self._gather(byte, b", ").decode("latin-1")
        value, _ = literals.read_number(text, 0, self._fault, double=type_ == "D")
        value = 0 if value is None else value
        if type_ == "I":
            return convert.cint(value)
        return convert.csng(value, self._fault) if type_ == "S" else convert.cdbl(value)

    def _string(self, byte: int) -> str:
        if byte != _QUOTE:
            return self._gather(byte, b",").decode("latin-1").rstrip(" ")
        return "" if self.at_end() else self._gather(self._next(), b'"').decode("latin-1")

    def _gather(self, byte: int, ends: bytes) -> bytes:
        """Characters from `byte` up to one of `ends`: those of a number, a text, a quoted one; none for a line."""
        found = bytearray()
        while True:
            if byte == _LF and ends != b'"':
                if ends != b",":
                    found.append(byte)
                if len(found) == LONGEST or self.at_end():
                    break
                byte = self._next()
                if byte == _CR and ends:
                    byte = 0
            elif byte == _CR and ends != b'"':
                self._skip(b"\n", 1)
                break
            if byte in ends:
                if byte != _COMMA:
                    self._delimiter()
                break
            if byte:
                found.append(byte)
            if len(found) == LONGEST:
                break
            self._pass(_NOTHING_IN_TEXT if ends == b"," else _NOTHING)
            if self.at_end():
                break
            byte = self._next()
        return bytes(found)

    def _delimiter(self) -> None:
        """Blanks behind a number or a quote, then one comma or line end."""
        self._pass(_BLANKS)
        if not self._skip(b",", 1) and self._skip(b"\r", 1):
            self._skip(b"\n", 1)

    def _pass(self, run: re.Pattern[bytes]) -> None:
        found = run.match(self._data, self._file.offset)
        self._file.offset = found.end() if found else self._file.offset

    def _skip(self, wanted: bytes, most: int) -> int:
        skipped = 0
        while skipped < most and not self.at_end() and self._data[self._file.offset] in wanted:
            self._file.offset += 1
            skipped += 1
        return skipped
