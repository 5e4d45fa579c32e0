"""`mbasic web`: finds the settings and the store, makes sure that they work, then serves the page."""

from __future__ import annotations

import argparse
import contextlib
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.logs import start_logging
from mbasic_core.cli.trial import create, describe, try_store
from mbasic_core.config import Settings, SettingsError, resolve_secret
from mbasic_core.session.codec import Codec, KeyTrouble
from mbasic_core.storage import StoreError, StoreRegistry, Traits, Unavailable, redact

__all__ = ["as_failures", "free_port", "serve"]

_LOG = logging.getLogger(__name__)
_LONGEST_PAUSE = 10.0  # seconds between two tries with --wait-for-store
_SHORT_SECRET = 16
_OPTIONS = ("host", "port", "store_url", "open_browser", "wait_for_store", "log_format", "strict")


def serve(options: argparse.Namespace) -> int:
    """Serve until the process is told to stop; returns the exit status.

    Raises Failure (status 2) for settings that cannot be used, a port that is taken, a scheme that no store serves, a
    store that does not answer, a shared store without a secret, or keys that cannot encrypt.
    """
    given = {name: getattr(options, name) for name in _OPTIONS}
    registry = StoreRegistry()
    with as_failures():
        settings = Settings.load(given, file=Path(options.config) if options.config else None)
        start_logging(settings.log_format)
        for plugin in registry.broken():
            _LOG.warning("%s", plugin)
        Codec(settings.storage_keys)  # now, for the message
        settings = replace(settings, port=free_port(settings))
        traits = _wait_for(registry, settings)
        secrets = resolve_secret(settings, traits.scope)
        store = create(registry, settings)
    if any(len(secret) < _SHORT_SECRET for secret in secrets):
        _LOG.warning("the secret in MBASIC_STORAGE_SECRET is short: anybody can guess it and forge sessions")
    _LOG.info("sessions are kept in %s (%s)", redact(settings.store_url), describe(traits))
    # NiceGUI reads the environment when it is imported: Settings.load has taken its variables out by now.
    from mbasic_core.web.app import serve as serve_pages

    return serve_pages(settings, store, secrets)


def _wait_for(registry: StoreRegistry, settings: Settings) -> Traits:
    """The traits of the store, which answers now or is waited for; the server then opens one of its own."""
    pause = 0.5
    while True:
        try:
            return try_store(registry, settings)
        except Unavailable as trouble:
            if not settings.wait_for_store:
                raise
            _LOG.warning("the store %s does not answer yet: %s", redact(settings.store_url), trouble)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def free_port(settings: Settings) -> int:
    """The port to listen on, which is free now; any free one for port 0. Raises Failure when it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            probe.listen()
        except OSError as problem:
            raise Failure(f"cannot listen on {settings.host} port {settings.port}: {problem.strerror}") from problem
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def as_failures() -> Iterator[None]:
    """Turn what is wrong with settings, keys or the store into a Failure with the same text."""
    try:
        yield
    except (SettingsError, KeyTrouble, StoreError) as problem:
        raise Failure(str(problem)) from problem
