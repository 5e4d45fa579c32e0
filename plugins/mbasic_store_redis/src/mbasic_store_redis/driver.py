"""What the store knows of redis-py: records and their scripts on the wire, and what its exceptions mean.

Imported with the first store, not with the plugin, so that listing the stores imports no driver.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable
from hashlib import sha1
from inspect import Parameter, signature
from ssl import SSLCertVerificationError
from typing import Any, TypeAlias
from uuid import uuid4

from redis import exceptions
from redis.asyncio import RedisCluster
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.sentinel import MasterNotFoundError

from mbasic_core.storage import Rejected, StoreError, Unavailable

__all__ = [
    "DELETE", "DENIED", "FAILURES", "HEADER", "MARK", "NO_MASTER", "TOUCH", "Client", "header", "is_cut", "is_foreign",
    "renew", "run", "swap", "targets", "together", "translated", "version_of",
]  # fmt: skip

Client: TypeAlias = Any  # redis-py's annotations mix the answers of its two faces, blocking and not

MARK = b"mb1"  # what every record begins with; then a byte, the version's length, and the version; then the data
HEADER = len(MARK) + 1 + 255  # bytes that the longest header has

# Each script answers 1 when the stored version was the right one; a version comes as the header that it makes. The
# swap takes the new value from a second key, and answers -1 when that is not there; or from its last argument.
_SWAP = """local stored = redis.call('GETRANGE', KEYS[1], 0, 258)
local again = stored:sub(1, #ARGV[2]) == ARGV[2]
if again or stored:sub(1, #ARGV[1]) ~= ARGV[1] or (ARGV[1] == '' and stored ~= '') then
if KEYS[2] then redis.call('DEL', KEYS[2]) end
return again and 1 or 0
end
if not KEYS[2] then redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3]) return 1 end
if redis.call('PEXPIRE', KEYS[2], ARGV[3]) == 0 then return -1 end
redis.call('RENAME', KEYS[2], KEYS[1])
return 1"""
_IF = "return redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] and "
TOUCH = _IF + "redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0"
DELETE = _IF + "redis.call('DEL', KEYS[1]) or 0"
_NAMES = {script: sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (_SWAP, TOUCH, DELETE)}
# The name of a command, which redis-py before 5.3 asks for without using it, and later ones warn of.
_NAMED = ("SET",) * (signature(ConnectionPool.get_connection).parameters["command_name"].default is Parameter.empty)

FAILURES = (exceptions.RedisError, exceptions.RedisClusterException, OSError)  # the second is none of the first's
DENIED = (exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError)
_PASSING = (exceptions.ReadOnlyError, exceptions.ClusterDownError, exceptions.TryAgainError)
# The same as text: from within a script some servers answer "ERR Error running script ... -READONLY You can't write".
_DENIED_TEXT = re.compile(r"\b(NOAUTH|WRONGPASS|NOPERM)\b|invalid username-password|[Aa]uthentication required")
_FULL_TEXT = re.compile(r"\bOOM\b|maxmemory")
NO_MASTER = "No master found for '"
_LONE_TEXT = re.compile(r"[Cc]luster mode is not enabled|cluster support disabled")
_SCRIPT_TEXT = re.compile(r"\.? script: [0-9a-f]{40}, on @user_script:\d+\.?")  # of no use to anybody
_PASSING_TEXT = re.compile(r"\b(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNKILLABLE)\b")


def header(version: str) -> bytes:
    """Return what the record of `version` begins with; raises `Rejected` when it is too long for that."""
    text = version.encode()
    if len(text) > 255:
        raise Rejected(f"a version of {len(text)} bytes is longer than 255")
    return MARK + bytes([len(text)]) + text


def version_of(value: bytes) -> str | None:
    """Return the version of the record that begins with `value`; None when it is no record."""
    if not value.startswith(MARK) or len(value) <= len(MARK):
        return None
    return value[len(MARK) + 1 : len(MARK) + 1 + value[len(MARK)]].decode("utf-8", "replace")


async def swap(client: Client, keys: tuple[str, str], data: bytes, old: bytes, new: bytes, *lives: int) -> int:
    """Put `new` and `data` under a key if the header there is `old`: 1, 0 when it is not, -1 when the data got lost.

    keys: that one, and the beginning of one under which the data arrive, so that Lua need not see them (not in a
    cluster, where the keys of a slot that moves may be on two nodes). lives: milliseconds, of the second and the first.
    """
    if isinstance(client, RedisCluster):
        return await run(client, _SWAP, keys[0], old, new, lives[1], new + data)
    call = [2, keys[0], f"{keys[1]}{uuid4().hex}", old, new, lives[1]]
    arrival = ("SET", call[2], (new, data), "PX", lives[0])
    stored, swapped = await together(client, arrival, ("EVALSHA", _NAMES[_SWAP], *call))
    if isinstance(swapped, exceptions.NoScriptError):
        swapped = await client.eval(_SWAP, *call)  # which also keeps it for the next time
    for answer in (stored, swapped) if swapped not in (0, 1) else ():
        if isinstance(answer, Exception):
            raise answer
    return int(swapped)


async def run(client: Client, script: str, key: str, *args: bytes | int) -> bool:
    """Whether `script` found what it looked for."""
    try:
        return bool(await client.evalsha(_NAMES[script], 1, key, *args))
    except exceptions.NoScriptError:
        return bool(await client.eval(script, 1, key, *args))


async def together(client: Client, *commands: tuple[Any, ...]) -> list[Any]:
    """Send commands at once and return their answers, refusals among them; over one connection, but for a cluster.

    On one, a word may come in pieces, a tuple: without redis-py's copies and pipeline a save takes a third less time.
    """
    if isinstance(client, RedisCluster):
        pipeline: Client = client.pipeline()
        for command in commands:
            pipeline.execute_command(*command)
        answers = await pipeline.execute(raise_on_error=False)
        lost = (exceptions.ConnectionError, exceptions.TimeoutError)  # only a call alone learns who is the master now
        return [
            await _answer(client.execute_command(*command)) if isinstance(answer, lost) else answer
            for command, answer in zip(commands, answers, strict=True)
        ]
    connection = await client.connection_pool.get_connection(*_NAMED)
    try:
        await connection.send_packed_command(_packed(commands))
        return [await _answer(connection.read_response()) for _ in commands]
    finally:  # a connection that failed, or was left in the middle, has closed itself
        await client.connection_pool.release(connection)


def _packed(commands: Iterable[tuple[Any, ...]]) -> list[bytes]:
    parts = []
    for command in commands:
        parts.append(b"*%d\r\n" % len(command))
        for word in command:
            pieces = word if isinstance(word, tuple) else (word if isinstance(word, bytes) else str(word).encode(),)
            parts += (b"$%d\r\n" % sum(map(len, pieces)), *pieces, b"\r\n")
    return parts


async def _answer(call: Awaitable[object]) -> object:
    try:
        return await call
    except exceptions.ResponseError as refusal:
        return refusal


async def renew(client: Client, error: Exception) -> None:
    """Close the idle connections after `error`, so that the next call makes one; a cluster client does so itself.

    Without Sentinels those that there are come first instead. Nothing is waited for, as the pool's own method does:
    each turn of a busy event loop would delay the call that is to be repeated.
    """
    idle = [] if isinstance(client, RedisCluster) else client.connection_pool._available_connections  # noqa: SLF001
    if isinstance(error, MasterNotFoundError):
        idle.sort(key=lambda connection: connection.is_connected)
        return
    for connection in idle:
        await connection.disconnect(nowait=True)


def targets(client: Client) -> list[dict[str, Any]]:
    """Return the options that send a command to each server that holds a part of the keys."""
    return [{"target_nodes": node} for node in client.get_primaries()] if isinstance(client, RedisCluster) else [{}]


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or leads to a server that is no master any more: another may serve at once."""
    if isinstance(error, DENIED):
        return False
    kinds = (exceptions.ConnectionError, exceptions.ReadOnlyError, ConnectionError)
    return isinstance(error, kinds) or "READONLY" in str(error)


