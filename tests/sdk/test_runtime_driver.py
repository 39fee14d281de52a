"""One driver for threads, tasks and batches: an effect that fails is the same to an operation in all three."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from runtime.core.clock import CLOCK
from runtime.core.effects import Operation, RunBlocking, Sleep
from runtime.http.async_transport import AsyncTransport
from runtime.http.concurrent_runner import ConcurrentRunner
from runtime.http.driver import Driver
from runtime.http.sync_transport import Transport


def in_a_thread(operation: Operation[None]) -> None:
    transport = Transport()
    try:
        transport.perform(operation)
    finally:
        transport.close()


def in_a_task(operation: Operation[None]) -> None:
    async def main() -> None:
        transport = AsyncTransport()
        try:
            await transport.perform(operation)
        finally:
            await transport.close()

    asyncio.run(main())


def in_a_batch(operation: Operation[None]) -> None:
    transport = Transport()
    try:
        ConcurrentRunner(transport, CLOCK, iter([operation]), at_once=None).run()
    finally:
        transport.close()


DRIVEN = pytest.mark.parametrize("drive", [in_a_thread, in_a_task, in_a_batch])


class DiskFull(OSError):
    pass


def fill() -> None:
    raise DiskFull


@DRIVEN
def test_an_effect_that_raises_shows_the_operation_its_error(drive: Callable[[Operation[None]], None]):
    seen: list[str] = []

    def operation() -> Operation[None]:
        try:
            yield Sleep(0)
            yield RunBlocking(fill)
        except BaseException as error:
            seen.append(type(error).__name__)
            raise

    with pytest.raises(DiskFull):
        drive(operation())
    assert ["DiskFull"] == seen


@DRIVEN
@pytest.mark.parametrize("reaction", ["swallows it", "goes on"])
def test_an_operation_cannot_hide_the_error_of_an_effect(drive, reaction):
    def operation() -> Operation[None]:
        try:
            yield RunBlocking(fill)
        except DiskFull:
            if reaction == "goes on":
                yield Sleep(0)

    with pytest.raises(DiskFull):
        drive(operation())


@DRIVEN
def test_an_error_of_the_operations_own_comes_out(drive):
    def operation() -> Operation[None]:
        yield Sleep(0)
        raise LookupError

    with pytest.raises(LookupError):
        drive(operation())


def test_an_interruption_that_was_held_back_lets_the_operation_record_and_sends_nothing():
    recorded: list[str] = []

    def operation() -> Operation[str]:
        yield RunBlocking(lambda: None)
        yield RunBlocking(lambda: recorded.append("answer"))
        yield Sleep(1)
        return "never"

    driver = Driver(operation())
    driver.next()
    driver.hold_back(KeyboardInterrupt())
    effect = driver.next()
    assert isinstance(effect, RunBlocking)
    effect.work()
    with pytest.raises(KeyboardInterrupt):
        driver.next()
    assert ["answer"] == recorded
