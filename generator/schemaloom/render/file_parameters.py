"""Find the parameters that are files, so that a caller may give the file itself in place of its URL."""

from __future__ import annotations

import re
from functools import lru_cache

from schemaloom.ir.schema import Array, Schema, String, Union
from schemaloom.json.pointer import pointer_tokens

_FORMATS = frozenset({"uri", "url", "binary", "data-uri"})
_NAMES = re.compile(
    r"(^|_)(?i:url|uri|image|video|audio|mask|file)s?$|[a-z](URL|Ur[li]|URI|Image|Video|Audio|Mask|File)s?$"
)
_DATA_URIS = re.compile(r"\bdata[- ]?ur[il]|\bbase64", re.IGNORECASE)


def is_file(schema: String, path: str) -> bool:
    """Whether the string at `path` is the URL or the content of a file, by its format, or else by its name."""
    if schema.pattern is not None:
        return False
    names = [name for name in pointer_tokens(path) if name != "*" and not name.isdecimal()]
    return schema.annotations.format in _FORMATS or (bool(names) and _NAMES.search(names[-1]) is not None)


def takes_data_uris(schema: Schema) -> bool:
    """Whether the description of a string parameter mentions that it accepts data URIs."""
    match schema:
        case Array():
            return mentions_data_uris(schema) or takes_data_uris(schema.items)
        case Union():
            return mentions_data_uris(schema) or any(map(takes_data_uris, schema.branches))
        case String():
            return mentions_data_uris(schema)
        case _:
            return False


def mentions_data_uris(schema: Schema) -> bool:
    """Whether the texts of a schema mention data URIs."""
    return _mentions(f"{schema.annotations.title} {schema.annotations.description} {schema.annotations.format or ''}")


@lru_cache(maxsize=4096)  # thousands of parameters of a catalogue share their descriptions, and each is asked for twice
def _mentions(text: str) -> bool:
    return _DATA_URIS.search(text) is not None
