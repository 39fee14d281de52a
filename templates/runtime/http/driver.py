"""`Driver`: runs one operation, effect by effect, for every transport.

An operation is a generator: it yields an effect, is sent the effect's outcome, and returns its
result (see `core.effects`).  A transport carries the effects out; between two of them this
module decides, once for threads, tasks and batches::

    driver = Driver(operation)
    effect = driver.next()
    while effect is not None:
        try:
            outcome = ...  # carry out the effect
        except BaseException as error:
            driver.fail(error)
        effect = driver.next(outcome)
    return driver.result

`perform` of a transport runs it like this; `iterate` also yields to its caller what the operation
emits, and reads streams for it.

Three rules:

- An effect that raises (Ctrl-C, a full disk) raises inside the operation, whose ``with`` blocks
  clean up and add what they know, and then in the caller.
- An interruption during an effect that must finish is held back.  The operation receives the
  outcome and may record it with blocking work; at its next other effect, or at its end, the
  interruption is raised.
- After an interruption no request is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from ..core.effects import Effect, Outcome, RunBlocking, Send

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..core.departure import Departure

EffectT = TypeVar("EffectT")
T = TypeVar("T")


class Driver(Generic[EffectT, T]):
    """Runs one operation to its end."""

    __slots__ = ("_interruption", "_is_paying", "_operation", "is_recording", "result")

    def __init__(self, operation: Generator[EffectT, Outcome, T]) -> None:
        self._operation = operation
        self._interruption: BaseException | None = None
        self.result: T
        """Of the operation, once `next` has returned None; no property, because an interruption may come in a call."""
        self._is_paying = False
        self.is_recording = False
        """Whether the present effect records the outcome of a request that may have cost money."""

    def next(self, outcome: Outcome = None) -> EffectT | None:
        """Give the operation the outcome of its last effect; return the next effect, or None at its end.

        Raises the operation's error, or the interruption that was held back.
        """
        try:
            effect = self._operation.send(outcome)
        except StopIteration as stop:
            if self._interruption is not None:
                raise self._interruption from None
            self.result = stop.value
            return None
        except Exception as error:
            if self._interruption is not None:
                raise self._interruption from error
            raise
        is_blocking = isinstance(effect, RunBlocking)
        if self._interruption is not None and not is_blocking:
            self.fail(self._interruption)
        self.is_recording = is_blocking and (self.is_recording or self._is_paying)
        self._is_paying = isinstance(effect, Send) and effect.departure is not None
        return effect

    def hold_back(self, interruption: BaseException) -> None:
        """Raise `interruption` when the operation has recorded the outcome of the present effect."""
        self._interruption = self._interruption or interruption

    def fail(self, error: BaseException) -> NoReturn:
        """Raise `error` inside the operation and from here; the operation is sent no further outcome."""
        try:
            self._operation.throw(error)
        except StopIteration:
            pass
        else:
            self._operation.close()
        raise error

    def close(self) -> None:
        """End the operation where it is."""
        self._operation.close()


def departure_of(effect: Effect) -> Departure | None:
    """The departure of a request that may cost money."""
    return effect.departure if isinstance(effect, Send) else None


def is_uninterruptible(effect: Effect) -> bool:
    """Whether an interruption waits for the effect: blocking work, or a request that has begun to leave."""
    departure = departure_of(effect)
    return isinstance(effect, RunBlocking) or (departure is not None and not departure.abandon())
