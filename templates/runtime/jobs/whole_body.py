"""Bodies of responses that are themselves the output: a file, or a text."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ..core.effects import EVENT_STREAM
from ..files.media_types import HEAD, file_type

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.outcome import Reply

_FILES = frozenset({"image", "video", "audio", "model", "font"})
"""First parts of media types of files."""
_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Media types of which the content has to decide."""
_NO_OUTPUT = frozenset({"application/json", "text/html", EVENT_STREAM})
"""Media types of bodies that are never the output themselves: an error page of a gateway is HTML."""


def whole_body(context: Context, reply: Reply) -> str | None:
    """Return the body of a response that is itself the output; ``None`` for JSON, an unexpected text or nothing.

    A file becomes a ``data:`` URL.  Text and files of any other kind than media count only if the provider
    documents that the whole response is the output.
    """
    media_type = reply.media_type
    first, _, second = media_type.partition("/")
    is_whole = any("" in pointers for pointers in context.profile.job.output.values())
    if not reply.content or not (is_whole or first in _FILES) or media_type in _NO_OUTPUT:
        return None
    if first == "text" or (second.endswith("xml") and first not in _FILES):
        return reply.content.decode("utf-8", "replace")
    if media_type in _VAGUE:
        kind = file_type(reply.content[:HEAD])
        media_type = "application/octet-stream" if kind is None else kind.media_type
    return f"data:{media_type};base64,{base64.b64encode(reply.content).decode('ascii')}"
