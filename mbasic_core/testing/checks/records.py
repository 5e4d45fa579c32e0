"""Checks of what comes back: every byte, under every id, and nothing that was not saved."""

from __future__ import annotations

import random
from uuid import uuid4

from mbasic_core.storage import Conflict, Record, Rejected, SessionStore
from mbasic_core.testing.checks.bench import LIFE, StoreFactory, create, new_id, opened, rivals

__all__ = [
    "check_absent",
    "check_awkward_ids",
    "check_delete",
    "check_every_byte",
    "check_every_character",
    "check_parts_are_separate",
    "check_record_limit",
    "check_seen_by_others",
    "check_sizes",
    "check_versions",
]

_LONGEST = 512  # characters of an id
_FILLED, _EXCEEDED = 8_000_000, 128_000_000  # largest limits, in bytes, that a check tries from below and from above


async def check_absent(make: StoreFactory) -> None:
    """A record that was never saved is None, not an error."""
    async with opened(make) as store:
        assert await store.load(new_id()) is None, "load of an absent record is not None"
        assert await store.versions([new_id()]) == {}, "versions answers for an absent record"
        assert await store.versions([]) == {}, "versions of no ids is not empty"
        await store.ping()


async def check_every_byte(make: StoreFactory) -> None:
    """Each of the 256 bytes comes back as it was, in any order and at the ends."""
    every = bytes(range(256))
    async with opened(make) as store:
        for data in (every, every[::-1], b"\x00", b"\x00\x00tail\x00", b"\xff\xfe\x80", b"line\r\nline\n", b"  edge  "):
            id = new_id()
            version = await create(store, id, data)
            record = await store.load(id)
            unchanged = record == Record(data, version)
            assert unchanged, f"{data[:8]!r}... came back changed"
            assert record is not None
            assert type(record.data) is bytes, f"the data came back as {type(record.data).__name__}, not bytes"


async def check_sizes(make: StoreFactory) -> None:
    """0 bytes and 2 MB (or the store's own limit, if lower) come back, and replace one another."""
    async with opened(make) as store:
        limit = store.traits.max_bytes
        large = random.Random(1).randbytes(2_000_000 if limit is None else min(limit, 2_000_000))  # noqa: S311 no key
        id = new_id()
        expected: str | None = None
        for data in (b"", large, b"x", large[::-1], b""):
            version = uuid4().hex
            await store.save(id, data, version=version, expected=expected, ttl=LIFE)
            record = await store.load(id)
            assert record is not None, f"a record of {len(data)} bytes is absent after its save"
            assert record.version == version, "the version is not the one saved last"
            unchanged = record.data == data  # not in the assert: pytest would compare megabytes line by line
            assert unchanged, f"a record of {len(data)} bytes came back changed ({len(record.data)} bytes)"
            await store.touch(id, expected=version, ttl=LIFE)
            unchanged = await store.load(id) == Record(data, version)
            assert unchanged, f"touch changed a record of {len(data)} bytes"
            expected = version


async def check_record_limit(make: StoreFactory) -> None:
    """A record of exactly `traits.max_bytes` is stored whole; one of a byte more is `Rejected`, and nothing of it is.

    Limits above 8 MB are not filled, and those above 128 MB not exceeded either: such records take what a store in use
    may not have to spare. Give the store of a test a limit of its own where it has an option for that.
    """
    async with opened(make) as store:
        limit = store.traits.max_bytes
        if limit is None:
            return
        id = new_id()
        version = await create(store, id, b"x")
        stored = Record(b"x", version)
        if limit <= _FILLED:
            fits = random.Random(13).randbytes(limit)  # noqa: S311 no secret
            for where, expected in ((new_id(), None), (id, stored.version)):
                version = uuid4().hex
                try:
                    await store.save(where, fits, version=version, expected=expected, ttl=LIFE)
                except Rejected as error:
                    raise AssertionError(f"a record of traits.max_bytes ({limit}) was rejected: {error}") from error
                unchanged = await store.load(where) == Record(fits, version)  # not in the assert: it would print them
                assert unchanged, f"a record of traits.max_bytes ({limit}) came back changed"
            stored = Record(fits, version)
        if limit <= _EXCEEDED:
            absent = new_id()
            for where, expected in ((absent, None), (id, stored.version)):
                try:
                    await store.save(where, bytes(limit + 1), version=uuid4().hex, expected=expected, ttl=LIFE)
                except Rejected:
                    continue
                raise AssertionError(f"a record of a byte more than traits.max_bytes ({limit}) was accepted")
            assert await store.load(absent) is None, "a rejected creation left a record"
            unchanged = await store.load(id) == stored
            assert unchanged, "a rejected save changed the record"


async def check_awkward_ids(make: StoreFactory) -> None:
    """Ids are just text: long ones, wildcards, quotes, braces, letters in both cases; none is taken for another."""
    session = new_id()
    tails = ["%", "%25", "%2F", ":", "*", "?", "[a]", "{", "}", "{x}", "}{", "\\", "'", '"', "`;--", "_", "A", "a"]
    tails += [".", "..", "/", "/a", "/a/b", "//", "/{x}", "/}", "/..", "/*", "/a*", "/" + "long" * 100]
    tails += [first.ljust(_LONGEST - len(session), "x") for first in ("/", "-")]  # a long part, a long session
    async with opened(make) as store:
        saved: dict[str, Record] = {}
        for tail in tails:
            id = session + tail
            data = id.encode()
            saved[id] = Record(data, await _created(store, id, data))
        for id, record in saved.items():
            assert await store.load(id) == record, f"the record of {id!r} is absent or another's"
        versions = {id: record.version for id, record in saved.items()}
        assert await store.versions(saved) == versions, "versions mixes up ids"
        assert {id async for id in store.scan(session)} == set(saved), "scan does not return the ids as they were saved"
        for prefix in saved:
            found = {id async for id in store.scan(prefix)}
            right = {id for id in saved if id.startswith(prefix)}
            assert found == right, f"scan({prefix!r}) finds {sorted(found)}, not {sorted(right)}"


