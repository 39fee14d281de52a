"""Jobs and the credits they cost: all the state that submitting changes.

A job has no timer: its state follows from the clock at each poll.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemaloom.emulator.options import Options
from schemaloom.emulator.pricing import plain
from schemaloom.emulator.responses import RefusedError
from schemaloom.json.values import JsonObject
from schemaloom.settings.jobs import JobProtocol
from schemaloom.settings.value_types import JobState, Modality
from schemaloom.snapshot.model import ModelDocument

_QUEUED_SHARE = 0.25


@dataclass(slots=True)
class Callback:
    """A webhook the caller asked for, and how its delivery went."""

    url: str
    status: str = "pending"
    """``pending``, ``delivered`` or ``failed``."""
    attempts: int = 0


@dataclass(slots=True, kw_only=True)
class Job:
    """One accepted submission; times are seconds since the epoch."""

    id: str
    model: str
    modality: Modality
    files: int
    listed: bool
    """Whether its result is a list of URLs rather than one URL."""
    cost: Decimal
    created: float
    finishes: float
    expires: float
    parameters: JsonObject
    """As they were submitted."""
    facts: JsonObject
    """The model's facts."""
    output: JsonObject | None
    """The model's output schema."""
    outcome: JobState
    """Its final state, decided at submission."""
    final_text: str
    """The provider's status for `outcome`."""
    interim_text: str | None = None
    """Status used for queued and running, if a fault sets one."""
    callback: Callback | None = None
    inline: bool = False
    """Whether the answer to the submission is the finished job, with its files inside."""
    cancelled_at: float | None = None

    def state(self, now: float) -> JobState:
        """The state at a moment."""
        if self.cancelled_at is not None:
            return "cancelled"
        if now >= self.finishes:
            return self.outcome
        return "queued" if now < self.created + (self.finishes - self.created) * _QUEUED_SHARE else "running"

    def progress(self, now: float) -> float:
        """Return the share of it that is done at a moment, from 0 to 1."""
        running = self.due(0)
        return 1.0 if now >= self.finishes else max(0.0, (now - running) / (self.finishes - running))

    def due(self, progress: float) -> float:
        """The moment at which so much of it is done."""
        running = self.created + (self.finishes - self.created) * _QUEUED_SHARE
        return running + progress * (self.finishes - running)

    def finished(self, now: float) -> bool:
        """Whether the state will not change any more."""
        return self.state(now) not in {"queued", "running"}


def status_of(statuses: Mapping[str, JobState], state: JobState | None) -> str | None:
    """Return the first status with the meaning `state`."""
    return next((text for text, meaning in statuses.items() if meaning == state), None)


class JobStore:
    """Every job of a running emulator, and the caller's balance."""

    def __init__(self, protocol: JobProtocol, options: Options) -> None:
        self._protocol = protocol
        self._options = options
        self._jobs: dict[str, Job] = {}
        # Through a string, so that 0.1 is exactly a tenth.
        self._opening = Decimal(str(options.credits))
        self._spent = Decimal(0)
        self._refundable: list[Job] = []

    def status_text(self, state: JobState) -> str:
        """Return the provider's first status for a state.

        A provider without a status for queued or cancelled uses running or failed.
        """
        nearest: dict[JobState, JobState] = {"queued": "running", "running": "queued", "cancelled": "failed"}
        if self._protocol.result is not None:
            nearest |= {"failed": "succeeded", "cancelled": "succeeded"}  # the result then is an error
        return (
            status_of(self._protocol.statuses, state) or status_of(self._protocol.statuses, nearest.get(state)) or state
        )

    def text(self, job: Job, now: float) -> str:
        """Return the provider's status of a job at a moment."""
        state = job.state(now)
        if job.finished(now):
            return job.final_text if state == job.outcome else self.status_text(state)
        return job.interim_text or self.status_text(state)

    def balance(self, now: float) -> Decimal:
        """Return the balance: the opening one, less every job that the provider charges for."""
        back = sum((job.cost for job in self._refundable if job.finished(now)), Decimal(0))
        return self._opening - self._spent + back

    def submit(
        self,
        *,
        model: ModelDocument,
        modality: Modality,
        files: int,
        listed: bool,
        cost: Decimal,
        parameters: JsonObject,
        callback: Callback | None,
        failure: str | None,
        interim_text: str | None,
        inline: bool = False,
        job_id: str | None = None,
    ) -> Job:
        """Accept a job and charge for it.

        `job_id` is the id that the caller gave it; a second job of that id is refused.
        `failure` is None for a job that succeeds, else its final status (empty: the
        provider's own).  Raises `RefusedError` also when the balance is too low.
        """
        now = self._options.clock()
        balance = self.balance(now)
        if balance < cost:
            message = f"This job costs {plain(cost)} and {plain(balance)} is left"
            raise RefusedError("insufficient_credits", message)
        if job_id in self._jobs:
            raise RefusedError("invalid_input", f"Job {job_id!r} exists")
        outcome: JobState = "succeeded" if failure is None else "failed"
        job = Job(
            id=job_id or f"job_{len(self._jobs) + 1:06d}",
            model=model.id,
            facts=model.facts or {},
            output=model.output,
            modality=modality,
            files=files,
            listed=listed,
            cost=cost,
            parameters=parameters,
            created=now,
            finishes=now if inline or self._protocol.url is None else now + self._options.job_seconds,
            expires=now + self._options.expiry_seconds,
            outcome=outcome,
            final_text=failure or self.status_text(outcome),
            interim_text=interim_text,
            callback=callback,
            inline=inline,
        )
        self._jobs[job.id] = job
        self._spent += cost
        if job.final_text in self._protocol.uncharged:
            self._refundable.append(job)
        return job

    def find(self, job_id: str) -> Job:
        """The job; raises `RefusedError` when there is none, or when it has expired."""
        job = self._jobs.get(job_id)
        if job is None:
            raise RefusedError("job_not_found", f"Job {job_id!r} not found")
        if self._options.clock() >= job.expires:
            raise RefusedError("expired", f"Job {job_id!r} has expired")
        return job

    def model_of(self, job_id: str) -> str | None:
        """The model a job runs; None when there is no such job."""
        job = self._jobs.get(job_id)
        return None if job is None else job.model

    def recent(self, limit: int) -> list[Job]:
        """Jobs that have not expired, the newest first."""
        now = self._options.clock()
        found: list[Job] = []
        for job in reversed(self._jobs.values()):
            if len(found) == limit or now >= job.expires:
                break
            found.append(job)
        return found

    def cancel(self, job: Job) -> None:
        """Stop a job; one that has finished stays as it is."""
        now = self._options.clock()
        if job.finished(now):
            return
        job.cancelled_at = now
        uncharged = self.text(job, now) in self._protocol.uncharged
        if uncharged and job not in self._refundable:
            self._refundable.append(job)
        elif not uncharged and job in self._refundable:
            self._refundable.remove(job)
