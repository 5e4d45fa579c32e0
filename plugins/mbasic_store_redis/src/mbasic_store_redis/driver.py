"""What the store knows of redis-py: how a URL becomes a client.

Imported with the first store, not with the plugin, so that listing the stores imports no driver.
"""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from mbasic_core.storage import Rejected, StoreConfig, redact
from mbasic_store_redis.failures import FAILURES, NoScript, checked, explain, is_cut, translated

__all__ = [
    "FAILURES",
    "Client",
    "NoScript",
    "checked",
    "connect",
    "drop_idle_connections",
    "explain",
    "is_cut",
    "translated",
]

Client: TypeAlias = Any  # redis-py's annotations mix the answers of its two faces, blocking and not


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


async def drop_idle_connections(client: Client) -> None:
    """Close the connections that nobody uses now, so that the next call makes one; a cluster client does so itself."""
    if hasattr(client, "connection_pool"):
        await client.connection_pool.disconnect(inuse_connections=False)


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
