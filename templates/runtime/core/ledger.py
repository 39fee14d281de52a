"""The ledger: which paid requests were sent, and which jobs they started, in an SQLite file.

A row is inserted before a request leaves and completed after its answer, so that a crash, a kill
or a lost answer in between can be found afterwards.  It holds digests, model and job ids and
times: no key, no URL of a result, and parameters only for a client that asks for it.  Threads,
tasks and processes of one machine and one account may share a file; on network file systems
SQLite cannot lock.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import LedgerFailed
from .fork import close_before_fork, undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS submission (
        number INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        api TEXT NOT NULL,
        model TEXT NOT NULL,
        callback TEXT,
        state TEXT NOT NULL CHECK (state IN ('sending', 'uncertain', 'started', 'ended')),
        job_id TEXT,
        status TEXT,
        sent_at REAL NOT NULL,
        answer_by REAL NOT NULL,
        process INTEGER NOT NULL,
        process_started TEXT,
        parameters TEXT
    )
    """,
    # This makes paying twice impossible, whatever other process writes to the file at the same time.
    "CREATE UNIQUE INDEX IF NOT EXISTS unfinished ON submission (fingerprint) WHERE state <> 'ended'",
    "CREATE INDEX IF NOT EXISTS job ON submission (job_id)",
)
_COLUMNS = "number, fingerprint, model, callback, state, job_id, sent_at, answer_by, process, process_started"
_VERSION = 1
"""Of the tables, in ``PRAGMA user_version``: 1 added `process_started`.  `parameters` concerns no older version."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One paid request without a recorded end; times are seconds since the epoch."""

    number: int
    fingerprint: str
    model: str
    callback: str | None
    """Digest of the webhook URL that was given along."""
    state: str
    job_id: str | None
    sent_at: float
    answer_by: float
    """When its sender will have given up."""
    process: int
    process_started: str | None
    """When that process was started; another one may have its id by now."""

    @property
    def under_way(self) -> bool:
        """Whether its sender may still record the answer."""
        return (
            self.state == "sending"
            and time.time() < self.answer_by
            and _may_be_running(self.process, self.process_started)
        )


