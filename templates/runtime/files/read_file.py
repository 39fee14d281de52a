"""Recognising files in a JSON document: a URL, or an object that holds one."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from ..core.urls import resolve
from .file import File
from .media_types import HEAD, file_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ..core.json_document import JsonValue
    from .download import Downloader

    JsonObject: TypeAlias = Mapping[str, JsonValue]

MAX_DEPTH = 64
"""Levels of a document below which no file is looked for."""
URL_NAMES = ("url", "uri")
"""Properties of an object that hold the URL of the file it describes."""
_MEDIA_TYPE = ("content_type", "media_type", "mime_type", "contentType", "mimeType", "mimetype", "type")
_NAME = ("file_name", "filename", "fileName", "name")
_SIZE = ("file_size", "fileSize", "size", "bytes")
_URL = re.compile(
    r"""\s* (?: https?://[^\s/?\#]\S*
              | data: [\w.+-]+/[\w.+-]+ (?:;[^\s,;]+)* (?:,.*)?  # cut short, it is a file that cannot be read
              | data: (?:;[^\s,;]+)* ,.* )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_RELATIVE = re.compile(r"\s* (?! [\w.+-]*: ) (?: [^\s/]* / \S* | [^\s/]+ \. [A-Za-z][A-Za-z0-9]{1,4} ) \s*", re.VERBOSE)
"""Has a slash or the suffix of a file, and no scheme."""
_LEAST_CONTENT = 64
"""Characters of base64 that are no word, whatever they begin with."""


def is_file_url(value: object, *, is_declared: bool = False) -> bool:
    """Whether `value` is a string that is one http, https or data URL and nothing else but space around it.

    One that is declared to be a URL may have spaces in it: a text that begins with a URL is declared as none.
    """
    return isinstance(value, str) and _URL.fullmatch(_encoded(value) if is_declared else value.rstrip()) is not None


def _encoded(url: str) -> str:
    """Return a URL without space around it, and with ``%20`` for a space in it; an HTTP client encodes the rest."""
    url = url.strip()
    return url if url[:5].lower() == "data:" else url.replace(" ", "%20")


def is_relative(value: object) -> TypeGuard[str]:
    """Whether `value` may be a relative URL of a file."""
    return isinstance(value, str) and _RELATIVE.fullmatch(value) is not None


def url_name(value: JsonValue) -> str | None:
    """The property of an object that holds the URL of a file; None if `value` is no such object."""
    if not isinstance(value, dict):
        return None
    return next((name for name in URL_NAMES if is_file_url(value.get(name), is_declared=True)), None)


@dataclass(frozen=True, slots=True)
class FileReader:
    """Makes the files of one result."""

    downloader: Downloader
    media_type: str | None = None
    """Of all files of the result, where the document states it once."""
    expires_at: datetime | None = None
    base_url: str | None = None
    """From which relative URLs count; without it, they are no files."""

    def read(self, value: JsonValue, beside: JsonObject | None = None, *, is_declared: bool = False) -> File | None:
        """The file that `value` is: a URL, or an object that holds one; None for anything else.

        `beside` is the object that a URL is in: its other properties describe the file.
        """
        if isinstance(value, dict):
            name = url_name(value)
            return None if name is None else self._file(str(value[name]), value, value)
        if not isinstance(value, str) or not is_file_url(value, is_declared=is_declared):
            return None
        return self._file(value, beside or {}, value)

    def read_declared(self, value: JsonValue, beside: JsonObject | None = None) -> File | None:
        """`read`, of a value that is declared to be a file: its content in base64 and a relative URL count too."""
        found = self.read(value, beside, is_declared=True)
        if found is None and isinstance(value, dict):
            relative = next((part for name in URL_NAMES if is_relative(part := value.get(name))), None)
            return None if relative is None else self._relative(relative, value, value)
        if found is None and isinstance(value, str) and _is_base64(value):
            media_type = _first_string(beside or {}, _MEDIA_TYPE) or "application/octet-stream"
            return self._file(f"data:{media_type};base64,{value}", beside or {}, value)
        return found or self._relative(value, beside or {}, value)

    def _relative(self, value: JsonValue, facts: JsonObject, raw: JsonValue) -> File | None:
        if self.base_url is None or not is_relative(value):
            return None
        return self._file(resolve(self.base_url, value.strip()), facts, raw)

    def find_all(
        self, document: JsonValue, pointer: str = "", *, is_declared: bool = False
    ) -> Iterator[tuple[str, File]]:
        """Every file in `document`, which is at `pointer`, with its JSON Pointer; in the document's order.

        `is_declared`: whether the strings there are URLs by what the provider documents.
        """
        yield from self._find(document, pointer, is_declared, 0)

    def _find(self, value: JsonValue, pointer: str, is_declared: bool, depth: int) -> Iterator[tuple[str, File]]:
        found = self.read(value, is_declared=is_declared)
        if found is not None:
            yield pointer, found
        described = url_name(value)
        if depth < MAX_DEPTH:
            for name, inner in children(value):
                if name != described:
                    yield from self._find(inner, f"{pointer}/{name}", is_declared, depth + 1)

    def _file(self, url: str, facts: JsonObject, raw: JsonValue) -> File:
        return File(
            _encoded(url),
            _first_string(facts, _MEDIA_TYPE) or self.media_type,
            self.expires_at,
            self.downloader,
            name=_first_string(facts, _NAME),
            size=_first_size(facts, _SIZE),
            width=_first_size(facts, ("width",)),
            height=_first_size(facts, ("height",)),
            raw=raw,
        )


def children(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """The items of a list and the properties of an object, by their names in a JSON Pointer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name.replace("~", "~0").replace("/", "~1"), inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield str(index), inner


def _first_string(facts: JsonObject, names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := facts.get(name), str) and value), None)


def _first_size(facts: JsonObject, names: tuple[str, ...]) -> int | None:
    for name in names:
        value = facts.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53:
            return int(value)
    return None


def _is_base64(value: str) -> bool:
    """Whether a string is a file in base64; a word such as ``none`` could be decoded, too."""
    try:
        content = base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return len(value) >= _LEAST_CONTENT or file_type(content[:HEAD]) is not None
