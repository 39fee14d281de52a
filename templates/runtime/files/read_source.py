"""Reading a file that a caller gives."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from ..core.checks import check_path
from ..core.errors import ConfigurationError

if TYPE_CHECKING:
    Source: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO"


def read_source(source: Source, max_bytes: int) -> tuple[str, bytes]:
    """Return the name of a file and its content.

    Raises `ConfigurationError` if it is empty, or larger than `max_bytes`.
    """
    name, content = _read(source, max_bytes + 1)
    if not content:
        raise ConfigurationError(f"{name} is empty")
    if len(content) > max_bytes:
        raise ConfigurationError(f"{name} is larger than {max_bytes} bytes: put it where it can be fetched by URL")
    return os.path.basename(name) if isinstance(source, str | os.PathLike) else name, content  # noqa: PTH119  any name


def media_type_of(name: str, content: bytes) -> str:
    """Return the media type of a file, by its content and then by its name."""
    from mimetypes import guess_type

    from .media_types import HEAD, file_type

    kind = file_type(content[:HEAD])
    return (kind and kind.media_type) or guess_type(name)[0] or "application/octet-stream"


def data_uri_of(media_type: str, content: bytes) -> str:
    """Return `content` as a data URI."""
    from base64 import b64encode

    return f"data:{media_type};base64,{b64encode(content).decode()}"


def _read(source: Source, most: int) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        return "the file", source
    if isinstance(source, str | os.PathLike):
        from pathlib import Path

        check_path("source", source)
        path = Path(source)
        with path.open("rb") as file:
            return str(path), file.read(most)
    if not hasattr(source, "read"):
        raise ConfigurationError(f"source is a path, bytes or an open file, not of type {type(source).__name__}")
    return str(getattr(source, "name", "the file")), source.read(most)
