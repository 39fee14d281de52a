"""Write a file that is new."""

from __future__ import annotations

import os


def write_new_file(path: str, content: bytes) -> None:
    """Write a file with the permissions of any new one; raise `OSError` if `path` exists."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)
