"""Jobs that continue after the call that waited for them was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from logging import Logger

_MOST = 10_000
"""Ids that are kept; the oldest go first."""


class InterruptedJobs:
    """Ids of such jobs, because not every exception that ends a call reaches its caller.

    A task group or a timeout scope swallows the cancellation, and with it the note that names the
    job.  So the id is also logged, and kept for ``client.jobs.interrupted``.
    """

    def __init__(self, log: Callable[[], Logger] | None) -> None:
        """Without `log`, nothing is kept: a batch reports its jobs together."""
        self._log = log
        self._ids: dict[str, None] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The oldest first."""
        return tuple(self._ids)

    def record(self, job_ids: Iterable[str]) -> None:
        """Keep the ids of jobs, and log them in one warning."""
        new = [job_id for job_id in job_ids if job_id not in self._ids]
        if self._log is None or not new:
            return
        self._ids.update(dict.fromkeys(new))
        while len(self._ids) > _MOST:
            del self._ids[next(iter(self._ids))]
        self._log().warning("interrupted; these jobs were submitted: %s", ", ".join(new))
