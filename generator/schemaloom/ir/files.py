"""Find the values of an output that are files: URLs, encoded content, and objects that describe a URL."""

from __future__ import annotations

from schemaloom.ir.schema import Null, Object, Schema, String, Union

URL_NAMES = frozenset({"url", "uri"})
"""Properties of an object that hold the URL of a file, whatever their format."""
_FORMATS = frozenset(
    {"uri", "url", "iri", "uri-reference", "iri-reference", "data-uri", "data-url", "binary", "byte", "base64"}
)
_FACTS = frozenset(
    {
        "content_type", "contentType", "media_type", "mediaType", "mime_type", "mimeType", "mimetype", "type", "format",
        "extension", "file_name", "fileName", "filename", "name", "id", "file_size", "fileSize", "size", "bytes",
        "width", "height", "duration", "fps", "num_frames", "file_data", "expires_at", "expiresAt",
    }
)  # fmt: skip
"""Properties that describe a file and nothing else."""


def has_file_format(schema: Schema) -> bool:
    """Whether the strings that the schema allows are files by their format."""
    return (schema.annotations.format or "").lower() in _FORMATS


def is_file_object(schema: Schema) -> bool:
    """Whether the schema's objects are files: a URL, and nothing but facts about what is there."""
    if not isinstance(schema, Object):
        return False
    names = {item.name for item in schema.properties}
    urls = [item.schema for item in schema.properties if item.name in URL_NAMES]
    return any(map(_holds_string, urls)) and names <= URL_NAMES | _FACTS


def _holds_string(schema: Schema) -> bool:
    if isinstance(schema, Union):
        plain = [branch for branch in schema.branches if not isinstance(branch, Null)]
        return bool(plain) and all(isinstance(branch, String) for branch in plain)
    return isinstance(schema, String)
