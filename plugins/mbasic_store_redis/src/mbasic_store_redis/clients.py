"""How a URL becomes a client of redis-py, and what is wrong with the URL or the server when that does not work."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from redis import exceptions
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from mbasic_core.storage import Rejected, StoreConfig, StoreError, Unavailable, redact
from mbasic_store_redis.driver import DENIED, NO_MASTER, Client, targets

__all__ = ["connect", "explained", "is_durable"]

logger = logging.getLogger(__name__)

_HAS_INFO = "driver_info" in signature(AbstractConnection.__init__).parameters  # later releases of redis-py
_NO_TLS_TEXT = re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|[Tt]imeout")  # a plain server waits for more
_TLS_TEXT = re.compile(r"reset by peer|closed by server|_ALERT_")  # the last: a server that wants to know who we are
_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_TLS = "TLS, the URL begins with rediss:"
_PROBE = 0.5  # seconds for asking once more, to tell what was wrong


def connect(config: StoreConfig) -> tuple[Client, list[Client]]:
    """Return a client that has not connected yet, and all clients to be closed in the end; the first one is among them.

    redis-py retries nothing by itself; only a cluster client tries once more, after it has learnt the new layout.
    Raises `Rejected` when the URL makes no sense.
    """
    failures = (TypeError, ValueError, OSError, exceptions.RedisError)
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


async def explained(trouble: Unavailable, url: str, clients: list[Client]) -> StoreError:
    """Return why the first call failed, as far as asking once more tells: `Rejected` when waiting will not help."""
    if NO_MASTER in str(trouble):
        return await _ask_sentinels(trouble, clients[1:])
    scheme, _, rest = url.strip().partition(":")
    tls = scheme.lower() == "rediss" or "ssl=" in rest
    if tls and _TLS_TEXT.search(str(trouble)):
        return Unavailable(f"{trouble}; does it want another certificate of ours, ssl_certfile and ssl_keyfile?")
    if not (_NO_TLS_TEXT if tls else _TLS_TEXT).search(str(trouble)):
        return trouble
    pool = getattr(clients[0], "connection_pool", None)
    address: dict[str, Any] = pool.connection_kwargs if pool else {}
    sure = "host" in address and await _answers(address["host"], address["port"], tls=not tls)
    if sure:
        return Rejected(f"{trouble}; this port speaks {'no TLS: the URL begins with redis:' if tls else _TLS}")
    return Unavailable(f"{trouble}; {'does this port speak TLS?' if tls else f'if this port speaks {_TLS}'}")


async def is_durable(client: Client, where: str) -> bool:
    """Whether every server is known to write an append-only file; warns in the log of what may lose sessions."""
    durable, faults = True, set()
    try:
        for target in targets(client):
            report = {**await client.info("persistence", **target), **await client.info("memory", **target)}
            durable = durable and report.get("aof_enabled") == 1
            if report.get("aof_enabled") == 0:
                faults.add("appendonly is no: a restart of Redis loses what was saved since its last dump, if any")
            if (policy := report.get("maxmemory_policy", "noeviction")) != "noeviction":
                faults.add(f"maxmemory-policy is {policy}: when memory is short, Redis removes sessions in use")
    except exceptions.ResponseError as error:
        durable, faults = False, {f"it is not known whether it outlives a restart: {error}"}
    for fault in sorted(faults):
        logger.warning("%s: %s", where, fault)
    return durable


async def _ask_sentinels(trouble: Unavailable, sentinels: list[Client]) -> StoreError:
    service = str(trouble).rpartition("'")[0].rpartition("'")[2]
    asked = [asyncio.wait_for(client.sentinel_masters(), _PROBE) for client in sentinels]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    if any(isinstance(answer, DENIED) for answer in answers):
        return Rejected(f"{trouble}: a Sentinel does not let us in, see sentinel_username and sentinel_password")
    known = [answer for answer in answers if isinstance(answer, dict)]
    if known and not any(service in answer for answer in known):
        names = sorted({name for answer in known for name in answer})
        return Rejected(f"{trouble}: Sentinel knows no such name, only {names}")
    return trouble if len(known) == len(answers) else Unavailable(f"{trouble}, and a Sentinel does not answer")


async def _answers(host: str, port: int, *, tls: bool) -> bool:
    """Whether a Redis speaks with TLS, or without, at this port."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is told to it, nor believed
    with suppress(OSError):  # TimeoutError is one
        async with asyncio.timeout(_PROBE):
            reader, writer = await asyncio.open_connection(host, port, ssl=context if tls else None)
            try:
                writer.write(b"PING\r\n")
                return await reader.read(1) in (b"+", b"-")
            finally:
                writer.close()
    return False


def _client(url: str, timeout: float) -> tuple[Client, list[Client]]:
    kind, _, rest = url.strip().partition(":")
    if not rest.startswith("//"):
        raise ValueError(f"two slashes are to follow {kind}:")
    for _, file in filter(lambda option: option[0] in _FILES, parse_qsl(urlsplit(f"redis:{rest}").query)):
        Path(file).open("rb").close()  # the error names it, and comes before any server is asked
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


def _alone(url: str, timeout: float) -> tuple[Client, list[Client]]:
    client = Redis.from_url(url, **_limits(timeout))
    client.connection_pool.connection_class(**client.connection_pool.connection_kwargs)  # TypeError: no such option
    return client, [client]


def _sentinel(rest: str, timeout: float) -> tuple[Client, list[Client]]:
    hosts, options = _hosts_and_options(rest, 26379)
    service, _, database = urlsplit(f"redis:{rest}").path.strip("/").partition("/")
    if not service:
        raise ValueError("it names no service, as in redis+sentinel://host:26379/mymaster/0")
    share = timeout / (len(hosts) + 1)  # a sentinel that does not answer must leave time to ask the next one
    to_sentinel = {**_limits(share, answer=share), "ssl": options.get("ssl", False)}
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
    limits = {**_limits(timeout / 3, answer=timeout / 3), "retry": Retry(NoBackoff(), 1)}
    client = RedisCluster(startup_nodes=[ClusterNode(host, port) for host, port in hosts], **limits, **options)
    return client, [client]


def _limits(timeout: float, *, answer: float | None = None) -> dict[str, Any]:
    """Return the options that no constructor's default decides: seconds to connect and to `answer`, and no retries.

    A connection that is not made tells more than a deadline that ran out, so that is noticed first; an answer is waited
    for until that by default, since redis-py's own limit costs a task a command. Protocol 2, no name of the library: a
    new connection serves at once, where newer releases of redis-py talk for three round trips, and many more turns.
    """
    limits = {"socket_timeout": answer, "socket_connect_timeout": 0.8 * timeout, "retry": Retry(NoBackoff(), 0)}
    return {"protocol": 2, **limits, **dict.fromkeys(["driver_info"] if _HAS_INFO else ["lib_name", "lib_version"])}


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
