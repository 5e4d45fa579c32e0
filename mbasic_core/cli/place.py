"""A store that a command was told to work on, by URL or by the settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote

from mbasic_core.cli.failure import Failure
from mbasic_core.config import Settings, SettingsError
from mbasic_core.session.codec import OPEN, Codec, KeyTrouble
from mbasic_core.storage import SessionStore, StoreError, StoreRegistry, redact

__all__ = ["Place"]

_SHORT = 4  # characters; a shorter secret is struck out only where it is a word of its own


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is, how to get there, and what decodes its sessions; without that it can be sent to a process.

    Example:
        place = Place.of("redis://127.0.0.1/0")
        async with place.opened() as store: ...
    """

    url: str
    namespace: str
    timeout: float
    data_dir: Path
    registry: StoreRegistry = field(default_factory=StoreRegistry, repr=False, compare=False)
    codec: Codec = field(default=OPEN, repr=False, compare=False)
    create: bool = True
    """Whether opening the store may begin one that is not there."""

    @classmethod
    def of(cls, url: str | None = None, *, config: str | None = None, registry: StoreRegistry | None = None) -> Place:
        """The store that `url` names, else the one that the settings select; Failure for settings without sense.

        config: the settings' file, instead of the user's own.
        """
        try:
            settings = Settings.load({"store_url": url}, file=Path(config) if config else None)
            codec = Codec(settings.storage_keys)
        except (SettingsError, KeyTrouble) as problem:
            raise Failure(str(problem)) from problem
        found = registry or StoreRegistry()
        return cls(settings.store_url, settings.namespace, settings.timeout, settings.data_dir, found, codec)

    def inside(self, namespace: str) -> Place:
        """The same store, in another namespace."""
        return replace(self, namespace=namespace)

    def existing(self) -> Place:
        """The same store, which has to be there when it is opened."""
        return replace(self, create=False)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return redact(self.url)

    def make(self) -> SessionStore:
        """A new store, not opened; raises StoreError."""
        return self.registry.create(
            self.url,
            namespace=self.namespace,
            timeout=self.timeout,
            data_dir=self.data_dir.absolute(),
            create=self.create,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[SessionStore]:
        """The store, open; closed at the end. Raises StoreError."""
        store = self.make()
        try:
            await store.open()
            yield store
        finally:
            await store.close()

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Turn a StoreError into a Failure (status 2) that names the store, without secrets."""
        try:
            yield
        except StoreError as trouble:
            text = self.struck(str(trouble))
            raise Failure(text if self.shown in text else f"{self.shown}: {text}") from trouble

    def struck(self, text: str) -> str:
        """Return `text` with the URL's secrets struck out, whoever wrote them into it."""
        parts = self.shown.split("***")
        found = re.fullmatch("(.*)".join(map(re.escape, parts)), self.url, re.DOTALL)
        secrets = found.groups() if found else ()
        forms = {form for secret in secrets for form in (secret, unquote(secret), quote(secret))}
        for secret in sorted(forms, key=len, reverse=True):
            if secret.strip("*"):
                pattern = re.escape(secret)
                text = re.sub(pattern if len(secret) >= _SHORT else rf"(?<!\w){pattern}(?!\w)", "***", text)
        return text

    def __reduce__(self) -> tuple[type[Place], tuple[str, str, float, Path]]:
        """Leave the registry and the keys behind: another process finds the plugins by itself, and decodes nothing."""
        return Place, (self.url, self.namespace, self.timeout, self.data_dir)
