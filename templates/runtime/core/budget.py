"""Spending limits: checked before a job is submitted, counted over a client's whole life."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .errors import BudgetExceeded
from .fork import register

if TYPE_CHECKING:
    from .price import Estimate

_ROUNDING = 1e-9
"""Sums of decimal prices are off by less than this in binary."""


class Budget:
    """What one client, with all its threads or tasks, has spent and may spend."""

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        self._spent = 0.0
        self._lock = threading.Lock()
        register(self)

    def reset_after_fork(self) -> None:
        """What the parent had spent counts in the child, too."""
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

    def commit(self, actual: float | None) -> None:
        """Count what the job costs: `actual`, or the estimate if the API did not state a cost."""
        if actual is not None:
            self._budget.correct(actual - self._cost)

    def release(self) -> None:
        """Return the reserved amount: the job was not started."""
        self._budget.correct(-self._cost)
