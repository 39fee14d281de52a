"""Work on an event loop that a cancellation must not cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ..core.departure import Departure

T = TypeVar("T")


async def outlive(work: Callable[[], Awaitable[T]], departure: Departure | None) -> tuple[T, BaseException | None]:
    """Return the outcome of `work`, and the cancellation that came while it had to finish.

    It is carried out in a task of its own, because only a task outlives asyncio's way of cancelling;
    and in a group, so that it does not outlive the call.  It is shielded from the start, or, with a
    `departure`, once that request begins to leave.
    """
    outcomes: list[T] = []
    errors: list[Exception] = []
    shield = anyio.CancelScope(shield=departure is None or departure.has_begun)

    async def carry_out() -> None:
        with shield:
            try:
                outcomes.append(await work())
            except Exception as error:  # noqa: BLE001  raised below, as itself and not in a group
                errors.append(error)

    def on_begin() -> None:
        shield.shield = True

    if departure is not None:
        departure.on_begin = on_begin
    interruption: BaseException | None = None
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(carry_out)
    except anyio.get_cancelled_exc_class() as error:
        interruption = error
    if errors:
        raise errors[0]
    if not outcomes:
        if departure is not None:
            departure.abandon()
        raise cast("BaseException", interruption)
    return outcomes[0], interruption
