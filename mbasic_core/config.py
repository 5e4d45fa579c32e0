"""The settings of a server: flag, then environment, then TOML file, then default.

This module is the only reader of the environment. What it finds is passed on as an argument: only the command line and
the web application import it.
"""

from __future__ import annotations

import os
import secrets as random_secrets
import tempfile
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast

__all__ = ["SecretMissing", "Settings", "SettingsError", "exported", "resolve_secret", "source_of"]

DEFAULT_STORE = "memory:"
DEFAULT_NAMESPACE = "mbasic:"
SECRET_FILE = "secret"  # noqa: S105 - the name of a file
_ALL_HOSTS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - by which of them a server is reached that listens on all

Scope = Literal["process", "host", "network"]
LogFormat = Literal["text", "json"]


class SettingsError(Exception):
    """A setting that cannot be used; the text is one line for the person who set it."""


class SecretMissing(SettingsError):
    """A store that servers share needs a secret that all of them are given; the text shows how to make one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a server is started with.

    `store_url` selects the session store, `namespace` stands before every key in it; `data_dir` holds what this machine
    keeps (the secret, a store's default file); the first of `secrets` signs cookies, all of them are accepted;
    the first of `storage_keys` encrypts what is stored, all of them decrypt, none: it is not encrypted;
    `timeout` is the deadline of one call to the store, in seconds; `wait_for_store` retries at start until it answers.
    Told to end, the server says so at /readyz for `drain` seconds; then saving its sessions may take `grace` seconds.
    `strict` allows programs no more memory than the real machine had.
    """

    store_url: str = DEFAULT_STORE
    namespace: str = DEFAULT_NAMESPACE
    data_dir: Path = field(default_factory=lambda: _platform_dir("user_data_dir"))
    host: str = "127.0.0.1"
    port: int = 8080
    open_browser: bool = True
    secrets: tuple[str, ...] = field(default=(), repr=False)
    storage_keys: tuple[str, ...] = field(default=(), repr=False)
    timeout: float = 3.0
    log_format: LogFormat = "text"
    wait_for_store: bool = False
    drain: float = 0.0
    grace: float = 10.0
    strict: bool = False

    @property
    def address(self) -> str:
        """Host and port to listen on, as a URL has them."""
        return _address(self.host, self.port)

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the server."""
        return f"http://{_address(_ALL_HOSTS.get(self.host, self.host), self.port)}/"

    @classmethod
    def load(
        cls,
        overrides: Mapping[str, object] | None = None,
        environ: MutableMapping[str, str] | None = None,
        *,
        file: Path | None = None,
    ) -> Settings:
        """The settings in force; `overrides` are the command line's, None in it means "not given".

        `NICEGUI_REDIS_URL` and `NICEGUI_REDIS_KEY_PREFIX` are taken out of `environ` (default: the process's own),
        because NiceGUI would read them too and put storage of its own beside ours. Raises SettingsError for a value
        that cannot be used, naming its source.
        """
        given = _gather(overrides, os.environ if environ is None else environ, file)
        return cls(**{name: _CONVERT[name](item) for name, item in given.items()})


def source_of(
    name: str,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    file: Path | None = None,
) -> str:
    """Where the value that `Settings.load` would give a setting comes from; "the default" when nobody gave one.

    To be asked before `Settings.load`, which takes some variables out of the environment. Raises SettingsError.
    """
    given = _gather(overrides, dict(os.environ if environ is None else environ), file)
    return given[name].source if name in given else "the default"


def exported(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment (default: this process's own) for a process that is to have the same settings."""
    words = {variable: _word(getattr(settings, name)) for variable, name in _VARIABLES.items()}
    return {**(os.environ if environ is None else environ), **words}


def resolve_secret(settings: Settings, scope: Scope) -> tuple[str, ...]:
    """The secrets for a store of that scope: those given, else one made once and kept in `data_dir/secret` (mode 0600).

    Raises SecretMissing when the store is one that servers share and none was given, SettingsError when the file cannot
    be used.
    """
    if settings.secrets:
        return settings.secrets
    if scope == "network":
        raise SecretMissing(
            "a store that several servers share needs the same secret in all of them: export MBASIC_STORAGE_SECRET="
            "\"$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')\""
        )
    path = settings.data_dir / SECRET_FILE
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _make_secret(path)
        kept = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"cannot keep the server's secret in {path}: {problem}") from problem
    return _secrets(_Given(kept, str(path)))


@dataclass(frozen=True, slots=True)
class _Given:
    """A value and where it came from, for the message when it is wrong."""

    value: object
    source: str

    def wrong(self, expected: str) -> SettingsError:
        return SettingsError(f"{self.source}: {expected}, not {self.value!r}")


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _gather(
    overrides: Mapping[str, object] | None, environ: MutableMapping[str, str], file: Path | None
) -> dict[str, _Given]:
    given = _from_environment(environ)
    given = {**_from_file(file or _config_file(environ), must_exist=file is not None), **given}
    for name, value in (overrides or {}).items():
        if value is not None:
            given[name] = _Given(value, f"--{_FLAGS.get(name, name).replace('_', '-')}")
    return given


