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
    """The spending of one client, with all its threads or tasks, and its limits."""

    def __init__(self, limit: float | None, *, min_balance: float | None = None) -> None:
        """`limit` is of what is spent, `min_balance` of what stays in the account."""
        self.limit = limit
        self.min_balance = min_balance
        self._spent = 0.0
        self._reserved = 0.0
        """For jobs that are being submitted."""
        self._balance: float | None = None
        """As last reported."""
        self._lock = threading.Lock()
        register(self)

    def reset_after_fork(self) -> None:
        """Keep the parent's spending in the child."""
        self._lock = threading.Lock()

    @property
    def spent(self) -> float:
        """The cost of all jobs in the provider's currency, or the estimate where the API reported none."""
        with self._lock:
            return self._spent

    def reserve(self, reservation: Reservation, estimate: Estimate | None, *, most: float | None) -> None:
        """Set the cost of a job aside, or raise `BudgetExceeded`; `most` is the limit of this one job.

        A job of unknown price is refused under a limit, and counts as nothing for the balance.
        """
        cost = estimate.cost if estimate is not None else None
        with self._lock:
            if estimate is not None and (most is not None or self.limit is not None):
                if cost is None:
                    raise BudgetExceeded(f"the price is {estimate}", estimate=estimate, spent=self._spent)
                if most is not None and cost > most + _ROUNDING:
                    raise BudgetExceeded(f"{estimate} is more than {most:g}", estimate=estimate, spent=self._spent)
                if self.limit is not None and self._spent + cost > self.limit + _ROUNDING:
                    message = f"{estimate} on top of {self._spent:g} is more than {self.limit:g}"
                    raise BudgetExceeded(message, estimate=estimate, spent=self._spent)
            self._check_balance(estimate, cost or 0.0)
            reservation.cost = cost or 0.0
            self._spent += reservation.cost
            self._reserved += reservation.cost

    def _check_balance(self, estimate: Estimate | None, cost: float) -> None:
        if estimate is None or self.min_balance is None or self._balance is None:
            return
        left = self._balance - self._reserved
        if left - cost < self.min_balance - _ROUNDING:
            message = f"{estimate} would leave less than {self.min_balance:g} of {left:g}"
            raise BudgetExceeded(message, estimate=estimate, spent=self._spent, reason="min_balance")

    def replace_estimate(self, reservation: Reservation, *, actual: float | None, balance: float | None) -> None:
        """Count what a job costs in place of what was set aside for it; `balance` is the one reported with it.

        Only the first call counts.  Nothing is called meanwhile, so that an interruption leaves all of it or nothing.
        """
        with self._lock:
            if reservation.is_settled:
                return
            reservation.is_settled = True
            cost = reservation.cost if actual is None else actual
            self._spent += cost - reservation.cost
            self._reserved -= reservation.cost
            if balance is not None:
                self._balance = balance
            elif self._balance is not None:
                self._balance -= cost


class Reservation:
    """The sum that is set aside for one job: nothing yet."""

    __slots__ = ("_budget", "cost", "is_settled")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.cost = 0.0
        self.is_settled = False

    def reserve(self, estimate: Estimate | None, *, most: float | None) -> None:
        """See `Budget.reserve`."""
        self._budget.reserve(self, estimate, most=most)

    def commit(self, actual: float | None = None, *, balance: float | None = None) -> None:
        """Count what the job costs: `actual`, or the estimate if the API did not state a cost."""
        self._budget.replace_estimate(self, actual=actual, balance=balance)

    def release(self) -> None:
        """Return the reserved amount: the job was not started."""
        self._budget.replace_estimate(self, actual=0.0, balance=None)
