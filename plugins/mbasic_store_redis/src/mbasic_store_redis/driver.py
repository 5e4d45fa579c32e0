"""What the store knows of redis-py: how a URL becomes a client, and what its exceptions mean.

Imported with the first store, not with the plugin, so that listing the stores imports no driver.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis, RedisCluster, Sentinel, sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from mbasic_core.storage import Rejected, StoreConfig, StoreError, Unavailable, redact

__all__ = [
    "FAILURES",
    "Client",
    "NoScript",
    "connect",
    "drop_idle_connections",
    "hint",
    "is_cut",
    "is_foreign",
    "translated",
]

Client: TypeAlias = Any  # redis-py's annotations mix the answers of its two faces, blocking and not
FAILURES = (exceptions.RedisError, exceptions.RedisClusterException, OSError)  # the second is none of the first's
NoScript = exceptions.NoScriptError

_DENIED = (exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError)
_PASSING = (exceptions.ReadOnlyError, exceptions.ClusterDownError, exceptions.TryAgainError)
# The same as text: from within a script some servers answer "ERR Error running script ... -READONLY You can't write".
_DENIED_TEXT = re.compile(r"\b(NOAUTH|WRONGPASS|NOPERM)\b")
_FULL_TEXT = re.compile(r"\bOOM\b|maxmemory")
_SCRIPT_TEXT = re.compile(r"\.? script: [0-9a-f]{40}, on @user_script:\d+\.?")  # of no use to anybody
_NO_TLS_TEXT = re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|[Tt]imeout")  # a plain server waits for more
_TLS_TEXT = re.compile(r"reset by peer|closed by server")
_PASSING_TEXT = re.compile(r"\b(LOADING|BUSY|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNKILLABLE)\b")


def connect(config: StoreConfig) -> tuple[Client, list[Client]]:
    """Return a client that has not connected yet, and all clients to be closed in the end; the first one is among them.

    redis-py retries nothing by itself; only a cluster client tries once more, after it has learnt the new layout.
    Raises `Rejected` when the URL makes no sense.
    """
    failures = (TypeError, ValueError, exceptions.RedisError)
    try:
        return _client(config.url, config.timeout)
    except failures as error:
        shown = redact(config.url)
        if shown == config.url:
            cause = str(error)
        else:  # the text may quote a part of the password: say what is wrong without it
            try:
                _client(shown, config.timeout)
                cause = "write / ? # @ and % of a name or password as %2F %3F %23 %40 and %25"
            except failures as error:
                cause = str(error)
        raise Rejected(f"{shown} is no URL that Redis can be reached by: {cause}") from None


def hint(url: str, error: StoreError) -> str:
    """Return what may be wrong when the first call failed as it does between a TLS and a plain side; "" for nothing."""
    scheme, _, rest = url.strip().partition(":")
    if scheme.lower() == "rediss" or "ssl=" in rest:
        return "; does this port speak TLS?" if _NO_TLS_TEXT.search(str(error)) else ""
    return "; if this port speaks TLS, the URL begins with rediss:" if _TLS_TEXT.search(str(error)) else ""


def _client(url: str, timeout: float) -> tuple[Client, list[Client]]:
    kind, _, rest = url.strip().partition(":")
    if not rest.startswith("//"):
        raise ValueError(f"two slashes are to follow {kind}:")
    match kind.lower():
        case "redis+unix":
            return _alone(f"unix:{rest}", timeout)
        case "redis+sentinel":
            return _sentinel(rest, timeout)
        case "redis+cluster":
            return _cluster(rest, timeout)
        case scheme:
            database = urlsplit(f"redis:{rest}").path.strip("/")
            if database and not database.isdecimal():  # redis-py would take database 0
                raise ValueError(f"the database {database!r} is no number")
            return _alone(f"{scheme}:{rest}", timeout)


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or leads to a server that is no master any more: a new one may serve at once."""
    if isinstance(error, _DENIED):
        return False
    kinds = (exceptions.ConnectionError, exceptions.ReadOnlyError, ConnectionError)
    return isinstance(error, kinds) or "READONLY" in str(error)


def is_foreign(error: Exception) -> bool:
    """Whether the key asked for is not a hash, so that somebody else has put it there."""
    return isinstance(error, exceptions.ResponseError) and "WRONGTYPE" in str(error)


async def drop_idle_connections(client: Client) -> None:
    """Close the connections that nobody uses now, so that the next call makes one; a cluster client does so itself."""
    if hasattr(client, "connection_pool"):
        await client.connection_pool.disconnect(inuse_connections=False)


def translated(error: Exception, where: str) -> StoreError:
    """Return what the contract calls an exception of redis-py; `where` is the URL without its password."""
    if isinstance(error, sentinel.MasterNotFoundError):
        return Unavailable(f"{where}: {_no_master(str(error))}")
    text = _SCRIPT_TEXT.sub("", f"{where}: {type(error).__name__}: {error}".removesuffix(": "))
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


def _no_master(text: str) -> str:
    """Return what redis-py says without its list of connections, which tells more than a log should hold."""
    found, _, causes = text.partition(" : ")
    return found + (", and a Sentinel does not answer" if "network" in causes else ": does Sentinel know that name?")


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
    """Return the options that no constructor's default decides: time limits in seconds, and no retries.

    A connection that is not made tells more than a deadline that ran out, so that is noticed first.
    """
    return {"socket_timeout": timeout, "socket_connect_timeout": 0.8 * timeout, "retry": Retry(NoBackoff(), 0)}


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
