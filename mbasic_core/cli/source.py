"""BASIC programs in files of the host."""

from __future__ import annotations

from mbasic_core.cli.failure import Failure

__all__ = ["decode_program", "read_program"]

_UTF8_MARK = b"\xef\xbb\xbf"
_END_OF_FILE = b"\x1a"
_TOKENISED, _PROTECTED = 0xFF, 0xFE


def read_program(path: str) -> str | bytes:
    """The text of a program file in UTF-8 or Latin-1, with "\\n" line ends; a tokenised or protected one as it is.

    Raises Failure when the file cannot be read or is not text, or has a character that is not in Latin-1.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror}") from error
    if data[:1] and data[0] in (_TOKENISED, _PROTECTED):
        return data
    text = decode_program(data)
    if not text.isascii() and max(text) > "\xff":
        from mbasic_core.session.program import problem  # the page refuses such a program with the same words

        raise Failure(f"{path}: {problem(text)}")
    return text


def decode_program(data: bytes) -> str:
    """Text of a program as any editor or CP/M left it: LF, CR LF or CR line ends, cut at ^Z, without UTF-8's mark.

    What is UTF-8 is read as that. All other bytes are characters of Latin-1, as BASIC has them.
    """
    data = data.removeprefix(_UTF8_MARK).partition(_END_OF_FILE)[0]
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