async def check_every_character(make: StoreFactory) -> None:
    """Each printable character of ASCII may be in an id, and makes it another one."""
    session = new_id()
    printable = [chr(code) for code in range(ord("!"), ord("~") + 1)]
    async with opened(make) as store:
        saved = {session + tail: await _created(store, session + tail) for tail in [*printable, "".join(printable)]}
        for id, version in saved.items():
            assert await store.load(id) == Record(b"first", version), f"the record of {id!r} is absent or another's"
        assert {id async for id in store.scan(session)} == set(saved), "scan does not return the ids as they were saved"


async def check_parts_are_separate(make: StoreFactory) -> None:
    """`<session>` and `<session>/<part>` are records of their own: deleting one leaves the others."""
    session = new_id()
    ids = [session, f"{session}/disk/1", f"{session}/disk/2", f"{session}x"]
    async with opened(make) as store:
        for id in ids:
            await create(store, id, id.encode())
        await store.delete(session)
        assert await store.load(session) is None, "a deleted record is still there"
        for id in ids[1:]:
            record = await store.load(id)
            assert record is not None, f"deleting {session!r} took {id!r} with it"
            assert record.data == id.encode(), f"deleting {session!r} changed {id!r}"


async def check_delete(make: StoreFactory) -> None:
    """Delete removes what it was asked to, says whether it did, and never raises `Conflict`."""
    async with opened(make) as store:
        id = new_id()
        assert await store.delete(id) is False, "delete of an absent record is not False"
        assert await store.delete(id, expected=uuid4().hex) is False, "delete of an absent version is not False"
        version = await create(store, id)
        for wrong in (uuid4().hex, version[:-1], version + "0"):
            try:
                removed = await store.delete(id, expected=wrong)
            except Conflict as error:
                raise AssertionError("delete with a wrong version raised Conflict; it is False") from error
            assert removed is False, "delete with a wrong version is not False"
        assert await store.load(id) == Record(b"first", version), "delete with a wrong version changed the record"
        assert await store.delete(id, expected=version) is True, "delete with the right version is not True"
        assert await store.load(id) is None, "delete with the right version left the record"
        await create(store, id)
        assert await store.delete(id) is True, "delete without a version is not True"
        assert await store.load(id) is None, "delete without a version left the record"
        assert await store.delete(id) is False, "the second delete is not False"


async def check_versions(make: StoreFactory) -> None:
    """`versions` answers for many ids at once, with the stored version of each; absent ones are left out."""
    async with opened(make) as store:
        ids = [new_id() for _ in range(40)]
        saved = {id: await create(store, id) for id in ids[:30]}
        assert await store.versions(ids) == saved, "versions does not tell the stored versions"
        assert await store.versions(iter(ids + ids)) == saved, "versions fails for an iterator, or for ids given twice"
        many = [f"{id}/{n}" for id in ids for n in range(30)]  # as many as a server may have sessions, and more
        assert await store.versions([*many, *ids, *many]) == saved, f"versions fails for {2 * len(many) + len(ids)} ids"
        newest = uuid4().hex
        await store.save(ids[0], b"second", version=newest, expected=saved[ids[0]], ttl=LIFE)
        assert await store.versions(ids[:1]) == {ids[0]: newest}, "versions tells an old version"


async def check_seen_by_others(make: StoreFactory) -> None:
    """What one process saved or deleted is what another one finds, at once, though it looked before."""
    async with rivals(make, 2) as (one, other):
        id = new_id()
        for store in (one, other):
            assert await store.load(id) is None, "load of an absent record is not None"
            assert await store.versions([id]) == {}, "versions answers for an absent record"
        version: str | None = None
        for turn in range(10):
            writer, reader = (one, other) if turn % 2 else (other, one)
            newest = uuid4().hex
            await writer.save(id, str(turn).encode(), version=newest, expected=version, ttl=LIFE)
            record = await reader.load(id)
            assert record == Record(str(turn).encode(), newest), "a confirmed save is not what the next load returns"
            assert await reader.versions([id]) == {id: newest}, "versions does not tell what another process saved"
            version = newest
        await one.delete(id)
        assert await other.load(id) is None, "a record that another process deleted is still there"
        assert await other.versions([id]) == {}, "versions answers for what another process deleted"
        again = await create(other, id, b"again")
        assert await one.load(id) == Record(b"again", again), "what another process created again is not there"


async def _created(store: SessionStore, id: str, data: bytes = b"first") -> str:
    """Save a new record under an awkward id, and return its version."""
    try:
        return await create(store, id, data)
    except Conflict as error:
        raise AssertionError(f"{id!r} cannot be created, for the store takes another id for the same") from error
    except Rejected as error:
        raise AssertionError(f"{id!r}, of {len(id)} characters, is refused as an id: {error}") from error
