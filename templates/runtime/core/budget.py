"""Spending limits: checked before a job is submitted, counted over a client's whole life."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import BudgetExceeded, SDKError, SubmissionUncertain

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..files.outputs import Output
    from ..jobs.pricing import Estimate
    from ..models.request import Request
    from .context import Context

_ROUNDING = 1e-9
"""Sums of decimal prices are off by less than this in binary."""


class Budget:
    """What one client, with all its threads or tasks, has spent and may spend."""

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        self._spent = 0.0
        self._lock = threading.Lock()

    @property
    def spent(self) -> float:
        """In the provider's currency: what jobs cost, or were estimated to where the API did not say."""
        with self._lock:
            return self._spent

    def reserve(self, estimate: Estimate | None, *, most: float | None) -> float:
        """Set the cost of a job aside, or raise `BudgetExceeded`; `most` is the limit of this one job."""
        cost = estimate.cost if estimate is not None else None
        with self._lock:
            if estimate is not None and (most is not None or self.limit is not None):
                if cost is None:
                    raise BudgetExceeded(f"the price is {estimate}", estimate=estimate, spent=self._spent)
                if most is not None and cost > most + _ROUNDING:
                    raise BudgetExceeded(f"{estimate} is more than {most:g}", estimate=estimate, spent=self._spent)
                if self.limit is not None and self._spent + cost > self.limit + _ROUNDING:
                    said = f"{estimate} on top of {self._spent:g} is more than {self.limit:g}"
                    raise BudgetExceeded(said, estimate=estimate, spent=self._spent)
            self._spent += cost or 0.0
        return cost or 0.0

    def correct(self, by: float) -> None:
        """Count what a job turned out to cost more (or less) than was set aside."""
        with self._lock:
            self._spent += by


class Reservation:
    """What is set aside for one job."""

    def __init__(self, budget: Budget, cost: float) -> None:
        self._budget = budget
        self._cost = cost

    def settle(self, actual: float | None) -> None:
        """Count what the job costs; without an `actual` figure the estimate stands."""
        if actual is not None:
            self._budget.correct(actual - self._cost)

    def release(self) -> None:
        """The job was not started."""
        self._budget.correct(-self._cost)


@contextmanager
def within_budget(context: Context, request: Request[Output]) -> Generator[Reservation]:
    """Set the request's cost aside while it is submitted.

    Given back when an error proves that nothing was started; kept when a job may have been.
    Raises `BudgetExceeded` before anything is sent.
    """
    budget, most = context.budget, context.options.max_credits
    estimate = None
    if budget.limit is not None or most is not None:
        from ..jobs.pricing import estimate as estimated  # pydantic and decimal: only who sets a limit needs it

        estimate = estimated(request, context.profile.currency, context.options.extra_body)
    reservation = Reservation(budget, budget.reserve(estimate, most=most))
    try:
        yield reservation
    except SDKError as error:
        if not isinstance(error, SubmissionUncertain):
            reservation.release()
        raise
