"""How a URL becomes a client of redis-py, and what is wrong with the URL or the server when that does not work."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from mbasic_core.storage import Rejected, StoreConfig, StoreError, Unavailable, redact
from mbasic_store_redis.driver import DENIED, NO_MASTER, Client, translated

__all__ = ["connect", "explained", "redact"]

_HAS_INFO = "driver_info" in signature(AbstractConnection.__init__).parameters  # later releases of redis-py
_NO_TLS_TEXT = re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|[Tt]imeout")  # a plain server waits for more
_TLS_TEXT = re.compile(r"reset by peer|closed by server|Connection lost|_ALERT_")  # from one that asks who we are
_PORTS = {"redis+sentinel": 26379, "redis+cluster": 6379}  # of those whose URL names several hosts
# Options whose values are no text, and those by which a record is read as a text, or where it is not the newest.
_UNFIT = ("decode_responses", "read_from_replicas", "redis_connect_func", "credential_provider", "retry")
_PROBE = 0.5  # seconds for asking once more, to tell what was wrong


def connect(config: StoreConfig) -> tuple[Client, list[Client]]:
    """Return a client that has not connected yet, and all clients to be closed in the end; the first one is among them.

    redis-py retries nothing by itself; only a cluster client tries once more, after it has learnt the new layout.
    Raises `Rejected` when the URL, or a file for TLS that it names, makes no sense.
    """
    shown, cause = redact(config.url), ""
    for url in (config.url, shown):  # a text may quote a part of the password: what is wrong without it?
        try:
            made = _client(_parsed(url), config.timeout)
        except (AttributeError, TypeError, ValueError, OSError, exceptions.RedisError) as error:
            cause = str(error)
        else:
            if url == config.url:
                return made
            cause = "write / ? # @ and % of a name or password as %2F %3F %23 %40 and %25"
    raise Rejected(f"{shown} is no URL that Redis can be reached by: {cause}")


async def explained(trouble: BaseException, url: str, clients: list[Client]) -> BaseException:
    """Return why the first call failed, as far as asking once more tells: `Rejected` when waiting will not help."""
    if isinstance(trouble, Unavailable) and NO_MASTER in str(trouble):
        trouble = await _ask_sentinels(trouble, clients[1:])
    text, place = str(trouble), _parsed(url)
    if not isinstance(trouble, Unavailable) or not place.hosts:
        return trouble
    if "rotocol error" in text.replace("E", "e"):
        return Rejected(f"{text}; what listens there is no Redis")
    if place.tls and _TLS_TEXT.search(text):
        kind = Rejected if "_ALERT_" in text else Unavailable
        return kind(f"{text}; does it want another certificate of ours, ssl_certfile and ssl_keyfile?")
    if not (_NO_TLS_TEXT if place.tls else _TLS_TEXT).search(text):
        return trouble
    speaks, scheme = ("no TLS", "redis:") if place.tls else ("TLS", "rediss:")
    how = f"its query has ssl={str(not place.tls).lower()}" if place.kind in _PORTS else f"the URL begins with {scheme}"
    if "WRONG_VERSION" in text or await _answers(*place.hosts[0], tls=not place.tls):
        return Rejected(f"{text}; this port speaks {speaks}: {how}")
    return Unavailable(f"{text}; if this port speaks {speaks}, {how}")


async def _ask_sentinels(trouble: Unavailable, sentinels: list[Client]) -> StoreError:
    service = str(trouble).rpartition("'")[0].rpartition("'")[2]
    asked = [asyncio.wait_for(client.sentinel_masters(), _PROBE) for client in sentinels]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    if any(isinstance(answer, DENIED) for answer in answers):
        return Rejected(f"{trouble}: a Sentinel does not let us in, see sentinel_username and sentinel_password")
    known = [answer for answer in answers if isinstance(answer, dict)]
    if known and not any(service in answer for answer in known):
        return Rejected(f"{trouble}: Sentinel knows no such name, only {sorted(set().union(*known))}")
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    return translated(failed[0], f"{trouble}, and a Sentinel does not answer") if failed else trouble


async def _answers(host: str, port: int, *, tls: bool) -> bool:
    """Whether a Redis speaks with TLS, or without, at this port; nothing is told to it, nor believed."""
    options = {"ssl": tls, "ssl_cert_reqs": "none", "ssl_check_hostname": False, **_limits(_PROBE + tls, answer=_PROBE)}
    try:
        async with Redis(host=host, port=port, **options) as client:
            return bool(await client.echo("mbasic"))
    except exceptions.RedisError as error:
        return isinstance(error, (exceptions.ResponseError, *DENIED)) or "_ALERT_" in str(error)  # it wants to know us


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    rest: str
    hosts: list[tuple[str, int]]
    path: str
    database: int
    options: dict[str, Any]
    tls: bool


def _parsed(url: str) -> _Place:
    scheme, _, rest = url.strip().partition(":")
    if not rest.startswith("//"):
        raise ValueError(f"two slashes are to follow {scheme}:")
    kind, parts = scheme.lower(), urlsplit(f"redis:{rest}")
    user, at, names = parts.netloc.rpartition("@")
    hosts = [urlsplit(f"redis://{name}") for name in names.split(",") if names or kind in _PORTS]
    if not all(host.hostname for host in hosts):
        raise ValueError("a host is missing")
    path = parts.path.strip("/")
    database = {"redis+unix": "", "redis+sentinel": path.partition("/")[2]}.get(kind, path)
    if database and not database.isdecimal():  # redis-py would take database 0
        raise ValueError(f"the database {database!r} is no number")
    options: dict[str, Any] = dict(parse_url(f"redis://{user}{at}host/?{parts.query}"))
    del options["host"]
    if unfit := [name for name in _UNFIT if name in options]:
        raise ValueError(f"{unfit[0]} is no option here, whatever its value")
    tls = kind == "rediss" or (kind in _PORTS and options.pop("ssl", "").lower() not in ("", "0", "false", "no", "off"))
    options = _tls_options(options) if tls else options
    addresses = [(str(host.hostname), host.port or _PORTS.get(kind, 6379)) for host in hosts]
    return _Place(kind, rest, addresses, path, int(database or options.get("db", 0)), options, tls)


def _client(place: _Place, timeout: float) -> tuple[Client, list[Client]]:
    tls = {name: value for name, value in place.options.items() if name.startswith("ssl_")}
    owned: list[Client] = []
    match place.kind:
        case "redis+sentinel":
            client, owned = _sentinel(place, timeout, {"ssl": place.tls, **tls})
        case "redis+cluster":
            if place.database:
                raise ValueError("a cluster has the database 0 only")
            # A node that does not answer must leave time to learn who has taken its place.
            limits = {**_limits(timeout / 3, answer=timeout / 3), "retry": Retry(NoBackoff(), 1), "ssl": place.tls}
            nodes = [ClusterNode(*address) for address in place.hosts]
            return (client := RedisCluster(startup_nodes=nodes, **limits, **place.options)), [client]
        case "redis+unix" if not place.path or place.hosts:
            raise ValueError("it names no socket, as in redis+unix:///run/redis.sock?db=0")
        case kind:
            url = f"{kind.removeprefix('redis+')}:{place.rest}"
            client = Redis.from_url(url, **_limits(timeout), **(tls if place.tls else {}))
    client.connection_pool.connection_class(**client.connection_pool.connection_kwargs)  # TypeError: no such option
    return client, [client, *owned]


def _sentinel(place: _Place, timeout: float, tls: dict[str, Any]) -> tuple[Client, list[Client]]:
    if not (service := place.path.partition("/")[0]):
        raise ValueError("it names no service, as in redis+sentinel://host:26379/mymaster/0")
    share = timeout / (len(place.hosts) + 1)  # a sentinel that does not answer must leave time to ask the next one
    to_sentinel, options = {**_limits(share, answer=share), **tls}, place.options.copy()
    to_sentinel |= {key[9:]: options.pop(key) for key in ("sentinel_username", "sentinel_password") if key in options}
    settings = {"sentinel_kwargs": to_sentinel, **_limits(timeout), **tls, **options}
    manager = Sentinel(place.hosts, **settings)  # type: ignore[no-untyped-call]  # redis-py leaves it without annotations
    return manager.master_for(service, db=place.database), manager.sentinels


def _limits(timeout: float, *, answer: float | None = None) -> dict[str, Any]:
    """Return the options that no constructor's default decides: seconds to connect and to `answer`, and no retries.

    A connection that is not made tells more than the deadline, so that is noticed first; an answer has until then by
    default, as redis-py's own limit costs a task a command. Protocol 2, no name: a new connection serves at once.
    """
    limits = {"socket_timeout": answer, "socket_connect_timeout": 0.8 * timeout, "retry": Retry(NoBackoff(), 0)}
    return {"protocol": 2, **limits, **dict.fromkeys(["driver_info"] if _HAS_INFO else ["lib_name", "lib_version"])}


def _tls_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return what old releases of redis-py do otherwise: the host's name counts, a certificate's file may hold its key.

    Raises `ValueError` that names the option whose file cannot be what it is for: redis-py would ask a server first.
    """
    context, certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), given.get("ssl_certfile", "")
    given = {"ssl_check_hostname": given.get("ssl_cert_reqs") != "none", **given}
    if certificate:
        given.setdefault("ssl_keyfile", certificate)
    elif "ssl_keyfile" in given:
        raise ValueError("ssl_keyfile is of use with ssl_certfile only")
    checks: dict[str, Callable[[str], object]] = {
        "ssl_ca_certs": context.load_verify_locations,
        "ssl_ca_data": lambda text: context.load_verify_locations(cadata=text),
        "ssl_ciphers": context.set_ciphers,
        "ssl_certfile": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations,
        "ssl_keyfile": lambda file: context.load_cert_chain(certificate, file, given.get("ssl_password", "")),
    }
    for name in filter(given.get, checks):
        try:
            checks[name](given[name])
        except (OSError, ValueError) as error:
            unfit = name == "ssl_keyfile" and isinstance(error, ssl.SSLError)
            text = "no key of ssl_certfile, or ssl_password is not its password" if unfit else error
            raise ValueError(f"{name}: {text}") from None
    return given
