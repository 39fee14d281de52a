"""Record operations in the ledger, if the client has one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ..core.effects import Operation, run_blocking
from ..core.errors import LedgerFailed, SDKError
from ..core.job_info import JobInfo
from ..core.outcome import Failure, Reply
from ..http.api_call import Call, send_once
from ..models.sent_file import SentFile
from .submission_outcome import SubmissionOutcome, submission_outcome, submission_so_far

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.json_document import JsonValue
    from ..core.ledger import Ledger

_MARGIN = 5.0
"""Seconds beyond the timeouts, for putting an answer down."""


class DuplicateSubmission(SDKError):
    """The same request is in the ledger, without an end."""


def fingerprint(call: Call, parameters: dict[str, JsonValue], key: str | None, ordinal: int) -> str:
    """Return a digest of the URL, the parameters, `key` and `ordinal`: equal if the job would be the same.

    A webhook is no part of it.  `key` is the caller's; `ordinal` counts equal requests of one batch.
    """
    facts: list[JsonValue] = [call.method, call.url, _content_of(parameters), key, ordinal]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _content_of(value: JsonValue) -> JsonValue:
    """Return `value` with the digest of each local file that was sent, in place of the URL of that upload."""
    if isinstance(value, SentFile):
        return value.digest
    if isinstance(value, dict):
        return {name: _content_of(item) for name, item in value.items()}
    return [_content_of(item) for item in value] if isinstance(value, list) else value


def digest(url: str) -> str:
    """Return a digest to record instead of a URL, which may hold a secret."""
    return hashlib.sha256(url.encode()).hexdigest()


def record_end(context: Context, job_id: str, status: str) -> Operation[None]:
    """The job has ended."""
    ledger = context.ledger
    if ledger is None or not job_id:
        return
    try:
        yield from run_blocking(lambda: ledger.mark_ended(context.base_url, job_id, status))
    except LedgerFailed as error:
        context.log.warning("the end of job %s could not be recorded: %s", job_id, error)


class LedgerRecorder:
    """Sends a request and keeps the ledger: the line is there before the request leaves."""

    def __init__(
        self, ledger: Ledger, *, fingerprint: str, model: str, webhook_url: str | None, parameters: str | None = None
    ) -> None:
        self._ledger = ledger
        self._fingerprint = fingerprint
        self._model = model
        self._callback = digest(webhook_url) if webhook_url else None
        self._parameters = parameters

    def send(self, context: Context, call: Call, deadline: Deadline) -> Operation[Reply | Failure]:
        """One attempt.  Raises `DuplicateSubmission` or `LedgerFailed`; in both cases nothing was sent."""
        number = yield from run_blocking(lambda: self._begin(context))
        try:
            outcome = yield from send_once(context, call, deadline)
        except BaseException:  # interrupted, so that there is no time for effects
            self._conclude_now(context, number, submission_so_far(context, call))
            raise
        try:
            yield from run_blocking(lambda: self._conclude(number, submission_outcome(context, outcome)))
        except LedgerFailed as error:
            # The answer must not be lost as well; the line stays, and makes the request uncertain.
            context.log.error("the outcome of a paid request could not be recorded: %s", error)  # noqa: TRY400
        except BaseException:  # interrupted before that was done
            self._conclude_now(context, number, submission_outcome(context, outcome))
            raise
        return outcome

    def _begin(self, context: Context) -> int:
        number = self._ledger.begin(
            fingerprint=self._fingerprint,
            api=context.base_url,
            model=self._model,
            callback=self._callback,
            patience=context.timeout + context.connect_timeout + _MARGIN,
            parameters=self._parameters,
        )
        if number is None:
            raise DuplicateSubmission("the same request is on record, without an end")
        return number

    def _conclude_now(self, context: Context, number: int, result: JobInfo | SubmissionOutcome) -> None:
        """Record the result without an effect; an error here must not hide the interruption."""
        try:
            self._conclude(number, result)
        except LedgerFailed as error:
            context.log.error("the outcome of a paid request could not be recorded: %s", error)  # noqa: TRY400

    def _conclude(self, number: int, result: JobInfo | SubmissionOutcome) -> None:
        if isinstance(result, JobInfo):
            self._ledger.started(number, result.id, ended=result.status if result.ended else None)
        elif result == "unknown":
            self._ledger.uncertain(number)
        else:
            self._ledger.discard(number)
