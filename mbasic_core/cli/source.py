"""BASIC programs in files of the host."""

from __future__ import annotations

from mbasic_core.cli.failure import Failure

__all__ = ["decode_program", "read_program"]

_UTF8_MARK = b"\xef\xbb\xbf"
_END_OF_FILE = b"\x1a"
_TOKENISED, _PROTECTED = 0xFF, 0xFE


def read_program(path: str) -> str:
    """The text of a program file, one character for each byte, with "\\n" line ends.

    Raises Failure when the file cannot be read or is not text.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as problem:
        raise Failure(f"cannot read {path}: {problem.strerror}") from problem
    if data[:1] and data[0] in (_TOKENISED, _PROTECTED):
        raise Failure(f'{path} is a binary program; save it as text first: SAVE "NAME",A')
    return decode_program(data)


def decode_program(data: bytes) -> str:
    """Text of a program as any editor or CP/M left it: LF, CR LF or CR line ends, cut at ^Z, without UTF-8's mark."""
    data = data.removeprefix(_UTF8_MARK).partition(_END_OF_FILE)[0]
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("latin-1")
