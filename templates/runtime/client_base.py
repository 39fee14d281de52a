"""`ClientBase`: the part that both clients share.

Importing this module imports no HTTP library, and neither does constructing a `Client`: its first call
does.  An `AsyncClient` does it at once, as nothing may hold up an event loop later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from .core.clock import Clock
    from .core.context import Context
    from .core.price import Estimate
    from .core.profile import Profile
    from .core.retry_policy import RetryPolicy
    from .models.request import Request

DEFAULT_TIMEOUT = 60.0
"""Seconds one HTTP exchange may take."""
CONNECT_TIMEOUT = 10.0
"""Seconds reaching the server may take; a request that did not is sent again."""


class ClientBase:
    """The base of `Client` and `AsyncClient`: everything that sends nothing."""

    profile: ClassVar[Profile]
    retries: ClassVar[RetryPolicy | None] = None
    """For subclasses: pauses and attempts other than those of `RetryPolicy`."""
    clock: ClassVar[Clock | None] = None
    """For subclasses: time other than this machine's, such as a simulation's."""

    _context: Context

    @property
    def spent(self) -> float:
        """The cost so far of the jobs submitted through this client, in the provider's currency.

        Where the API reports no cost, the estimate counts if there is a limit, and otherwise nothing.
        A job that failed counts as well, because the API does not report refunds.
        """
        return self._context.budget.spent

    def estimate(self, request: Request[object]) -> Estimate:
        """Estimate the cost of `request` from the catalogue's price, without a request to the API.

        The ``cost`` is ``None`` if the price, or the quantity it is multiplied by, is unknown.
        """
        from .calls import estimate

        return estimate(request, self.profile.currency, self._context.options.extra_body)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        retries: int | None = None,
        extra_body: Mapping[str, JsonValue] | None = None,
        max_credits: float | None = None,
    ) -> Self:
        """The same client with other options for the calls made through what is returned.

        Both share connections, pace, budget and key; closing one closes both.

        :param timeout: seconds one HTTP exchange may take, and a file host may be silent.
        :param headers: sent as well, to the API's origin alone; they cannot replace the key.
        :param retries: how often a call is repeated where that is safe; a job is never paid twice.
        :param extra_body: parameters sent beside those of a request, unchecked.
        :param max_credits: a limit for the cost of a single job.
        """
        from copy import copy

        twin = copy(self)
        twin._bind(  # noqa: SLF001  of the same class
            self._context.with_options(
                timeout=timeout,
                headers=headers,
                retries=retries,
                extra_body=extra_body,
                max_credits=max_credits,
            )
        )
        return twin

    def _bind(self, context: Context) -> None:
        """Use `context` from now on."""
        raise NotImplementedError

    def __repr__(self) -> str:
        made = "_context" in vars(self)  # not yet, where a constructor that fails is printed
        return f"{type(self).__name__}({f'base_url={self._context.base_url!r}' if made else ''})"
