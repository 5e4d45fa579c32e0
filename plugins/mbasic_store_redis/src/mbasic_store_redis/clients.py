"""What the exceptions of redis-py mean, in the words of the storage contract."""

from __future__ import annotations

import re
from typing import Any

from redis import exceptions
from redis.asyncio import sentinel

from mbasic_core.storage import Rejected, StoreError, Unavailable

__all__ = ["FAILURES", "NoScript", "checked", "explain", "is_cut", "translated"]

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


def checked(answers: list[Any]) -> list[Any]:
    """Return the answers to a pipeline, None for a key of another kind: it must not hide the others.

    Raises any other exception that is among them.
    """
    for answer in answers:
        if isinstance(answer, Exception) and not _is_foreign(answer):
            raise answer
    return [None if isinstance(answer, Exception) else answer for answer in answers]


def is_cut(error: Exception) -> bool:
    """Whether the connection was lost, or leads to a server that is no master any more: a new one may serve at once."""
    if isinstance(error, _DENIED):
        return False
    kinds = (exceptions.ConnectionError, exceptions.ReadOnlyError, ConnectionError)
    return isinstance(error, kinds) or "READONLY" in str(error)


def _is_foreign(error: Exception) -> bool:
    """Whether the key asked for is not a hash, so that somebody else has put it there."""
    return isinstance(error, exceptions.ResponseError) and "WRONGTYPE" in str(error)


def translated(error: Exception, where: str, key: str = "") -> StoreError:
    """Return what the contract calls an exception of redis-py; `where` is the URL without its password."""
    if _is_foreign(error) and key:
        where += f", key {key}"
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


def explain(error: BaseException, url: str) -> None:
    """Raise `Unavailable` with a hint when the first call failed as it does between a TLS and a plain side."""
    if isinstance(error, Unavailable) and (hint := _hint(error, url)):
        raise Unavailable(f"{error}{hint}") from error


def _hint(error: Unavailable, url: str) -> str:
    scheme, _, rest = url.strip().partition(":")
    if scheme.lower() == "rediss" or "ssl=" in rest:
        return "; does this port speak TLS?" if _NO_TLS_TEXT.search(str(error)) else ""
    return "; if this port speaks TLS, the URL begins with rediss:" if _TLS_TEXT.search(str(error)) else ""
