"""Many requests under one budget: every outcome is kept, in the order of the requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic

from ..core.checks import check_type
from ..core.errors import ConfigurationError, SDKError
from ..core.interrupted import InterruptedJobs, repeat_if_interrupted
from ..files.outputs import OutputT
from ..models.request import Request, require_request
from ..models.result import Result
from .polling import JobPoller
from .result import build_result
from .submit import SubmissionKey, submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..core.context import Context
    from ..core.effects import Operation
    from ..files.download import Downloader


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of `run_many`, reported after each request that ended."""

    index: int
    """Which request it was."""
    outcome: Result[object] | SDKError
    done: int
    failed: int
    """Of those done."""
    total: int


class Batch(Generic[OutputT]):
    """The requests of one `run_many` and their outcomes."""

    def __init__(
        self,
        context: Context,
        files: Downloader,
        requests: Iterable[Request[OutputT]],
        *,
        timeout: float | None,
        job_timeout: float | None,
        cancel: bool,
        key: str | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        check_type("requests", requests, Iterable, "a list of requests", optional=False)
        self._requests = tuple(requests)
        for request in self._requests:
            require_request(request)
        if on_progress is not None and not callable(on_progress):
            raise ConfigurationError(f"on_progress is a function, not of type {type(on_progress).__name__}")
        self._interrupted = context.interrupted
        self._context = context._replace(interrupted=InterruptedJobs(None))
        self._files = files
        self._deadline = context.deadline(timeout)
        self._job_timeout = job_timeout
        self._cancel = cancel
        self._key = key
        self._on_progress = on_progress
        self._outcomes: dict[int, Result[OutputT] | SDKError] = {}
        self._jobs: dict[int, str] = {}
        self._failed = 0

    def operations(self) -> Iterator[Operation[None]]:
        """One for each request."""
        equal: Counter[str] = Counter()
        for index, request in enumerate(self._requests):
            name = request.__model_id__ + request.model_dump_json()
            yield self._run_one(index, request, SubmissionKey(self._key, equal[name]))
            equal[name] += 1

    def outcomes(self) -> list[Result[OutputT] | SDKError]:
        """In the order of the requests, once all operations have ended."""
        return [self._outcomes[index] for index in range(len(self._requests))]

    def add_jobs(self, error: BaseException) -> None:
        """Add to the exception that ended the batch the ids of its jobs, except those that `on_progress` was given."""
        repeat_if_interrupted(partial(self._add_jobs, error))

    def _add_jobs(self, error: BaseException) -> None:
        known = {*self._jobs.values()}
        unfinished = [job for index, job in self._jobs.items() if index not in self._outcomes]
        unfinished += [job for job in self._context.interrupted.ids if job not in known]
        ended = [job for index, job in self._jobs.items() if index in self._outcomes and self._on_progress is None]
        if not isinstance(error, SDKError):
            self._interrupted.record([*unfinished, *ended])
        for state, jobs in (("unfinished", unfinished), ("ended", ended)):
            if jobs:
                error.add_note(f"submitted and {state}: {', '.join(jobs)}; resume them with jobs.get(...)")

    def _run_one(self, index: int, request: Request[OutputT], identity: SubmissionKey) -> Operation[None]:
        outcome: Result[OutputT] | SDKError
        try:
            outcome = yield from self._run(index, request, identity)
        except SDKError as error:
            outcome = error
            self._failed += 1
        self._outcomes[index] = outcome
        if self._on_progress is not None:
            self._on_progress(Progress(index, outcome, len(self._outcomes), self._failed, len(self._requests)))

    def _run(self, index: int, request: Request[OutputT], identity: SubmissionKey) -> Operation[Result[OutputT]]:
        info = yield from submit(self._context, request, webhook_url=None, deadline=self._deadline, identity=identity)
        self._jobs[index] = info.id
        # The job's own timeout begins here, so that the wait in the queue does not count.
        deadline = self._deadline.within(self._job_timeout)
        info = yield from JobPoller(self._context, info, deadline, cancel=self._cancel).until_done()
        return build_result(self._context, self._files, info, type(request))
