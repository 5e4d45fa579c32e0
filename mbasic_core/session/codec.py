"""How the bytes of a record are kept: compressed when that pays, encrypted when the operator gave keys.

Encryption is Fernet (AES-128-CBC with HMAC-SHA256) of the package `cryptography`; the first key encrypts, all of them
decrypt, so keys rotate. What was stored before there were keys stays readable.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mbasic_core.session.errors import RecordDamaged, RecordSealed, RecordTooNew

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["OPEN", "Codec", "KeyTrouble"]

_WORTH = 4_096
"""Bytes below which compressing saves nothing that matters."""
_LEVEL = 1
"""33 KB and 0.9 ms for the 114 KB of a typical session; level 6 makes 31 KB in 3.9 ms."""
_MOST = 1 << 28
"""Bytes that a record may have when it is unpacked: what is stored comes from elsewhere."""
_KNOWN = ("plain", "zlib", "fernet", "zlib+fernet")


class KeyTrouble(ValueError):
    """Keys that cannot be used; the text is one line for the person who set them, and shows none of them."""


class Codec:
    """Encodes bytes under a name that says how, and decodes them; raises KeyTrouble for keys that cannot be used."""

    __slots__ = ("_fernet",)

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._fernet = _fernet(keys) if keys else None

    def encode(self, data: bytes) -> tuple[str, bytes]:
        """Return the encoding's name and the encoded bytes; no bytes stay none."""
        name, encoded = "plain", data
        if len(data) > _WORTH:
            small = zlib.compress(data, _LEVEL)
            if len(small) < len(data):
                name, encoded = "zlib", small
        if self._fernet is None or not data:
            return name, encoded
        sealed = urlsafe_b64decode(self._fernet.encrypt(encoded))
        return ("fernet" if name == "plain" else f"{name}+fernet"), sealed

    def decode(self, name: str, encoded: bytes) -> bytes:
        """Return the bytes. Raises RecordTooNew for an encoding unknown to this release, RecordSealed without the key,
        RecordDamaged for bytes that are no such encoding.
        """
        if name not in _KNOWN:
            raise RecordTooNew(f"encoding {name!r}; this release reads {', '.join(_KNOWN)}")
        if name.endswith("fernet"):
            encoded = self._decrypt(encoded)
        return _inflate(encoded) if name.startswith("zlib") else encoded

    def _decrypt(self, sealed: bytes) -> bytes:
        if self._fernet is None:
            raise RecordSealed("it is encrypted, and MBASIC_STORAGE_KEY is not set")
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(urlsafe_b64encode(sealed))
        except InvalidToken:
            raise RecordSealed("none of the keys in MBASIC_STORAGE_KEY decrypts it") from None


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        whole = inflater.decompress(data, _MOST)
    except zlib.error as error:
        raise RecordDamaged(f"not compressed data: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise RecordDamaged("compressed data that ends too early, goes on too long, or is too much")
    return whole


def _fernet(keys: Sequence[str]) -> MultiFernet:
    try:
        from cryptography.fernet import Fernet, MultiFernet
    except ImportError as error:
        raise KeyTrouble(
            "MBASIC_STORAGE_KEY needs the package cryptography: pip install 'mbasic-core[encryption]'"
        ) from error
    made = []
    for number, key in enumerate(keys, 1):
        try:
            made.append(Fernet(key))
        except ValueError as error:
            raise KeyTrouble(
                f"key {number} in MBASIC_STORAGE_KEY is no Fernet key (32 bytes in URL-safe base64); make one with: "
                "python3 -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
            ) from error
    return MultiFernet(made)


OPEN = Codec()
"""Without keys."""
