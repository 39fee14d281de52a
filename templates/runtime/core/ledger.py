"""The ledger: which paid requests were sent, and which jobs came of them, in an SQLite file.

A line is written before a request leaves and completed after its answer came, so that whatever
happens in between (a crash, a kill, a lost answer) is seen afterwards.  It holds digests, model
and job ids and times: no key, no parameters, no URL of a result.  Threads, tasks and processes
of one machine and one account may share a file; on network file systems SQLite cannot lock.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import LedgerFailed
from .fork import register

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
        process INTEGER NOT NULL
    )
    """,
    # What makes paying twice impossible, whoever else writes to the file at the same moment.
    "CREATE UNIQUE INDEX IF NOT EXISTS unfinished ON submission (fingerprint) WHERE state <> 'ended'",
    "CREATE INDEX IF NOT EXISTS job ON submission (job_id)",
)
_COLUMNS = "number, fingerprint, model, callback, state, job_id, sent_at, answer_by, process"


@dataclass(frozen=True, slots=True)
class Entry:
    """One paid request that has no end on record; times are seconds since the epoch."""

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

    @property
    def under_way(self) -> bool:
        """Whether its answer may still be put down by the one who sent it."""
        return self.state == "sending" and time.time() < self.answer_by and _alive(self.process)


class Ledger:
    """One file.  Every method is one transaction and raises `LedgerFailed` when it cannot be done."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._lock = threading.Lock()
        self._process = 0
        register(self)
        self._connection: sqlite3.Connection | None = None
        self._inherited: sqlite3.Connection | None = None
        self._run("SELECT 1")  # so that a path that cannot be right is known before anything is sent

    def reset_after_fork(self) -> None:
        """A connection of SQLite must not be used in two processes; `_open` makes a new one."""
        self._lock = threading.Lock()

    def begin(self, *, fingerprint: str, api: str, model: str, callback: str | None, patience: float) -> int | None:
        """A request is about to leave; ``None`` if the same one is on record without an end.

        `patience` is the longest time in seconds until its outcome is known.
        """
        now = time.time()
        rows = self._run(
            "INSERT INTO submission (fingerprint, api, model, callback, state, sent_at, answer_by, process) "
            "VALUES (?, ?, ?, ?, 'sending', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number",
            (fingerprint, api, model, callback, now, now + patience, os.getpid()),
        )
        return _number(rows[0][0]) if rows else None

    def discard(self, number: int) -> None:
        """It provably started no job, so nothing is kept."""
        self._run("DELETE FROM submission WHERE number = ?", (number,))

    def uncertain(self, number: int) -> None:
        """Nobody knows whether it started one."""
        self._run("UPDATE submission SET state = 'uncertain' WHERE number = ?", (number,))

    def started(self, number: int, job_id: str, *, ended: bool) -> None:
        """It started a job; one without an id has `ended` already."""
        state = "ended" if ended else "started"
        self._run("UPDATE submission SET state = ?, job_id = ? WHERE number = ?", (state, job_id or None, number))

    def ended(self, api: str, job_id: str, status: str) -> None:
        """The job has ended, as the API said."""
        self._run(
            "UPDATE submission SET state = 'ended', status = ? WHERE api = ? AND job_id = ? AND status IS NOT ?",
            (status, api, job_id, status),
        )

    def unfinished(self, api: str, fingerprint: str | None = None) -> list[Entry]:
        """Requests without an end on record, the oldest first; those of one fingerprint, if it is given."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM submission "  # noqa: S608  a constant
            "WHERE state <> 'ended' AND api = ? AND (? IS NULL OR fingerprint = ?) ORDER BY number",
            (api, fingerprint, fingerprint),
        )
        return [Entry(*row) for row in rows]  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  typed by the table

    def succeeded(self, api: str, fingerprint: str) -> str | None:
        """The id of the last job that ended well."""
        rows = self._run(
            "SELECT job_id FROM submission WHERE api = ? AND fingerprint = ? AND status = 'succeeded' "
            "AND job_id IS NOT NULL ORDER BY number DESC LIMIT 1",
            (api, fingerprint),
        )
        return str(rows[0][0]) if rows else None

    def known(self, api: str, job_ids: Iterable[str]) -> set[str]:
        """Those of `job_ids` that are on record."""
        wanted = list(job_ids)
        marks = ", ".join("?" * len(wanted))
        rows = self._run(
            f"SELECT job_id FROM submission WHERE api = ? AND job_id IN ({marks})",  # noqa: S608  question marks
            (api, *wanted),
        )
        return {str(row[0]) for row in rows}

    def settle(self, api: str, fingerprint: str, job_id: str | None) -> bool:
        """Say what became of an uncertain request; whether there was one."""
        which = "WHERE api = ? AND fingerprint = ? AND job_id IS NULL AND state <> 'ended' RETURNING number"
        if job_id is None:
            return bool(self._run(f"DELETE FROM submission {which}", (api, fingerprint)))  # noqa: S608  a constant
        statement = f"UPDATE submission SET state = 'started', job_id = ? {which}"  # noqa: S608  a constant
        return bool(self._run(statement, (job_id, api, fingerprint)))

    def close(self) -> None:
        """Close the file; it is opened again when something is to be written."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        try:
            with self._lock:
                return self._open().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise LedgerFailed(f"the ledger {self._path} failed: {error}") from error

    def _open(self) -> sqlite3.Connection:
        if self._process != os.getpid():  # a forked process must neither use nor close its parent's connection
            self._inherited, self._connection = self._connection, None
            self._process = os.getpid()
        if self._connection is None:
            self._connection = _connect(self._path)
        return self._connection


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")  # a line must outlive a power cut, too
        connection.execute("BEGIN IMMEDIATE")  # two processes may both be the first
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let others read while one writes.  SQLite is "locked" at once, whatever the timeout, while another switches."""
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


def _alive(process: int) -> bool:
    """Whether the process may still be running; where that cannot be asked, it may."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
