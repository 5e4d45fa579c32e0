"""Sessions kept in Redis or Valkey, alone, behind Sentinel or as a cluster, shared by every process that reaches it.

A record is a hash {d: bytes, v: version} with an expiry, under `<namespace>{<session>}<rest of the id>`: the braces
make a cluster keep all records of a session on one node. A write is a Lua script: one atomic step, one round trip.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from hashlib import sha1
from typing import TYPE_CHECKING, Any, TypeVar

from mbasic_core.storage import (
    Conflict,
    Record,
    Rejected,
    SessionStore,
    StoreConfig,
    StoreSpec,
    Traits,
    hookimpl,
    redact,
)

if TYPE_CHECKING:
    from mbasic_store_redis.driver import Client

__all__ = ["RedisStore", "mbasic_stores"]

T = TypeVar("T")

_AT_ONCE = 64  # calls of one store that are under way; more wait for their turn, within their deadline

# Each script answers 1 when the stored version was the right one. An absent record has the version ''.
_SAVE = """local stored = redis.call('HGET', KEYS[1], 'v') or ''
if stored == ARGV[2] then return 1 end
if stored ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'd', ARGV[1], 'v', ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[4])"""
_TOUCH = "return redis.call('HGET', KEYS[1], 'v') == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0"
_DELETE = """local stored = redis.call('HGET', KEYS[1], 'v')
return stored and (ARGV[1] == '' or ARGV[1] == stored) and redis.call('DEL', KEYS[1]) or 0"""
_NAMES = {script: sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (_SAVE, _TOUCH, _DELETE)}


@hookimpl
def mbasic_stores() -> list[StoreSpec]:
    """Serve one scheme for each way to reach Redis."""
    return [
        StoreSpec("redis", RedisStore, "Redis or Valkey: redis://host:6379/0"),
        StoreSpec("rediss", RedisStore, "The same over TLS: rediss://user:password@host:6379/0"),
        StoreSpec("redis+unix", RedisStore, "By a socket of this host: redis+unix:///run/redis.sock?db=0"),
        StoreSpec("redis+sentinel", RedisStore, "A master found by Sentinel: redis+sentinel://host:26379/service/0"),
        StoreSpec("redis+cluster", RedisStore, "A Redis Cluster: redis+cluster://host:6379,..."),
    ]


class RedisStore(SessionStore):
    """A store over redis-py 5.0.1 or newer; raises `Rejected` for a URL that redis-py cannot use."""

    def __init__(self, config: StoreConfig) -> None:
        from mbasic_store_redis import driver  # here, for it imports redis-py, and listing the stores must not

        self._driver = driver
        self._config = config
        self._where = redact(config.url)
        self._cluster = config.url.lower().startswith("redis+cluster")
        self._prefix = config.namespace + "{"
        self._client: Client = None
        self._owned: list[Client] = []
        self._slots = asyncio.Semaphore(_AT_ONCE)
        driver.connect(config)  # tells now whether the URL makes sense

    async def open(self) -> None:
        self._client, self._owned = self._driver.connect(self._config)
        try:
            await self.ping()
            self.traits = Traits(scope="network", durable=await self._keeps_a_log())
        except BaseException as error:
            await self.close()
            self._driver.explain(error, self._config.url)
            raise

    async def close(self) -> None:
        if self._client is None:
            return
        self._client, owned, self._owned = None, self._owned, []
        try:
            for _ in range(_AT_ONCE):  # calls in flight end first, each has its deadline
                await self._slots.acquire()
        finally:
            self._slots = asyncio.Semaphore(_AT_ONCE)
            for client in owned:
                with suppress(*self._driver.FAILURES):
                    await client.aclose()

    async def load(self, id: str) -> Record | None:
        data, version = await self._call(lambda client: client.hmget(self._key(id), "d", "v"), key=self._key(id))
        return None if version is None else Record(data, version.decode())

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        if not await self._run(_SAVE, id, data, version, expected or "", max(1, round(ttl * 1000))):
            raise Conflict(f"{id} is not at version {expected}")

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        if not await self._run(_TOUCH, id, expected, max(1, round(ttl * 1000))):
            raise Conflict(f"{id} is not at version {expected}")

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        return await self._run(_DELETE, id, expected or "", again=False)  # a second try could not tell who removed it

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        session, slash, part = prefix.partition("/")
        wanted = self._prefix + session + ("}/" + part if slash else "")
        pattern = re.sub(r"([*?\[\]\\^-])", r"\\\1", wanted) + "*"
        self._check_open()
        nodes = self._client.get_primaries() if self._cluster else []
        for target in [{"target_nodes": node} for node in nodes] or [{}]:
            cursor: Any = 0
            while True:
                options = {"cursor": cursor, "match": pattern, "count": 500, "_type": "HASH", **target}
                cursor, keys = await self._call(lambda client, options=options: client.scan(**options))
                for id in map(self._id, keys):
                    if id is not None and id.startswith(prefix):
                        yield id
                cursor = next(iter(cursor.values())) if isinstance(cursor, dict) else cursor
                if not cursor:
                    break

    async def ping(self) -> None:
        await self._call(lambda client: client.exists(self._key("ping")))  # PING goes to every replica of a cluster

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        unique = list(dict.fromkeys(ids))

        async def ask(client: Client) -> list[bytes | None]:
            pipeline = client.pipeline(transaction=False)
            for id in unique:
                pipeline.hget(self._key(id), "v")
            return self._driver.checked(await pipeline.execute(raise_on_error=False)) if unique else []

        found = await self._call(ask)
        return {id: version.decode() for id, version in zip(unique, found, strict=True) if version is not None}

    def _check_open(self) -> None:
        if self._client is None:
            raise Rejected("the Redis store is not open")

    async def _call(self, work: Callable[..., Awaitable[T]], *, again: bool = True, key: str = "") -> T:
        """Return what `work` does with the client, within the deadline; only `StoreError` leaves it, naming `key`.

        After a cut connection, as after a restart of the server, the idle ones go too and `work` is done once `again`:
        at worst it finds its own version stored.
        """
        try:
            async with asyncio.timeout(self._config.timeout), self._slots:
                self._check_open()
                client = self._client
                try:
                    return await work(client)
                except self._driver.FAILURES as error:
                    if not self._driver.is_cut(error):
                        raise
                    await self._driver.drop_idle_connections(client)
                    if not again:
                        raise
                    return await work(client)
        except self._driver.FAILURES as error:
            raise self._driver.translated(error, self._where, key) from error

    async def _run(self, script: str, id: str, *args: bytes | str | int, again: bool = True) -> bool:
        async def run(client: Client) -> object:
            try:
                return await client.evalsha(_NAMES[script], 1, self._key(id), *args)
            except self._driver.NoScript:
                return await client.eval(script, 1, self._key(id), *args)  # which also keeps it for the next time

        return bool(await self._call(run, again=again, key=self._key(id)))

    async def _keeps_a_log(self) -> bool:
        """Whether every server writes an append-only file; False when it will not say."""
        try:
            every = {"target_nodes": self._client.PRIMARIES} if self._cluster else {}
            info = await self._call(lambda client: client.info("persistence", **every))
        except Rejected:
            return False
        reports = [info] if "aof_enabled" in info else [report for report in info.values() if isinstance(report, dict)]
        return bool(reports) and all(report.get("aof_enabled") == 1 for report in reports)

    def _key(self, id: str) -> str:
        session, slash, part = id.partition("/")
        return f"{self._prefix}{session}}}{slash}{part}"

    def _id(self, key: bytes) -> str | None:
        session, slash, part = key.decode("utf-8", "replace").removeprefix(self._prefix).partition("/")
        return session[:-1] + slash + part if session.endswith("}") else None
