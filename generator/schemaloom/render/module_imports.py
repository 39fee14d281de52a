"""The ``from … import …`` lines of a generated module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

_JSON_TYPES = ".._runtime.models.json_types"
_FILES = ".._runtime.models.file_input"
_MEDIA = ".._runtime.files.outputs"
_RENAMED = ".._runtime.models.deprecated_field"
SOURCES: Final[Mapping[str, str]] = {
    "Annotated": "typing", "Literal": "typing", "TYPE_CHECKING": "typing",
    "ConfigDict": "pydantic", "Field": "pydantic", "JsonValue": "pydantic",
    "Boolean": _JSON_TYPES, "Integer": _JSON_TYPES, "JsonList": _JSON_TYPES, "JsonObject": _JSON_TYPES,
    "MultipleOf": _JSON_TYPES, "Number": _JSON_TYPES, "OneOf": _JSON_TYPES, "Unique": _JSON_TYPES,
    "DeprecatedFieldName": _RENAMED,
    "FileInput": _FILES, "FileList": _FILES, "OrFile": _FILES, "StringOrFile": _FILES,
    "File": ".._runtime.files.file", "OutputObject": ".._runtime.models.output_object",
    "AudioOutput": _MEDIA, "ImageOutput": _MEDIA, "MediaOutput": _MEDIA, "TextOutput": _MEDIA, "VideoOutput": _MEDIA,
}  # fmt: skip
"""Names that annotations and attributes use, and the module that each is imported from."""
ImportLine: TypeAlias = tuple[str, tuple[str, ...]]
"""A module, and the names that are imported from it."""


@lru_cache(maxsize=4096)  # most models of a catalogue import the same
def import_groups(names: frozenset[str], own: tuple[ImportLine, ...]) -> tuple[tuple[ImportLine, ...], ...]:
    """Return the lines that import `names`, and the lines `own`, in groups: standard, installed, the package's."""
    sources: dict[str, list[str]] = {}
    for name in sorted(names):
        sources.setdefault(SOURCES[name], []).append(name)
    found: dict[str, ImportLine] = {source: (source, tuple(listed)) for source, listed in sources.items()}
    ours = [line for source, line in found.items() if source.startswith(".")]
    others = [(found[source],) for source in ("typing", "pydantic") if source in found]
    return (*others, tuple(sorted((*ours, *own))))