def _from_environment(environ: MutableMapping[str, str]) -> dict[str, _Given]:
    nicegui = {name: environ.pop(name, "") for name in ("NICEGUI_REDIS_URL", "NICEGUI_REDIS_KEY_PREFIX")}
    sources = [(name, environ.get(variable, ""), variable) for variable, name in _VARIABLES.items()]
    sources += [("store_url", nicegui["NICEGUI_REDIS_URL"], "NICEGUI_REDIS_URL")]
    sources += [("namespace", nicegui["NICEGUI_REDIS_KEY_PREFIX"], "NICEGUI_REDIS_KEY_PREFIX")]
    found: dict[str, _Given] = {}
    for name, value, variable in sources:
        if value:
            found.setdefault(name, _Given(value, variable))
    return found


def _from_file(path: Path, *, must_exist: bool) -> dict[str, _Given]:
    try:
        with path.open("rb") as stream:
            table = tomllib.load(stream)
    except FileNotFoundError:
        if must_exist:
            raise SettingsError(f"{path}: there is no such configuration file") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsError(f"{path}: {problem}") from problem
    for name in table:
        if name not in _FILE_KEYS:
            raise SettingsError(f"{path}: unknown key {name!r} (known: {', '.join(sorted(_FILE_KEYS))})")
    return {_FILE_KEYS[name]: _Given(value, f"{path}: {name}") for name, value in table.items()}


def _config_file(environ: Mapping[str, str]) -> Path:
    asked = environ.get("MBASIC_CONFIG")
    return Path(asked) if asked else _platform_dir("user_config_dir") / "config.toml"


def _platform_dir(function: str) -> Path:
    import platformdirs

    return Path(getattr(platformdirs, function)("mbasic", appauthor=False))


def _make_secret(path: Path) -> None:
    """Create the file with a new secret unless it is there; processes that start together all read the same one."""
    if path.exists():
        return
    descriptor, fresh = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(random_secrets.token_urlsafe(32) + "\n")
    try:
        os.link(fresh, path)  # fails if another was quicker, and never shows a file that is half written
    except FileExistsError:
        return
    finally:
        Path(fresh).unlink()


def _text(given: _Given) -> str:
    if not isinstance(given.value, str) or not given.value:
        raise given.wrong("a text is expected")
    return given.value


def _word(value: object) -> str:
    """A setting as its variable would have it."""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _path(given: _Given) -> Path:
    return given.value if isinstance(given.value, Path) else Path(_text(given)).expanduser()


def _port(given: _Given) -> int:
    try:
        port = int(str(given.value))
    except ValueError:
        raise given.wrong("a port number is expected") from None
    if not 0 <= port <= 65535:
        raise given.wrong("a port is a number from 0 to 65535")
    return port


def _seconds(given: _Given) -> float:
    try:
        seconds = float(str(given.value))
    except ValueError:
        raise given.wrong("a number of seconds is expected") from None
    if not 0 < seconds < 3600:
        raise given.wrong("a number of seconds above 0 is expected")
    return seconds


def _pause(given: _Given) -> float:
    return 0.0 if str(given.value).strip() in ("0", "0.0") else _seconds(given)


def _flag(given: _Given) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    answer = words.get(str(given.value).strip().lower())
    if answer is None:
        raise given.wrong("yes or no is expected")
    return answer


def _secrets(given: _Given) -> tuple[str, ...]:
    parts = given.value if isinstance(given.value, (list, tuple)) else str(given.value).replace(",", " ").split()
    secrets = tuple(str(part) for part in cast("list[object]", parts))
    if not secrets or not all(secrets):
        raise SettingsError(f"{given.source}: a secret is expected (several: separated by commas)")
    return secrets


def _log_format(given: _Given) -> LogFormat:
    if given.value not in ("text", "json"):
        raise given.wrong("text or json is expected")
    return given.value


_CONVERT: dict[str, Callable[[_Given], Any]] = {
    "store_url": _text,
    "namespace": _text,
    "data_dir": _path,
    "host": _text,
    "port": _port,
    "open_browser": _flag,
    "secrets": _secrets,
    "storage_keys": _secrets,
    "timeout": _seconds,
    "log_format": _log_format,
    "wait_for_store": _flag,
    "drain": _pause,
    "grace": _seconds,
    "strict": _flag,
}
_FLAGS = {"store_url": "store"}  # where a flag is not called what its setting is
_VARIABLES = {
    "MBASIC_STORE": "store_url",
    "MBASIC_NAMESPACE": "namespace",
    "MBASIC_DATA_DIR": "data_dir",
    "MBASIC_HOST": "host",
    "MBASIC_PORT": "port",
    "MBASIC_OPEN_BROWSER": "open_browser",
    "MBASIC_STORAGE_SECRET": "secrets",
    "MBASIC_STORAGE_KEY": "storage_keys",
    "MBASIC_STORE_TIMEOUT": "timeout",
    "MBASIC_LOG_FORMAT": "log_format",
    "MBASIC_WAIT_FOR_STORE": "wait_for_store",
    "MBASIC_DRAIN": "drain",
    "MBASIC_GRACE": "grace",
    "MBASIC_STRICT": "strict",
}
_FILE_KEYS = {
    {
        "store_url": "store",
        "secrets": "storage_secret",
        "storage_keys": "storage_key",
        "timeout": "store_timeout",
    }.get(item.name, item.name): item.name
    for item in fields(Settings)
}
