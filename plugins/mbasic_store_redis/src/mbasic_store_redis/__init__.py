"""Sessions kept in Redis or Valkey, alone, behind Sentinel or as a cluster, shared by every process that reaches it.

A record is a string of a header, which holds the version, and the bytes, with an expiry, under
`<namespace>{<session>}<rest of the id>`: the braces make a cluster keep all records of a session on one node. A save is
one round trip: SET of a key of its own, so that the bytes need not pass through Lua, and a script that compares the
versions and gives the new string the record's name, in one atomic step. (In a cluster, the script takes the bytes too.)
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from mbasic_core.storage import Conflict, Record, Rejected, SessionStore, StoreConfig, StoreSpec, Traits, hookimpl

if TYPE_CHECKING:
    from mbasic_store_redis.driver import Client

__all__ = ["RedisStore", "mbasic_stores"]

T = TypeVar("T")
logger = logging.getLogger(__name__)
_AT_ONCE = 64  # calls of one store that are under way; more wait for their turn, within their deadline


@hookimpl
def mbasic_stores() -> list[StoreSpec]:
    """Serve one scheme for each way to reach Redis."""
    return [
        StoreSpec("redis", RedisStore, "Redis or Valkey: redis://host:6379/0"),
        StoreSpec("rediss", RedisStore, "One server over TLS: rediss://user:password@host:6379/0"),
        StoreSpec("redis+unix", RedisStore, "By a socket of this host: redis+unix:///run/redis.sock?db=0"),
        StoreSpec("redis+sentinel", RedisStore, "A primary found by Sentinel: redis+sentinel://host:26379/service/0"),
        StoreSpec("redis+cluster", RedisStore, "A Redis Cluster: redis+cluster://host:6379,..."),
    ]


class RedisStore(SessionStore):
    """A store over redis-py 5.0.1 or newer; raises `Rejected` for a URL that redis-py cannot use."""

    def __init__(self, config: StoreConfig) -> None:
        from mbasic_store_redis import clients, driver  # here: they import redis-py, and listing the stores must not

        self._clients, self._driver = clients, driver
        self._config, self._where = config, clients.redact(config.url)
        self._prefix = config.namespace + "{"
        self._client: Client = None
        self._owned: list[Client] = []
        self._slots = asyncio.Semaphore(_AT_ONCE)
        clients.connect(config)  # tells now whether the URL makes sense

    async def open(self) -> None:
        self._client, self._owned = self._clients.connect(self._config)
        try:
            await self.ping()
            self.traits = Traits(scope="network", durable=await self._is_durable())
        except BaseException as error:
            error = await self._clients.explained(error, self._config.url, self._owned)
            await self.close()
            raise error from None

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
        key, mark = self._key(id), len(self._driver.MARK)
        value = await self._call(lambda client: client.get(key), key=key)
        if value is None:
            return None
        if (version := self._driver.version_of(value)) is None:
            raise self._driver.translated(self._driver.stranger(), self._where, key)
        return Record(value[mark + 1 + value[mark] :], version)

    async def save(self, id: str, data: bytes, *, version: str, expected: str | None, ttl: float) -> None:
        key, spare, new = self._key(id), f"{self._prefix}{_tag(id)}}}~", self._driver.header(version)
        old = b"" if expected is None else self._driver.header(expected)
        lives = round(max(1.0, self._config.timeout) * 1000), _milliseconds(ttl)
        swap = self._driver.swap
        if not await self._call(lambda client: swap(client, (key, spare), data, old, new, *lives), key=key):
            raise Conflict(f"{id} is not at version {expected}")

    async def touch(self, id: str, *, expected: str, ttl: float) -> None:
        if not await self._run(self._driver.TOUCH, id, self._driver.header(expected), _milliseconds(ttl)):
            raise Conflict(f"{id} is not at version {expected}")

    async def delete(self, id: str, *, expected: str | None = None) -> bool:
        header = self._driver.MARK if expected is None else self._driver.header(expected)
        return await self._run(self._driver.DELETE, id, header, again=False)  # a second could not tell who removed it

    async def scan(self, prefix: str = "") -> AsyncIterator[str]:
        _, slash, part = prefix.partition("/")
        wanted = self._prefix + (_tag(prefix) if prefix else "") + ("}/" + part if slash else "")
        pattern = re.sub(r"([*?\[\]\\^-])", r"\\\1", wanted) + "*"
        self._check_open()
        for target in self._driver.targets(self._client):
            cursor: Any = None
            while cursor != 0:
                options = {"cursor": cursor or 0, "match": pattern, "count": 500, "_type": "STRING", **target}
                cursor, keys = await self._call(lambda client, options=options: client.scan(**options))
                ids = [id for id in map(self._id, keys) if id is not None and id.startswith(prefix)]
                for id in await self.versions(ids):  # no string of somebody else, which is no session's
                    yield id
                cursor = next(iter(cursor.values())) if isinstance(cursor, dict) else cursor

    async def ping(self) -> None:
        await self._call(lambda client: client.exists(self._key("ping")))  # PING goes to every replica of a cluster

    async def versions(self, ids: Iterable[str]) -> dict[str, str]:
        asked = {id: ("GETRANGE", self._key(id), 0, self._driver.HEADER - 1) for id in ids}

        async def ask(client: Client) -> list[bytes]:
            answers = await self._driver.together(client, *asked.values()) if asked else []
            for answer in answers:
                if isinstance(answer, Exception) and not self._driver.is_foreign(answer):
                    raise answer
            return [b"" if isinstance(answer, Exception) else answer for answer in answers]

        found = zip(asked, map(self._driver.version_of, await self._call(ask)), strict=True)
        return {id: version for id, version in found if version is not None}

    async def _is_durable(self) -> bool:
        """Whether every server is known to write an append-only file; warns in the log of what may lose sessions."""

        async def ask(client: Client) -> list[dict[str, Any]]:
            return [await client.info(**target) for target in self._driver.targets(client)]

        try:
            reports = await self._call(ask)
        except Rejected as error:
            logger.warning("it is not known whether it outlives a restart: %s", error)
            return False
        if any(report.get("aof_enabled") == 0 for report in reports):
            logger.warning("%s: appendonly is no: a restart loses what came after the last dump, if any", self._where)
        if any(report.get("role") == "slave" for report in reports):
            logger.warning("%s: this server is a replica, and takes no writes now", self._where)
        for policy in {report.get("maxmemory_policy", "noeviction") for report in reports} - {"noeviction"}:
            logger.warning("%s: maxmemory-policy is %s: sessions in use are removed for room", self._where, policy)
        return all(report.get("aof_enabled") == 1 for report in reports)

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
                    await self._driver.renew(client, error)
                    if not again:
                        raise
                return await work(client)  # here, so that what it raises has no other cause
        except self._driver.FAILURES as error:
            raise self._driver.translated(error, self._where, key) from error

    async def _run(self, script: str, id: str, *args: bytes | int, again: bool = True) -> bool:
        key = self._key(id)
        return bool(await self._call(lambda client: client.eval(script, 1, key, *args), again=again, key=key))

    def _key(self, id: str) -> str:
        _, slash, part = id.partition("/")
        return f"{self._prefix}{_tag(id)}}}{slash}{part}"

    def _id(self, key: bytes) -> str | None:
        tag, slash, part = key.decode("utf-8", "replace").removeprefix(self._prefix).partition("/")
        return tag[tag.startswith("{") : -1] + slash + part if tag.endswith("}") else None


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _tag(id: str) -> str:
    """Return the session of `id` as it stands in a key; were it to begin with a brace, it would be no hash tag."""
    session = id.partition("/")[0]
    return session if session and session[0] not in "{}" else "{" + session
