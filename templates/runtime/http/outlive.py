"""Work on an event loop that a cancellation must not cut short."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from ..core.departure import Departure

T = TypeVar("T")


async def run_blocking(threads: Executor, work: Callable[[], None]) -> BaseException | None:
    """Have a thread do `work`, and return the cancellation that came meanwhile."""
    if not _is_asyncio():
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(work)
        return None
    # No task, which `asyncio.run` may cancel, nor a thread of anyio's: an exception of a signal handler may close the
    # loop that stops those, and then the interpreter waits for them for ever.
    try:
        done = asyncio.get_running_loop().run_in_executor(threads, work)
    except RuntimeError:  # once the main thread has ended, the interpreter gives executors no thread
        work()
        return None
    interruption: BaseException | None = None
    while not done.done():
        try:
            with anyio.CancelScope(shield=True):
                await asyncio.wait([done])
        except asyncio.CancelledError as error:
            interruption = interruption or error
    done.result()  # raises the error of the work
    return interruption


async def outlive(work: Callable[[], Awaitable[T]], departure: Departure) -> tuple[T, BaseException | None]:
    """Return the outcome of `work`, and the cancellation that came after its request had begun to leave.

    It is carried out in a task of its own, because only a task outlives asyncio's way of cancelling;
    and in a group, so that it does not outlive the call.
    """
    outcomes: list[T] = []
    errors: list[BaseException] = []
    shield = anyio.CancelScope(shield=departure.has_begun)
    cancelled = anyio.get_cancelled_exc_class()

    async def carry_out() -> None:
        task = asyncio.current_task() if _is_asyncio() else None

        def protect() -> None:
            shield.shield = True
            if task is not None:
                # `asyncio.run` cancels every task that is registered, shielded or not, after an exception of a signal
                # handler, and then waits for them.  The one that waits for this task is among them.
                asyncio._unregister_task(task)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  documented

        departure.on_begin = protect
        if departure.has_begun:
            protect()
        with shield:
            try:
                outcomes.append(await work())
            except cancelled:
                raise
            except BaseException as error:  # noqa: BLE001  raised below, as itself and not in a group
                errors.append(error)

    interruption: BaseException | None = None
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(carry_out)
    except cancelled as error:
        interruption = error
    if errors:
        raise errors[0]
    if not outcomes:
        departure.abandon()
        raise cast("BaseException", interruption)
    return outcomes[0], interruption


def _is_asyncio() -> bool:
    return anyio.get_cancelled_exc_class() is asyncio.CancelledError
