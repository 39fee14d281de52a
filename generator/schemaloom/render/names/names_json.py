"""The name table as ``names.json``: written, and read with every name checked."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from schemaloom.errors import SnapshotError
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue
from schemaloom.render.names.class_identity import Members
from schemaloom.render.names.identifiers import RESERVED_CLASSES, RESERVED_FIELDS
from schemaloom.render.names.table import ModelNames, NameTable

_RESTORE = "restore names.json from git"


def names_to_json(table: NameTable) -> dict[str, JsonValue]:
    """Return the content of ``names.json``; empty tables are omitted."""
    models: dict[str, JsonValue] = {}
    for model_id, names in table.items():
        entry: dict[str, JsonValue] = {"module": names.module, "class": names.cls}
        if names.parts:
            entry["parts"] = dict(names.parts)
        if names.members:
            entry["members"] = {path: dict(members) for path, members in names.members.items()}
        if names.former:
            entry["former"] = [*names.former]
        if names.fields:
            entry["fields"] = {path: dict(fields) for path, fields in names.fields.items()}
        if names.retired is not None:
            entry["retired"] = names.retired
        models[model_id] = entry
    return {"models": models} if models else {}


def names_from_json(content: Mapping[str, JsonValue], *, where: str) -> NameTable:
    """Read ``names.json``.

    Raises `SnapshotError` when an entry is malformed, or a name is not a safe Python name:
    the file decides paths and source code, so it is validated like untrusted input.
    """
    models = content.get("models", {})
    if not isinstance(models, dict):
        raise SnapshotError("models must be an object", where=where)
    table: NameTable = {
        model_id: _read_model(entry, f"{where}#{pointer_of('models', model_id)}") for model_id, entry in models.items()
    }
    for taken in ([names.module for names in table.values()], [names.cls for names in table.values()]):
        if len({name.lower() for name in taken}) != len(taken):
            raise SnapshotError("two models share a name", where=where, hint=_RESTORE)
    return table


def _read_model(entry: JsonValue, place: str) -> ModelNames:
    if not isinstance(entry, dict):
        raise SnapshotError("an entry must be an object", where=place)
    fields = entry.get("fields", {})
    if not isinstance(fields, dict):
        raise SnapshotError("fields must be an object", where=place)
    names = ModelNames(
        module=_read_name(entry.get("module"), place),
        cls=_read_name(entry.get("class"), place),
        parts=_read_names(entry.get("parts", {}), place),
        members=_read_members(entry.get("members", {}), place),
        former=_read_former(entry.get("former", []), place),
        fields={path: _read_names(given, place) for path, given in fields.items()},
        retired=_read_version(entry.get("retired"), place),
    )
    if any(name in RESERVED_FIELDS for given in names.fields.values() for name in given.values()):
        raise SnapshotError("a field may not have a reserved name", where=place, hint=_RESTORE)
    classes = [names.cls, *names.parts.values(), *names.former]
    if len(set(classes)) != len(classes):
        raise SnapshotError("two classes may not share a name", where=place, hint=_RESTORE)
    return names


def _read_name(value: JsonValue, place: str) -> str:
    if isinstance(value, str) and _is_public_name(value):
        return value
    raise SnapshotError("a name must be a plain Python identifier", where=place, hint=_RESTORE)


def _is_public_name(text: str) -> bool:
    is_identifier = text.isascii() and text.isidentifier() and not keyword.iskeyword(text)
    return is_identifier and not text.startswith("_") and text not in RESERVED_CLASSES


def _read_former(value: JsonValue, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SnapshotError("former must be a list", where=place)
    return tuple(_read_name(name, place) for name in value)


def _read_members(value: JsonValue, place: str) -> dict[str, Members]:
    if not isinstance(value, dict):
        raise SnapshotError("members must be an object", where=place)
    found: dict[str, Members] = {}
    for path, given in value.items():
        words = {name: word for name, word in given.items() if isinstance(word, str)} if isinstance(given, dict) else {}
        if words != given or not all(words.values()):
            raise SnapshotError("members must be strings by name", where=place, hint=_RESTORE)
        found[path] = words
    return found


def _read_version(value: JsonValue, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SnapshotError("retired must be a version string", where=place, hint=_RESTORE)


def _read_names(value: JsonValue, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SnapshotError("names must be an object", where=place)
    names = {key: _read_name(name, place) for key, name in value.items()}
    if len({name.lower() for name in names.values()}) != len(names):
        raise SnapshotError("two fields or classes share a name", where=place, hint=_RESTORE)
    return names
