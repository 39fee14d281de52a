"""Reading in a separate thread, so that the caller that waits for it can stop at any moment.

A blocking read ends when the host sends data or when the read times out.  A host that sends a byte
now and then would block the caller for days.
"""

from __future__ import annotations

from contextlib import closing, suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeAlias

from ..core.outcome import Failure, Reply

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..core.deadline import Deadline

Piece: TypeAlias = Reply | bytes | Failure
"""Of an answer: its head, then its body bit by bit; or what went wrong."""

TOO_SLOW = Failure("the answer was not complete in time", never_sent=False)
_AHEAD = 16
"""Pieces that wait to be taken: a slow disk slows the reading, and fills no memory."""
_GLANCE = 0.1
"""Seconds between two glances at the deadline, which another thread may have cut."""


def read_ahead(pieces: Generator[Piece], deadline: Deadline) -> Generator[Piece]:
    """`pieces` as they come, and `TOO_SLOW` as the last one if the deadline passes first.

    Whatever ends this, the thread is not waited for: it stops at the next piece.
    """
    ahead: Queue[Piece | Exception | None] = Queue(_AHEAD)
    unwanted = Event()

    def read() -> None:
        last: Exception | None = None
        try:
            with closing(pieces):
                for piece in pieces:
                    ahead.put(piece)
                    if unwanted.is_set():
                        return
        except Exception as error:  # noqa: BLE001  raised below, in the thread that waits
            last = error
        ahead.put(last)

    Thread(target=read, name="download", daemon=True).start()
    try:
        while (left := deadline.remaining) > 0:
            try:
                piece = ahead.get(timeout=min(left, _GLANCE))
            except Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
        yield TOO_SLOW
    finally:
        unwanted.set()
        with suppress(Empty):  # room for the piece that the thread may be about to put down
            while True:
                ahead.get_nowait()
