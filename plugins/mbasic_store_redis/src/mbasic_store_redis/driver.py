"""What the store knows of redis-py: records and their scripts on the wire, and what its exceptions mean.

Imported with the first store, not with the plugin, so that listing the stores imports no driver.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable
from functools import partial
from hashlib import sha1
from inspect import Parameter, signature
from typing import Any, TypeAlias
from uuid import uuid4

from redis import exceptions
from redis.asyncio import RedisCluster
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.sentinel import MasterNotFoundError

from mbasic_core.storage import Rejected, StoreError, Unavailable

__all__ = ["DELETE", "DENIED", "FAILURES", "HEADER", "MARK", "NO_MASTER", "TOUCH", "Client", "header", "is_cut"]
__all__ += ["is_foreign", "renew", "stranger", "swap", "targets", "together", "translated", "version_of"]

Client: TypeAlias = Any  # redis-py's annotations mix the answers of its two faces, blocking and not

MARK = b"mb1"  # what every record begins with; then a byte, the version's length, and the version; then the data
HEADER = len(MARK) + 1 + 255  # bytes that the longest header has

# Each script answers 1 when the stored version was the right one; a version comes as the header that it makes. The swap
# takes the value from a second key (-1: not there) or from its last argument; -2: what is stored is no record.
_SWAP = """local stored = redis.call('GETRANGE', KEYS[1], 0, 258)
local answer = 0
if stored ~= '' and not stored:find('^mb1.') then answer = -2
elseif stored:sub(1, #ARGV[2]) == ARGV[2] then answer = 1
elseif stored:sub(1, #ARGV[1]) == ARGV[1] and (ARGV[1] ~= '' or stored == '') then
if not KEYS[2] then redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3]) return 1 end
if redis.call('PEXPIRE', KEYS[2], ARGV[3]) == 0 then return -1 end
redis.call('RENAME', KEYS[2], KEYS[1])
return 1
end
if KEYS[2] then redis.call('DEL', KEYS[2]) end
return answer"""
_IF = "return redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] and "
TOUCH = _IF + "redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0"
DELETE = _IF + "redis.call('STRLEN', KEYS[1]) > 3 and redis.call('DEL', KEYS[1]) or 0"
_NAME = sha1(_SWAP.encode(), usedforsecurity=False).hexdigest()
# The name of a command, which redis-py before 5.3 asks for without using it, and later ones warn of.
_NAMED = ("SET",) * (signature(ConnectionPool.get_connection).parameters["command_name"].default is Parameter.empty)

FAILURES = (exceptions.RedisError, exceptions.RedisClusterException, OSError)  # the second is none of the first's
DENIED = (exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError)
NO_MASTER = "No master found for '"
_FOREIGN = "this is no record of a session: remove that key, or give mbasic a namespace of its own"
_USELESS_TEXT = re.compile(r"\.? script: [0-9a-f]{40}, on @user_script:\d+\.?|, with args beginning with.*", re.DOTALL)
# What an answer means, by its first word or by what redis-py makes of that: releases differ, scripts wrap it in a text.
_MEANINGS = (
    (r"NOAUTH|WRONGPASS|(?i:noperm)|DENIED|Auth\w+Error|[Aa]uthentication req|username-pass|AUTH <|can't run this",
     Rejected, "Redis does not let us in"),
    (r"\bOOM\b|OutOfMemoryError|maxmemory", Rejected, "Redis is full"),
    ("CERTIFICATE_VERIFY_FAILED", Rejected, "the server's certificate is not accepted"),
    ("[Cc]luster mode is not enabled|cluster support disabled", Rejected,
     "this server is no part of a cluster: its URL begins with redis: or rediss:"),
    ("MOVED |MovedError", Rejected, "this server is a part of a cluster: its URL begins with redis+cluster:"),
    ("unknown command 'EXISTS'", Rejected, "this server keeps no data: a Sentinel's URL begins with redis+sentinel:"),
    ("READONLY|ReadOnlyError|NOREPLICAS|MISCONF", Unavailable, "Redis answers, but takes no writes now"),
    (r"\b(LOADING|BUSY|UNKILLABLE)\b|BusyLoading|(MASTER|CLUSTER)DOWN|(Master|Cluster)Down|(?i:tryagain)|max number of",
     Unavailable, "Redis answers, but is not ready"),
)  # fmt: skip


def header(version: str) -> bytes:
    """Return what the record of `version` begins with; raises `Rejected` when it is too long for that."""
    text = version.encode()
    if len(text) > 255:
        raise Rejected(f"a version of {len(text)} bytes is longer than 255")
    return MARK + bytes([len(text)]) + text


def version_of(value: bytes) -> str | None:
    """Return the version of the record that begins with `value`; None when it is no record."""
    marked = value.startswith(MARK) and len(value) > len(MARK)
    return value[len(MARK) + 1 : len(MARK) + 1 + value[len(MARK)]].decode("utf-8", "replace") if marked else None


async def swap(client: Client, keys: tuple[str, str], data: bytes, old: bytes, new: bytes, *lives: int) -> bool:
    """Put `new` and `data` under a key, and say whether the header there was `old`, or `new` already.

    keys: that one, and the beginning of one under which the data arrive, so that Lua need not see them (not in a
    cluster, where the keys of a slot that moves may be on two nodes). lives: milliseconds, of the second and the first.
    """
    stored: object = None
    if isinstance(client, RedisCluster):
        swapped: object = await client.eval(_SWAP, 1, keys[0], old, new, lives[1], new + data)
    else:
        call = [2, keys[0], f"{keys[1]}{uuid4().hex}", old, new, lives[1]]
        arrival = ("SET", call[2], (new, data), "PX", lives[0])
        stored, swapped = await together(client, arrival, ("EVALSHA", _NAME, *call))
        if isinstance(swapped, exceptions.NoScriptError):
            swapped = await client.eval(_SWAP, *call)  # which also keeps it for the next time
    if swapped in (0, 1):
        return swapped == 1
    gone = exceptions.TryAgainError(f"what was to become {keys[0]} was gone before it could")
    refusals = [answer for answer in (stored, swapped) if isinstance(answer, Exception)]
    raise (*refusals, stranger() if swapped == -2 else gone)[0]


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

    Without Sentinels those that there are come first instead. Nothing is waited for: turns of a busy loop are slow.
    """
    idle = [] if isinstance(client, RedisCluster) else client.connection_pool._available_connections  # noqa: SLF001 its own
    if isinstance(error, MasterNotFoundError):
        idle.sort(key=lambda connection: connection.is_connected)
        return
    for connection in idle:
        await connection.disconnect(nowait=True)


