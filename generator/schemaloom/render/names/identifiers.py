"""Legal, readable Python names from a provider's own names.

Changing this file changes public names: `names.json` freezes assigned names, and new rules apply
to new names only.
"""

from __future__ import annotations

import hashlib
import keyword
import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

from schemaloom.snapshot.file_names import RESERVED as RESERVED_FILES

_LONGEST = 80
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

RESERVED_FIELDS = frozenset(
    {
        # Names that generated annotations use: a field of that name would shadow them in its class body.
        "Annotated", "Boolean", "ClassVar", "DeprecatedFieldName", "Field", "FileInput", "FileList", "Integer",
        "JsonList", "JsonObject", "JsonValue", "Literal", "MultipleOf", "Number", "OneOf", "OrFile", "StringOrFile",
        "TYPE_CHECKING", "Unique", "bool", "dict",
        "float", "int", "list", "str",
        # Attributes of pydantic's BaseModel.
        "call", "construct", "copy", "from_orm", "json", "model_computed_fields", "model_config", "model_construct",
        "model_copy", "model_dump", "model_dump_json", "model_extra", "model_fields", "model_fields_set",
        "model_json_schema", "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate",
        "model_validate_json", "model_validate_strings", "parse_file", "parse_obj", "parse_raw", "parse_result",
        "schema", "schema_json", "update_forward_refs", "validate",
        # Attributes of its metaclass, which a field would have as its default.
        "mro", "register",
        # The field of an open request, and a name with another meaning.
        "extra", "self",
    }
)  # fmt: skip
RESERVED_CLASSES = frozenset(
    {
        "Annotated", "Any", "AudioOutput", "Boolean", "ClassVar", "ConfigDict", "DeprecatedFieldName", "False", "Field",
        "ImageOutput", "Integer", "JsonList", "JsonObject", "JsonValue", "Literal", "MediaOutput", "MultipleOf",
        "File", "FileInput", "FileList", "NestedModel", "OrFile", "StringOrFile",
        "None", "Number", "OneOf", "OpenRequest", "Output", "Price", "Request", "TYPE_CHECKING", "TextOutput", "True",
        "OutputObject", "Unique", "VideoOutput",
    }
)  # fmt: skip


def module_name(model_id: str) -> str:
    """A module name in lower case, such as ``flux_1_1_pro`` for ``flux-1.1-pro``."""
    name = _snake(_ascii(model_id)) or f"model_{_short_hash(model_id)}"
    if name[0].isdigit():
        name = f"model_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED_FILES else name


def class_name(text: str) -> str:
    """A class name, such as ``Flux11Pro`` for ``flux-1.1-pro``; capitals inside words stay."""
    words = re.findall(r"[A-Za-z0-9]+", _ascii(text))
    name = "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST] or f"Model{_short_hash(text)}"
    if name[0].isdigit():
        name = f"Model{name}"
    return f"{name}Model" if name in RESERVED_CLASSES or keyword.iskeyword(name) else name


def field_name(wire_name: str) -> str:
    """A field name: the API's own spelling if Python allows it."""
    if is_plain_field(wire_name):
        return wire_name
    name = re.sub(r"[^A-Za-z0-9_]+", "_", _ascii(wire_name))[:_LONGEST].strip("_") or f"field_{_short_hash(wire_name)}"
    if name[0].isdigit():
        name = f"field_{name}"
    return name if is_plain_field(name) else f"{name}_"


@lru_cache(maxsize=4096)  # models of a catalogue share the names of their parameters
def is_plain_field(name: str) -> bool:
    """Whether a parameter's own name can be the field's name unchanged."""
    return (
        _PLAIN.fullmatch(name) is not None
        and len(name) <= _LONGEST
        and name not in RESERVED_FIELDS
        and not keyword.iskeyword(name)
    )


def distinct(name: str, taken: Container[str]) -> str:
    """Return `name`, or `name` with the first number that makes it unique.

    `taken` holds names in lower case, because file systems may ignore case.
    """
    candidate, number = name, 2
    while candidate.lower() in taken:
        candidate, number = f"{name.rstrip('_')}_{number}", number + 1
    return candidate


def _snake(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower())[:_LONGEST].strip("_")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