class Ledger:
    """One file.  Every method is one transaction and raises `LedgerFailed` if that fails."""

    def __init__(self, path: str | os.PathLike[str], *, keeps_parameters: bool = False) -> None:
        self.keeps_parameters = keeps_parameters
        self._path = str(Path(path).absolute())  # a program may change its folder
        self._process = 0
        self._connection: sqlite3.Connection | None = None
        self._inherited: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._log: tuple[int, int] | None = None
        """Identity of the write-ahead log."""
        # SQLite takes no locks in a child for a file that its parent has open, so the parent would delete the
        # write-ahead log that the child writes to.
        close_before_fork(self)
        self._run("SELECT 1")  # a path that cannot be right fails before anything is sent

    def begin(
        self,
        *,
        fingerprint: str,
        api: str,
        model: str,
        callback: str | None,
        patience: float,
        parameters: str | None = None,
    ) -> int | None:
        """Record that a request is about to leave; return its number.

        None if the same request has a row without an end.  `patience` is the longest time in
        seconds until its outcome is known; `parameters` are JSON.
        """
        now = time.time()
        rows = self._run(
            "INSERT INTO submission (fingerprint, api, model, callback, state, sent_at, answer_by, process, "
            "process_started, parameters) VALUES (?, ?, ?, ?, 'sending', ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING RETURNING number",
            (fingerprint, api, model, callback, now, now + patience, os.getpid(), _start_of(os.getpid()), parameters),
        )
        return _number(rows[0][0]) if rows else None

    def discard(self, number: int) -> None:
        """Delete the row of a request that provably started no job."""
        self._run("DELETE FROM submission WHERE number = ?", (number,))

    def uncertain(self, number: int) -> None:
        """Record that the request may have started a job."""
        self._run("UPDATE submission SET state = 'uncertain' WHERE number = ?", (number,))

    def started(self, number: int, job_id: str, *, ended: str | None = None) -> None:
        """Record the job that the request started; `ended` is its status if it has ended, as one without an id has."""
        self._run(
            "UPDATE submission SET state = ?, job_id = ?, status = ? WHERE number = ?",
            ("ended" if ended else "started", job_id or None, ended, number),
        )

    def mark_ended(self, api: str, job_id: str, status: str) -> None:
        """Record that a job has ended, with the status that the API gave it."""
        self._run(
            "UPDATE submission SET state = 'ended', status = ? WHERE api = ? AND job_id = ? AND status IS NOT ?",
            (status, api, job_id, status),
        )

    def unfinished(self, api: str, fingerprint: str | None = None) -> list[Entry]:
        """Return the requests without a recorded end, the oldest first; with `fingerprint`, only its own."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM submission "  # noqa: S608  a constant
            "WHERE state <> 'ended' AND api = ? AND (? IS NULL OR fingerprint = ?) ORDER BY number",
            (api, fingerprint, fingerprint),
        )
        return [Entry(*row) for row in rows]  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  typed by the table

    def succeeded(self, api: str, fingerprint: str) -> str | None:
        """Return the id of the last job of a request that succeeded."""
        rows = self._run(
            "SELECT job_id FROM submission WHERE api = ? AND fingerprint = ? AND status = 'succeeded' "
            "AND job_id IS NOT NULL ORDER BY number DESC LIMIT 1",
            (api, fingerprint),
        )
        return str(rows[0][0]) if rows else None

    def known_ids(self, api: str, job_ids: Iterable[str]) -> set[str]:
        """Return those of `job_ids` that have a row."""
        wanted = list(job_ids)
        marks = ", ".join("?" * len(wanted))
        rows = self._run(
            f"SELECT job_id FROM submission WHERE api = ? AND job_id IN ({marks})",  # noqa: S608  question marks
            (api, *wanted),
        )
        return {str(row[0]) for row in rows}

    def resolve(self, api: str, fingerprint: str, job_id: str | None) -> bool:
        """Record the job of an uncertain request, or that it has none; return whether there was such a request."""
        which = "WHERE api = ? AND fingerprint = ? AND job_id IS NULL AND state <> 'ended' RETURNING number"
        if job_id is None:
            return bool(self._run(f"DELETE FROM submission {which}", (api, fingerprint)))  # noqa: S608  a constant
        statement = f"UPDATE submission SET state = 'started', job_id = ? {which}"  # noqa: S608  a constant
        return bool(self._run(statement, (job_id, api, fingerprint)))

    def close(self) -> None:
        """Close the file; the next method opens it again."""
        with undisturbed():
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        try:
            with undisturbed():
                return self._open().execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise LedgerFailed(f"the ledger {self._path} failed: {error}") from error

    def _open(self) -> sqlite3.Connection:
        if self._process != os.getpid():  # forked unnoticed: it must neither use nor close its parent's connection
            self._inherited, self._connection = self._connection, None
            self._process = os.getpid()
        is_own = self._connection is None or self._log == _identity(f"{self._path}-wal")
        if not is_own or self._file not in {None, _identity(self._path)}:
            # Rows would go to a file that no process can open, and the next process would pay again.
            raise LedgerFailed(
                f"the ledger {self._path} was deleted or replaced while the client used it; "
                "construct a new client if that is meant"
            )
        if self._connection is None:
            self._connection = _connect(self._path)
            self._file, self._log = _identity(self._path), _identity(f"{self._path}-wal")
        return self._connection


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # a row must outlive a power cut, too
        connection.execute("BEGIN IMMEDIATE")  # two processes may both be the first
        _create_or_upgrade(connection, path)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _create_or_upgrade(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables of this version.  Raises `LedgerFailed` for a file of a later one."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise LedgerFailed(f"the ledger {path} was written by a newer version of this package: install that one")
    for statement in _SCHEMA:
        connection.execute(statement)
    columns = {row[1] for row in connection.execute("PRAGMA table_info(submission)")}
    for column in sorted({"process_started", "parameters"} - columns):
        connection.execute(f"ALTER TABLE submission ADD COLUMN {column} TEXT")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let others read while one writes; while another process switches, SQLite fails whatever the timeout."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"expected a number, got {value!r}")
    return value


def _may_be_running(process: int, started: str | None) -> bool:
    """Whether a process may still be running; True where that cannot be found out."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started is None or _start_of(process) in {None, started}


def _start_of(process: int) -> str | None:
    """Return when a process was started, in clock ticks since boot; None if the system is not Linux."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
        # The name, in parentheses, may hold anything; the 20th field after it is the time since boot.
        return stat.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None
