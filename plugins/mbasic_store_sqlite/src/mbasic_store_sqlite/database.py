"""The file: opened, checked, moved aside when it is damaged, and followed when another process did that.

All of it runs in the store's one thread.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from mbasic_core.storage import Rejected, Unavailable
from mbasic_store_sqlite.folder import DEFAULT_NAME, alone, begin, find, identity, is_frozen, move_aside

__all__ = ["DAMAGED", "Database"]

logger = logging.getLogger(__name__)

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_FORMAT = 1  # kept in the file's user_version
# Lists, looks at versions and sweeping read the index alone, and never a record's data.
_TABLE = """CREATE TABLE IF NOT EXISTS records (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, expires REAL NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS heads ON records (id, expires, version);"""
_LOOK = 1000  # records that sweeping looks at in one go, a millisecond or two

# Seconds that the check of a file may take when it is opened. SQLite reads some 500 MB in that time when the file is in
# the system's cache, and 50 MB from a slow disk; of a larger file only what was read by then is known to be whole. What
# is found damaged later concerns single records, and is reported when one of them is asked for.
_CHECK = 0.5

_MARK = b"SQLite format 3\0"


class Database:
    """One connection to the file at `path`.

    synchronous: SQLite's word for when a commit waits for the disk. timeout: seconds to wait for other processes.
    check: whether a damaged file is looked for, and moved aside. create: whether to begin one where there is none, or
    none that is whole.
    """

    def __init__(self, path: Path, *, synchronous: str, timeout: float, check: bool, create: bool) -> None:
        self.path = path
        self._synchronous = synchronous
        self._timeout = timeout
        self._check = check
        self._create = create
        self._file: tuple[int, int] | None = None
        self._frozen = False
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Connect, make what is missing, move a damaged file aside; raise `Rejected` for one that is not ours.

        A file that takes no writes is opened too when nothing has to be made.
        """
        find(self.path, create=self._create)
        while True:
            with alone(self.path.parent, self._timeout):
                if self._create:
                    begin(self.path)
                file = identity(self.path)
                self._frozen = not self._create and is_frozen(self.path)
                uri = f"{self.path.absolute().as_uri()}?{'immutable=1' if self._frozen else 'mode=rw'}"
                connection = sqlite3.connect(uri, timeout=self._timeout, isolation_level=None, uri=True)
                # The log is opened by name at the first read: here, lest it be that of a file which another one begins.
                with suppress(sqlite3.DatabaseError):  # damage is found below, with everything else
                    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            try:
                damage = self._prepare(connection)
                if not damage:
                    self._file, self._connection = file, connection
                    return
                if not self._create:  # who only reads must not take what is left of it for a store without sessions
                    damage += " (the next server moves it aside; ?check=off reads what can be read)" * self._check
                if not (self._check and self._create):
                    raise Rejected(f"{self.path} is damaged: {damage}")
                self._move_aside(damage, file)  # before the connection is closed, for that may write into the file
            except BaseException as error:
                connection.close()
                if not (isinstance(error, sqlite3.Error) and self._is_replaced(file)):
                    raise
                continue
            connection.close()

    def close(self) -> None:
        """Let go of the file; idempotent."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def connection(self) -> sqlite3.Connection:
        """Return the connection to what stands at `path` now: another process may have begun a new file there.

        Raises `Unavailable` when nothing stands there.
        """
        found = identity(self.path)
        if found is None:
            raise Unavailable(f"{self.path} was moved or removed while in use: put it, or an empty file, there")
        if self._connection is None or found != self._file:
            self.close()
            self.open()
            logger.warning("%s is not the file that it was: going on with the one that is there now", self.path)
        if self._frozen and not is_frozen(self.path):
            raise Unavailable(f"{self.path} is read as a file that nobody writes, and now somebody does: begin again")
        assert self._connection is not None
        return self._connection

    def sweep(self, after: str, most: int) -> str:
        """Remove up to `most` expired records whose keys come after `after`, if no other process writes just now.

        Returns the key after which to go on; "" at the end.
        """
        connection, now = self.connection(), time.time()
        sql = "SELECT id, expires FROM records WHERE id > ? ORDER BY id LIMIT ?"
        rows = connection.execute(sql, (after, _LOOK)).fetchall()
        expired = [key for key, expires in rows if expires <= now][:most]
        if expired:
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                sql = "DELETE FROM records WHERE id IN (SELECT value FROM json_each(?)) AND expires <= ?"
                connection.execute(sql, (json.dumps(expired), now))
            finally:
                connection.execute(f"PRAGMA busy_timeout = {round(self._timeout * 1000)}")
        if len(expired) == most:
            return str(expired[-1])
        return str(rows[-1][0]) if len(rows) == _LOOK else ""

    def _prepare(self, connection: sqlite3.Connection) -> str:
        """Make the file ready for records, or return what is damaged in it."""
        try:
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            found, tables = connection.execute(  # in one statement, for another process may be making them
                "SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version"
            ).fetchone()
            if found > _FORMAT:
                raise Rejected(f"{self.path} was written by a newer mbasic-store-sqlite (format {found})")
            if found < _FORMAT and tables:
                raise Rejected(f"{self.path} is the database of another program; name another file")
            if not (tables or self._create):
                raise Rejected(f"{self.path} is empty: no session was ever saved under that name")
            if tables and self._check and (damage := self._damage(connection)):
                return damage
            if not self._frozen and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = wal")
            if found < _FORMAT:
                connection.executescript(f"BEGIN IMMEDIATE; {_TABLE} PRAGMA user_version = {_FORMAT}; COMMIT")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in DAMAGED:
                if self._is_foreign():
                    raise Rejected(f"{self.path} is no SQLite database; name another file") from error
                return str(error)
            raise
        return ""

    def _is_foreign(self) -> bool:
        """Whether the file never was a database, by its first bytes, and has not the name that this store gives."""
        with self.path.open("rb") as file:
            return self.path.name != DEFAULT_NAME and not file.read(len(_MARK)).startswith(_MARK)

    def _damage(self, connection: sqlite3.Connection) -> str:
        """Return the first damage that SQLite finds within `_CHECK` seconds, or ""."""
        timer = threading.Timer(_CHECK, connection.interrupt)
        timer.start()
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            logger.info("%s is large: what could be checked in %s s is whole", self.path, _CHECK)
            return ""
        finally:
            timer.cancel()
            timer.join()
        return "" if found == "ok" else found.splitlines()[-1]  # the one before says "in database main"

    def _is_replaced(self, file: tuple[int, int] | None) -> bool:
        """Whether another process has moved that file aside."""
        with alone(self.path.parent, self._timeout):
            return identity(self.path) != file

    def _move_aside(self, damage: str, file: tuple[int, int] | None) -> None:
        """Rename the file that was found damaged, and what belongs to it, unless another process has done so."""
        with alone(self.path.parent, self._timeout):
            if identity(self.path) != file:
                return
            aside = move_aside(self.path)
        logger.error("%s is damaged (%s): it is now %s, and an empty one is begun", self.path, damage, aside)
