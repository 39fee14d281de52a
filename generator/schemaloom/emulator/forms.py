"""Multipart forms that callers send."""

from __future__ import annotations

from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue


class FormPart(NamedTuple):
    """One part of a form; `file_name` is None for a value that is no file."""

    name: str
    content: bytes
    file_name: str | None
    media_type: str


def form_parts(content_type: str, body: bytes) -> Iterator[FormPart]:
    """Yield the parts of a form; none for another body."""
    head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield FormPart(name, content, part.get_filename(), part.get_content_type())


def form_document(content_type: str, body: bytes, properties: JsonObject) -> JsonObject:
    """Return a form as the object of parameters that it encodes.

    A file is its name.  `properties` are the schemas of parameters: they distinguish a number from a string,
    and a list, whose items are parts of one name, from a single value.
    """
    found: dict[str, list[JsonValue]] = {}
    for part in form_parts(content_type, body):
        schema = properties.get(part.name)
        value = part.file_name if part.file_name is not None else _value(part.content, schema)
        found.setdefault(part.name, []).append(value)
    return {name: values if _is_list(properties.get(name)) else values[-1] for name, values in found.items()}


def _value(content: bytes, schema: JsonValue) -> JsonValue:
    text = content.decode("utf-8", "replace")
    items = schema.get("items") if isinstance(schema, dict) and _is_list(schema) else schema
    if isinstance(items, dict) and items.get("type", "string") == "string":
        return text
    try:
        return parse_json(content, where="form")
    except SnapshotError:
        return text


def _is_list(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "array"