def targets(client: Client) -> list[dict[str, Any]]:
    """Return the options that send a command to each server that holds a part of the keys."""
    return [{"target_nodes": node} for node in client.get_primaries()] if isinstance(client, RedisCluster) else [{}]


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or leads to a server that is no primary any more: another may serve at once."""
    kinds = (exceptions.ConnectionError, exceptions.ReadOnlyError, ConnectionError)
    return not isinstance(error, DENIED) and (isinstance(error, kinds) or "READONLY" in str(error))


def is_foreign(answer: object) -> bool:
    """Whether what is under the key asked for is no record, so that somebody else has put it there."""
    return isinstance(answer, exceptions.ResponseError) and "WRONGTYPE" in str(answer)


stranger = partial(exceptions.ResponseError, "WRONGTYPE a string that does not begin as a record does")


def translated(error: Exception, where: str, key: str = "") -> StoreError:
    """Return what the contract calls an exception of redis-py; `where` is the URL without its password."""
    if is_foreign(error):
        return Rejected(f"{where}, key {key}: {_FOREIGN} ({error})")
    if isinstance(error, MasterNotFoundError):  # what it says besides, a list of connections, is not for a log
        return Unavailable(f"{where}: {str(error).partition(' : ')[0]}")
    chain: list[BaseException] = [error]
    while inner := chain[-1].__cause__ or chain[-1].__context__:
        if chain[-1].__cause__ is None and not isinstance(inner, OSError):
            break  # that was an earlier try
        chain.append(inner)
    said = [_USELESS_TEXT.sub("", f"{type(one).__name__}: {one}".removesuffix(": ")) for one in chain]
    text, last = f"{where}: {said[0]}", said[-1].partition(": ")[2]
    if last not in text:  # old releases of redis-py do not repeat what was wrong
        text += f" ({last})"
    for pattern, kind, meaning in _MEANINGS:
        if re.search(pattern, " ".join(said)):
            return kind(f"{meaning}, {text}")
    refused = any(isinstance(one, exceptions.ResponseError) for one in chain)
    return Rejected(f"Redis refuses, {text}") if refused else Unavailable(f"Redis does not answer, {text}")