def is_foreign(answer: object) -> bool:
    """Whether the key asked for is of another type, so that somebody else has put it there."""
    return isinstance(answer, exceptions.ResponseError) and "WRONGTYPE" in str(answer)


def translated(error: Exception, where: str, key: str = "") -> StoreError:
    """Return what the contract calls an exception of redis-py; `where` is the URL without its password."""
    if is_foreign(error) and key:
        where += f", key {key}"
    if isinstance(error, MasterNotFoundError):  # what it says besides, a list of connections, is not for a log
        return Unavailable(f"{where}: {str(error).partition(' : ')[0]}")
    text = _SCRIPT_TEXT.sub("", f"{where}: {type(error).__name__}: {error}".removesuffix(": "))
    root: BaseException = error
    while inner := root.__cause__ or root.__context__:
        root = inner
    if str(root) not in text:  # old releases of redis-py do not repeat what was wrong
        text += f" ({root})"
    if isinstance(error, DENIED) or _DENIED_TEXT.search(text):
        return Rejected(f"Redis does not let us in, {text}")
    if isinstance(error, exceptions.OutOfMemoryError) or _FULL_TEXT.search(str(error)):
        return Rejected(f"Redis is full, {text}")
    if _LONE_TEXT.search(text):
        return Rejected(f"this server is no part of a cluster: its URL begins with redis: or rediss:, {text}")
    if isinstance(root, SSLCertVerificationError):
        return Rejected(f"the server's certificate is not accepted, {text}")
    if isinstance(error, exceptions.ResponseError) and not isinstance(error, _PASSING):
        return (Unavailable if _PASSING_TEXT.search(str(error)) else Rejected)(f"Redis refuses, {text}")
    return Unavailable(f"Redis does not answer, {text}")
