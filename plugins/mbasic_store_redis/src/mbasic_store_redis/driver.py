"""What the store knows of redis-py: how a URL becomes a client, and what its exceptions mean.

Imported with the first store, not with the plugin, so that listing the stores imports no driver.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from mbasic_core.storage import Rejected, StoreConfig, StoreError, Unavailable, redact

__all__ = ["FAILURES", "Client", "NoScript", "connect", "drop_idle_connections", "is_cut", "translated"]

Client: TypeAlias = Any  # redis-py's annotations mix the answers of its two faces, blocking and not
FAILURES = (exceptions.RedisError, OSError)
NoScript = exceptions.NoScriptError

_DENIED = (exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError)
_PASSING = (exceptions.ReadOnlyError, exceptions.ClusterDownError, exceptions.TryAgainError)
# The same as text: from within a script some servers answer "ERR Error running script ... -READONLY You can't write".
_DENIED_TEXT = re.compile(r"\b(NOAUTH|WRONGPASS|NOPERM)\b")
_FULL_TEXT = re.compile(r"\bOOM\b|maxmemory")
_PASSING_TEXT = re.compile(r"\b(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNKILLABLE)\b")


def connect(config: StoreConfig) -> tuple[Client, list[Client]]:
    """Return a client that has not connected yet, and all clients to be closed in the end; the first one is among them.

    redis-py retries nothing by itself; only a cluster client tries once more, after it has learnt the new layout.
    Raises `Rejected` when the URL makes no sense.
    """
    kind, _, rest = config.url.strip().partition(":")
    try:
        match kind.lower():
            case "redis+unix":
                return _alone(f"unix:{rest}", config.timeout)
            case "redis+sentinel":
                return _sentinel(rest, config.timeout)
            case "redis+cluster":
                return _cluster(rest, config.timeout)
            case scheme:
                return _alone(f"{scheme}:{rest}", config.timeout)
    except (TypeError, ValueError, exceptions.RedisError) as error:
        shown = redact(config.url)
        cause = f": {error}" if shown == config.url else ""  # the text of an error may quote a part of the password
        raise Rejected(f"{shown} is no URL that Redis can be reached by{cause}") from None


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or leads to a server that is no master any more: a new one may serve at once."""
    if isinstance(error, _DENIED):
        return False
    kinds = (exceptions.ConnectionError, exceptions.ReadOnlyError, ConnectionError)
    return isinstance(error, kinds) or "READONLY" in str(error)


async def drop_idle_connections(client: Client) -> None:
    """Close the connections that nobody uses now, so that the next call makes one; a cluster client does so itself."""
    if hasattr(client, "connection_pool"):
        await client.connection_pool.disconnect(inuse_connections=False)


def translated(error: Exception, where: str) -> StoreError:
    """Return what the contract calls an exception of redis-py; `where` is the URL without its password."""
    text = f"{where}: {type(error).__name__}: {error}".removesuffix(": ")
    root: BaseException = error
    while inner := root.__cause__ or root.__context__:
        root = inner
    if str(root) not in text:  # old releases of redis-py do not repeat what was wrong
        text += f" ({root})"
    if isinstance(error, _DENIED) or _DENIED_TEXT.search(str(error)):
        return Rejected(f"Redis does not let us in, {text}")
    if isinstance(error, exceptions.OutOfMemoryError) or _FULL_TEXT.search(str(error)):
        return Rejected(f"Redis is full, {text}")
    if isinstance(error, exceptions.ResponseError) and not isinstance(error, _PASSING):
        return (Unavailable if _PASSING_TEXT.search(str(error)) else Rejected)(f"Redis refuses, {text}")
    return Unavailable(f"Redis does not answer, {text}")


def _alone(url: str, timeout: float) -> tuple[Client, list[Client]]:
    client = Redis.from_url(url, **_limits(timeout))
    pool = client.connection_pool
    pool.connection_class(**pool.connection_kwargs)  # raises TypeError for an option that does not exist
    return client, [client]


def _sentinel(rest: str, timeout: float) -> tuple[Client, list[Client]]:
    hosts, options = _hosts_and_options(rest, 26379)
    service, _, database = urlsplit(f"redis:{rest}").path.strip("/").partition("/")
    if not service:
        raise ValueError("it names no service, as in redis+sentinel://host:26379/mymaster/0")
    # A sentinel that does not answer must leave time to ask the next one.
    to_sentinel = {**_limits(timeout / (len(hosts) + 1)), "ssl": options.get("ssl", False)}
    for name in ("username", "password"):
        if f"sentinel_{name}" in options:
            to_sentinel[name] = options.pop(f"sentinel_{name}")
    settings = {"sentinel_kwargs": to_sentinel, **_limits(timeout), **options}
    manager = Sentinel(hosts, **settings)  # type: ignore[no-untyped-call]  # redis-py leaves it without annotations
    client = manager.master_for(service, db=int(database or 0))
    return client, [client, *manager.sentinels]


def _cluster(rest: str, timeout: float) -> tuple[Client, list[Client]]:
    hosts, options = _hosts_and_options(rest, 6379)
    if urlsplit(f"redis:{rest}").path.strip("/") not in ("", "0"):
        raise ValueError("a cluster has the database 0 only")
    # A node that does not answer must leave time to learn who has taken its place.
    limits = {**_limits(timeout / 3), "retry": Retry(NoBackoff(), 1)}
    client = RedisCluster(startup_nodes=[ClusterNode(host, port) for host, port in hosts], **limits, **options)
    return client, [client]


def _limits(timeout: float) -> dict[str, Any]:
    """Return the options that no constructor's default decides: time limits in seconds, and no retries."""
    return {"socket_timeout": timeout, "socket_connect_timeout": timeout, "retry": Retry(NoBackoff(), 0)}


def _hosts_and_options(rest: str, port: int) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    """Split `//user:password@host:port,host:port/...?ssl=true&...`; hosts without a port get `port`."""
    parts = urlsplit(f"redis:{rest}")
    user, at, hosts = parts.netloc.rpartition("@")
    options: dict[str, Any] = dict(parse_url(f"redis://{user}{at}host/?{parts.query}"))
    options.pop("host")
    if "ssl" in options:
        options["ssl"] = options["ssl"].lower() in ("1", "true", "yes", "on")
    addresses = []
    for host in hosts.split(","):
        split = urlsplit(f"redis://{host}")
        if not split.hostname:
            raise ValueError("a host is missing")
        addresses.append((split.hostname, split.port or port))
    return addresses, options
