"""Multipart forms (RFC 7578)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterable


class FormPart(NamedTuple):
    """One part of a form: a value, or a file with its name and media type."""

    name: str
    content: bytes
    file_name: str | None = None
    media_type: str | None = None


def encode_form(parts: Iterable[FormPart]) -> tuple[str, bytes]:
    """Return the media type of a form, with its boundary, and the form itself."""
    boundary = uuid4().hex
    body = bytearray()
    for part in parts:
        body += f'--{boundary}\r\ncontent-disposition: form-data; name="{_plain(part.name)}"'.encode()
        if part.file_name is not None:
            body += f'; filename="{_plain(part.file_name)}"'.encode()
        if part.media_type is not None:
            body += f"\r\ncontent-type: {part.media_type}".encode()
        body += b"\r\n\r\n" + part.content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", bytes(body)


def _plain(name: str) -> str:
    """Return a name without quotes and control characters, which would end it."""
    return "".join(character if character.isprintable() and character not in '"\\' else "_" for character in name)
