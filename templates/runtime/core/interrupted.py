"""Jobs that continue after the call that waited for them was interrupted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import SDKError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from logging import Logger

_MOST = 10_000
"""Ids that are kept; the oldest go first."""


def repeat_if_interrupted(work: Callable[[], None]) -> None:
    """Do `work`, which accounts for an interruption, and do it again if a second one ends it."""
    try:
        work()
    except Exception:
        raise
    except BaseException:
        work()
        raise


class InterruptedJobs:
    """Ids of such jobs, because not every exception that ends a call reaches its caller.

    A task group or a timeout scope swallows the cancellation, and with it the note that names the
    job.  So the id is also logged, and kept for ``client.jobs.interrupted``.
    """

    def __init__(self, log: Callable[[], Logger] | None) -> None:
        """Without `log`, nothing is logged: a batch reports its jobs together."""
        self._log = log
        self._ids: dict[str, None] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The oldest first."""
        return tuple(self._ids)

    def record(self, job_ids: Iterable[str]) -> None:
        """Keep the ids of jobs, and log them in one warning."""
        new = [job_id for job_id in job_ids if job_id and job_id not in self._ids]
        if not new:
            return
        self._ids.update(dict.fromkeys(new))
        while len(self._ids) > _MOST:
            del self._ids[next(iter(self._ids))]
        if self._log is not None:
            self._log().warning("interrupted; these jobs were submitted: %s", ", ".join(new))


@contextmanager
def with_job_note(job_id: str, interrupted: InterruptedJobs | None = None) -> Generator[None]:
    """Do `add_job_note` for any exception."""
    try:
        yield
    except BaseException as error:
        add_job_note(error, job_id, interrupted)
        raise


def add_job_note(error: BaseException, job_id: str, interrupted: InterruptedJobs | None) -> None:
    """Add to an exception which job goes on, and how to resume it; record an interruption in `interrupted`."""
    if isinstance(error, SDKError):
        error.concerns(job_id)
    elif not isinstance(error, Exception) and interrupted is not None:
        interrupted.record([job_id])
    if not any(job_id in told for told in (str(error), *getattr(error, "__notes__", ()))):
        error.add_note(f"job {job_id} was submitted; take it up again with jobs.get({job_id!r}, ...)")
