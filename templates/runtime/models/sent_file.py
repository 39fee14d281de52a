"""`SentFile`: the value that is sent in place of a local file."""

from __future__ import annotations


class SentFile(str):
    """The value of a parameter: the URL of an upload, a ``data:`` URL, or the name of a file in a form."""

    __slots__ = ("content", "digest", "media_type")

    digest: str
    """Of the content.  Uploads of one content have different URLs, but make the same request."""
    media_type: str
    content: bytes
    """The content of a file in a form; empty for any other."""


def sent_file(value: str, *, digest: str, media_type: str = "", content: bytes = b"") -> SentFile:
    """Return the value that is sent in place of the file with this digest."""
    found = SentFile(value)
    found.digest, found.media_type, found.content = digest, media_type, content
    return found
