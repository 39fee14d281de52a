"""An exclusive lock on a provider, held from the first read to the last write of a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":

    @contextmanager
    def locked(paths: Iterable[Path]) -> Generator[None]:  # noqa: ARG001  the other system's signature
        """Do nothing: on Windows two runs at once are the user's care."""
        yield

else:
    import fcntl

    @contextmanager
    def locked(paths: Iterable[Path]) -> Generator[None]:
        """Wait until no other process holds one of the files `paths`; a lock ends with its process.

        A file that does not exist is not locked: the command reports it.
        """
        with ExitStack() as stack:
            for path in sorted(set(paths)):
                descriptor = _lock(path)
                if descriptor is not None:
                    stack.callback(os.close, descriptor)
            yield

    def _lock(path: Path) -> int | None:
        while True:
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except OSError:
                return None
            try:
                with suppress(OSError):  # a file system without locks
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                # While this one waited, the holder may have put another file in its place.
                with suppress(FileNotFoundError):
                    if not os.path.samestat(os.fstat(descriptor), path.stat()):
                        os.close(descriptor)
                        continue
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor
