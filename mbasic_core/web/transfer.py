"""Files on their way between a page and its session's disk, in pieces that hold up nobody."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import Any

from mbasic_core.session import Session
from mbasic_core.web.inputs import MAX_TEXT, BadInput, byte_string, number

__all__ = ["Transfer"]

Message = dict[str, Any]

PIECE = 192 * 1024
"""Bytes in one piece of a file that goes to a page."""
_UPLOADS = 2  # of one page, that have come and are not on the disk yet
_MAX_NAME = 64


class Transfer:
    """One page's files under way.

    What comes is only kept until an input of the page says under which name it is to be stored; the page keeps it as
    well until that is done, and sends it again to a process that does not have it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._uploads: dict[str, bytearray] = {}
        self._given = ("", b"")

    def take(self, message: object) -> Message:
        """Add a piece to an upload; the answer says how many bytes there are, or why there may be no more."""
        try:
            upload, offset, data = _piece(message)
        except BadInput as problem:
            return {"problem": f"That was not sent: {problem}."}
        if not offset:
            self._uploads.pop(upload, None)
            self._uploads[upload] = bytearray()
            for oldest in list(self._uploads)[:-_UPLOADS]:
                del self._uploads[oldest]
        came = self._uploads.get(upload)
        if came is None or offset != len(came):
            return {"problem": "a piece before it is missing"}
        if len(came) + len(data) > self._session.files.quota:
            del self._uploads[upload]
            return {"problem": f"A disk holds {self._session.files.quota:,} bytes."}
        came += data
        return {"size": len(came)}

    def staged(self, message: object) -> bytes | None:
        """The whole file that an input means, if all of it has come."""
        match message:
            case {"upload": str() as upload, "size": int() as size} if len(self._uploads.get(upload, b"")) == size:
                return bytes(self._uploads[upload]) if upload in self._uploads else None
            case _:
                return None

    def drop(self, message: object) -> None:
        """An input is done with its upload."""
        match message:
            case {"upload": str() as upload}:
                self._uploads.pop(upload, None)

    def give(self, message: object) -> Message:
        """A piece of a file for the page, and the file's size: of the file as it was when its first piece was given."""
        try:
            if not isinstance(message, dict):
                raise BadInput("not a message")
            name, offset = byte_string(message, "name", limit=_MAX_NAME), number(message, "offset")
        except BadInput as problem:
            return {"problem": f"That was not sent: {problem}."}
        if offset <= 0:
            found = self._session.files.read(name)
            if found is None:
                return {"problem": f"{name}: File not found."}
            self._given = (name, found)
        if self._given[0] != name:
            return {"problem": f"{name}: the connection was lost meanwhile. Try again."}
        data = self._given[1]
        if offset + PIECE >= len(data):
            self._given = ("", b"")
        return {"size": len(data), "data": b64encode(data[max(offset, 0) : offset + PIECE]).decode("ascii")}


def _piece(message: object) -> tuple[str, int, bytes]:
    if not isinstance(message, dict):
        raise BadInput("not a message")
    upload, text = byte_string(message, "upload", limit=_MAX_NAME), byte_string(message, "data", limit=MAX_TEXT)
    offset = number(message, "offset")
    try:
        return upload, offset, b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("data is not base64") from error
