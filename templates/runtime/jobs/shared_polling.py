"""Polling many jobs with one request: the provider's job list.

Each poller keeps its own pauses.  When a pause is over, the poller takes its job from a list that
another poller has requested meanwhile, or requests the list itself, for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.effects import Operation, Sleep
from ..core.errors import DeadlineExceeded, SDKError
from .read_job import has_output
from .routes import fetch_job_list

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.job_info import JobInfo
    from ..core.poll_registry import Subscription

PAGE = 100
"""Jobs requested; those further down the list are polled on their own routes."""


def is_shared(context: Context, subscription: Subscription) -> bool:
    """Whether to try the job list before the job's own route."""
    if context.profile.job.list is None:
        return False
    return subscription.info.ended or context.poll_registry.is_worthwhile()


def poll_list(
    context: Context, subscription: Subscription, deadline: Deadline, *, last: bool
) -> Operation[JobInfo | None]:
    """Return the job from the job list, or None if only its own route can tell.

    That is the case if the list fails, does not show the job, shows it as failed or without its
    result, or is due to be verified.  The `last` poll of a wait does not wait for the spacing
    between two requests for the list.  Raises nothing of its own.
    """
    registry = context.poll_registry
    since = context.clock.now()
    while subscription.seen_at < since and not subscription.info.ended:
        pause = registry.try_start(patient=not last)
        if pause > 0:
            if deadline.remaining <= 0 or not registry.is_worthwhile():
                return None
            yield Sleep(min(pause, deadline.remaining))
            continue
        try:
            if not (yield from _request_list(context, deadline)):
                return None
        finally:
            registry.finish()
    if not subscription.trusted or not is_conclusive(context, subscription.info):
        return None
    return subscription.info


def _request_list(context: Context, deadline: Deadline) -> Operation[bool]:
    """Request the list once, without retries, and publish it; return whether it can be used."""
    registry = context.poll_registry
    once = context._replace(retries=context.retries._replace(attempts=1))
    try:
        found, server_delay = yield from fetch_job_list(once, limit=PAGE, deadline=deadline, urgent=True)
    except DeadlineExceeded:
        return False
    except SDKError as error:
        if deadline.remaining <= 0:
            return False
        if error.retryable:
            pause = registry.suspend()
            context.log.warning("listing jobs failed, so they are polled one by one for %.0f s: %s", pause, error)
        else:
            registry.disable()
            context.log.warning("listing jobs failed, so they are polled one by one: %s", error)
        return False
    if not registry.publish(found, server_delay=server_delay):
        registry.disable()
        context.log.warning("the job list is stale, so jobs are polled one by one")
        return False
    return True


def is_conclusive(context: Context, info: JobInfo) -> bool:
    """Whether a list item or a callback can stand for the job document: the job goes on, or has a result here."""
    if not info.ended:
        return True
    return info.status == "succeeded" and has_output(context.profile, info.raw)
