"""Compression and encryption: what goes in comes out with the right key, and with no other."""

from __future__ import annotations

import sys
import zlib

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session.codec import OPEN, Codec, KeyTrouble
from mbasic_core.session.errors import RecordDamaged, RecordSealed, RecordTooNew

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@given(st.binary(), st.integers(1, 200))
def test_what_goes_in_comes_out(data: bytes, times: int) -> None:
    for codec in (OPEN, Codec([NEW, OLD])):
        assert codec.decode(*codec.encode(data * times)) == data * times


def test_only_what_becomes_smaller_is_compressed() -> None:
    assert OPEN.encode(b"x" * 100) == ("plain", b"x" * 100)
    name, small = OPEN.encode(b"x" * 10_000)
    assert (name, len(small) < 200) == ("zlib", True)
    noise = Fernet.generate_key() * 3 + bytes(range(256)) * 16
    assert OPEN.encode(zlib.compress(noise, 9) * 1)[0] == "plain"


def test_nothing_of_it_can_be_read_without_the_key() -> None:
    name, sealed = Codec([NEW]).encode(b"secret words " * 1000)
    assert name == "zlib+fernet"
    assert b"secret" not in sealed
    assert Codec([NEW]).encode(b"secret")[0] == "fernet"
    for codec in (OPEN, Codec([OTHER])):
        with pytest.raises(RecordSealed, match="MBASIC_STORAGE_KEY"):
            codec.decode(name, sealed)


def test_keys_rotate_and_what_was_plain_stays_readable() -> None:
    old = Codec([OLD]).encode(b"x")
    assert Codec([NEW, OLD]).decode(*old) == b"x"
    with pytest.raises(RecordSealed):
        Codec([OLD]).decode(*Codec([NEW, OLD]).encode(b"x"))
    assert Codec([NEW]).decode("plain", b"x") == b"x"


def test_an_unknown_encoding_is_a_newer_releases() -> None:
    with pytest.raises(RecordTooNew, match="zstd"):
        OPEN.decode("zstd", b"x")


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b"x")[:-1], zlib.compress(b"x") + b"y"])
def test_what_is_not_compressed_data_is_damage(data: bytes) -> None:
    with pytest.raises(RecordDamaged):
        OPEN.decode("zlib", data)


@pytest.mark.parametrize("key", ["short", "ü" * 44, OLD[:-2]], ids=["short", "not ASCII", "cut"])
def test_a_malformed_key_is_one_line_that_does_not_show_it(key: str) -> None:
    with pytest.raises(KeyTrouble, match="key 2 in MBASIC_STORAGE_KEY is no Fernet key") as caught:
        Codec([OLD, key])
    assert key not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    with pytest.raises(KeyTrouble, match=r"pip install 'mbasic-core\[encryption\]'"):
        Codec([OLD])
