"""Record the calls of an agent, their costs and their failures in an SQLite file.

It outlives the server, so that a budget is not a new one after a restart, and servers at the same
time share it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ..core.errors import BudgetExceeded, LedgerFailed

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.price import Estimate

_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
_ROUNDING = 1e-9
"""Sums of decimal prices are off by less than this in binary."""
_TABLE = """
    CREATE TABLE IF NOT EXISTS call (
        package TEXT NOT NULL,
        digest TEXT NOT NULL,
        cost REAL NOT NULL,
        failure TEXT,
        PRIMARY KEY (package, digest)
    )
"""
_SPENT = "SELECT coalesce(sum(cost), 0) FROM call WHERE package = ?"


class CallRecord:
    """The calls of one package in one file.  Every method is one transaction; raises `LedgerFailed` if that fails."""

    def __init__(self, path: Path, package: str) -> None:
        self._path = path
        self._package = package
        self._run(_TABLE)

    def reserve(self, digest: str, estimate: Estimate, limit: float) -> bool:
        """Count a call with its estimated cost; return whether it was not counted before.

        Raises `BudgetExceeded` if all calls together could then cost more than `limit`.
        """
        if self._run("SELECT 1 FROM call WHERE package = ? AND digest = ?", self._package, digest):
            return False
        spent = self.spent()
        if estimate.cost is None:
            raise BudgetExceeded(f"the price is {estimate}", estimate=estimate, spent=spent)
        # One statement, so that of two servers one sees what the other has reserved.
        reserved = self._run(
            f"INSERT INTO call (package, digest, cost) SELECT ?, ?, ? WHERE ({_SPENT}) + ? <= ? "
            "ON CONFLICT DO NOTHING RETURNING digest",
            *(self._package, digest, estimate.cost, self._package, estimate.cost, limit + _ROUNDING),
        )
        if not reserved and not self._run("SELECT 1 FROM call WHERE package = ? AND digest = ?", self._package, digest):
            message = f"{estimate} on top of {spent:g} is more than {limit:g}"
            raise BudgetExceeded(message, estimate=estimate, spent=spent)
        return bool(reserved)

    def release(self, digest: str) -> None:
        """Count a call no longer: it provably started no job."""
        self._run("DELETE FROM call WHERE package = ? AND digest = ?", self._package, digest)

    def settle(self, digest: str, cost: float) -> None:
        """Count what a call cost in place of the estimate."""
        self._run(
            "INSERT INTO call (package, digest, cost) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cost = excluded.cost",
            *(self._package, digest, cost),
        )

    def fail(self, digest: str, message: str) -> None:
        """Record why a paid call has no result."""
        self._run("UPDATE call SET failure = ? WHERE package = ? AND digest = ?", message, self._package, digest)

    def failure(self, digest: str) -> str | None:
        """Return why a paid call has no result; None if it is not known to have none."""
        statement = "SELECT failure FROM call WHERE package = ? AND digest = ? AND failure IS NOT NULL"
        rows = self._run(statement, self._package, digest)
        return str(rows[0][0]) if rows else None

    def spent(self) -> float:
        """Return what all calls cost, or may cost where that is not known yet."""
        return float(str(self._run(_SPENT, self._package)[0][0]))

    def _run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")  # a row must outlive a power cut, too
                return connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise LedgerFailed(f"the record of calls {self._path} failed: {error}") from error
