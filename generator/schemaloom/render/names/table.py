"""The name table: which module, classes and fields every model has, for good.

A name that was given out is never changed or given to something else; ``names.json`` is the
memory.  New names are derived from the provider's own, and a collision gets a number.  The class
of a nested object goes with it where its path changes; see `continuity`.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from schemaloom.errors import SnapshotError
from schemaloom.ir.model import Catalogue, Model
from schemaloom.ir.schema import Array, Never, Object, Schema, Union
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue
from schemaloom.render.names.class_identity import Members, counterparts, members_of
from schemaloom.render.names.identifiers import (
    RESERVED_CLASSES,
    RESERVED_FIELDS,
    class_name,
    distinct,
    field_name,
    is_plain_field,
    module_name,
)

_RESTORE = "restore names.json from git"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """Names of one model."""

    module: str
    cls: str
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path of a nested object (see `object_paths`) to its class name; holds objects that are gone too."""
    members: Mapping[str, Members] = field(default_factory=dict[str, Members])
    """The same paths, of today's objects only, to what tells these from others."""
    former: tuple[str, ...] = ()
    """Class names of objects that are gone, and at whose paths there are others now."""
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Path of an object to those of its parameters that have another name in Python."""
    retired: str | None = None
    """The version of the package that first came without the model, if it is gone."""

    def field(self, path: str, wire_name: str) -> str:
        """The field name of parameter `wire_name` of the object at `path`."""
        return self.fields.get(path, {}).get(wire_name, wire_name)


NameTable = dict[str, ModelNames]
"""Model id to names; holds removed models too, so that their names stay taken."""


def object_paths(model: Model) -> dict[str, Object]:
    """Every object of a request that becomes a class, by path, inner ones first.

    The request itself is at ``""``; a nested object is at the names that lead to it
    (``/image_size``, ``/loras/2`` for the second alternative), a shared one at ``$name``.
    """
    found: dict[str, Object] = {}
    for name, target in model.definitions.items():
        _gather(target, f"${name}", found, frozenset({f"${name}"}))
    if model.request is not None:
        _gather(model.request, "", found)
    return found


def is_class(schema: Object) -> bool:
    """Whether an object becomes a class: it names members, so it is more than a mapping."""
    return bool(schema.properties)


def every_item(schema: Array) -> Schema:
    """One schema for all positions of a list, because that is what a list type can say."""
    if not schema.prefix:
        return schema.items
    others = () if isinstance(schema.items, Never) else (schema.items,)
    return Union(branches=(*schema.prefix, *others))


def child_path(path: str, name: str) -> str:
    """The path of a member, of a list's items (``*``), or of an alternative (its number)."""
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{path}/{name}"


def name_models(
    catalogue: Catalogue,
    frozen: NameTable,
    *,
    version: str | None = None,
    renamed: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> NameTable:
    """`frozen` with names for everything in the catalogue that has none yet.

    A model that is in `frozen` only is gone since `version`, unless it was gone before.
    `renamed` has, by model id, former names of parameters and what they are called today.
    """
    table = name_ids([model.id for model in catalogue.models], frozen, version=version)
    return table | complete_names(catalogue.models, table, renamed)


def name_ids(ids: Collection[str], frozen: NameTable, *, version: str | None = None) -> NameTable:
    """The first half of `name_models`: module and class of every model, which need to be nobody else's.

    `ids` are all of the catalogue, in the order in which new ones choose.
    """
    present = frozenset(ids)
    table = {
        model: replace(names, retired=None if model in present else names.retired or version)
        for model, names in frozen.items()
    }
    modules = {names.module.lower() for names in frozen.values()}
    classes = {names.cls.lower() for names in frozen.values()}
    for model in ids:
        if model not in table:
            names = ModelNames(module=distinct(module_name(model), modules), cls=distinct(class_name(model), classes))
            modules.add(names.module.lower())
            classes.add(names.cls.lower())
            table[model] = names
    return table


def complete_names(models: Iterable[Model], table: NameTable, renamed: Mapping[str, Mapping[str, str]]) -> NameTable:
    """The other half: the names of `models` with all that is in them, each by itself; `table` has the first half."""
    return {model.id: _complete(model, table[model.id], renamed.get(model.id, {})) for model in models}


def names_to_json(table: NameTable) -> dict[str, JsonValue]:
    """The content of ``names.json``; empty tables are left out."""
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
    the file decides where files are written and what source says, so it is checked like input.
    """
    models = content.get("models", {})
    table: NameTable = {}
    if not isinstance(models, dict):
        raise SnapshotError("models must be an object", where=where)
    for model_id, entry in models.items():
        place = f"{where}#{pointer_of('models', model_id)}"
        if not isinstance(entry, dict):
            raise SnapshotError("an entry must be an object", where=place)
        fields = entry.get("fields", {})
        if not isinstance(fields, dict):
            raise SnapshotError("fields must be an object", where=place)
        names = ModelNames(
            module=_name(entry.get("module"), place),
            cls=_name(entry.get("class"), place),
            parts=_names(entry.get("parts", {}), place),
            members=_members(entry.get("members", {}), place),
            former=_former(entry.get("former", []), place),
            fields={path: _names(given, place) for path, given in fields.items()},
            retired=_version(entry.get("retired"), place),
        )
        if any(name in RESERVED_FIELDS for given in names.fields.values() for name in given.values()):
            raise SnapshotError("a field may not have a reserved name", where=place, hint=_RESTORE)
        classes = [names.cls, *names.parts.values(), *names.former]
        if len(set(classes)) != len(classes):
            raise SnapshotError("two classes may not share a name", where=place, hint=_RESTORE)
        table[model_id] = names
    for attribute in ("module", "cls"):
        taken = [cast("str", getattr(names, attribute)).lower() for names in table.values()]
        if len(set(taken)) != len(taken):
            raise SnapshotError("two models share a name", where=where, hint=_RESTORE)
    return table


def _complete(model: Model, known: ModelNames, renamed: Mapping[str, str]) -> ModelNames:
    paths = object_paths(model)
    if not paths:  # of a model that is not published, or not read because it is as before
        return known
    members = {path: members_of(schema) for path, schema in paths.items() if path}
    known = _followed(known, members, {child_path("", old): child_path("", new) for old, new in renamed.items()})
    parts = dict(known.parts)
    taken = {name.lower() for name in (known.cls, *parts.values(), *known.former)}
    # A field keeps its own name without an entry in the table, so a new class steps aside for it.
    wanted = {item.name.lower() for schema in paths.values() for item in schema.properties}
    for path in paths:
        if path and path not in parts:
            parts[path] = distinct(class_name(f"{known.cls} {_readable(path)}"), taken | wanted)
            taken.add(parts[path].lower())
    fields = {path: dict(names) for path, names in known.fields.items()}
    for path, schema in paths.items():
        mangled = _field_names([item.name for item in schema.properties], fields.get(path, {}), taken)
        if mangled:
            fields[path] = mangled
    return replace(known, parts=parts, members=members, fields=fields)


def _followed(known: ModelNames, members: Mapping[str, Members], renamed: Mapping[str, str]) -> ModelNames:
    """`known` under the paths of today, which `members` has; the names of what is gone stay taken."""
    moved = counterparts({path: known.members.get(path) for path in known.parts}, members, renamed)
    parts = {path: known.parts[former] for path, former in moved.items()}
    gone = known.parts.keys() - moved.values()
    kept = {"", *gone} - parts.keys()
    fields = {path: known.fields[former] for path, former in moved.items() if former in known.fields}
    return replace(
        known,
        parts=parts | {path: known.parts[path] for path in gone & kept},
        former=tuple(sorted({*known.former, *(known.parts[path] for path in gone - kept)})),
        fields=fields | {path: names for path, names in known.fields.items() if path in kept},
    )


def _field_names(wire_names: Iterable[str], frozen: Mapping[str, str], classes: set[str]) -> dict[str, str]:
    """Names for the parameters that cannot keep their own; what is frozen comes first."""
    mangled = dict(frozen)
    given = {name.lower() for name in mangled.values()}
    waiting: list[str] = []
    taken = set(given)
    for wire_name in wire_names:
        if wire_name in mangled:
            continue
        if is_plain_field(wire_name) and wire_name.lower() not in given and wire_name.lower() not in classes:
            taken.add(wire_name.lower())
        else:
            waiting.append(wire_name)
    for wire_name in sorted(waiting):
        base = field_name(wire_name)
        mangled[wire_name] = distinct(f"{base}_" if base.lower() in classes else base, taken)
        taken.add(mangled[wire_name].lower())
    return mangled


def _gather(schema: Schema, path: str, found: dict[str, Object], shared: frozenset[str] = frozenset()) -> None:
    match schema:
        case Object():
            for item in schema.properties:
                _gather(item.schema, child_path(path, item.name), found)
            _gather(schema.additional, child_path(path, "*"), found)
            if is_class(schema) or not path or path in shared:
                found[path] = schema
        case Array():
            _gather(every_item(schema), child_path(path, "*"), found)
        case Union():
            for index, branch in enumerate(schema.branches, start=1):
                _gather(branch, child_path(path, str(index)), found)
        case _:
            pass


def _readable(path: str) -> str:
    """The parts of a path that say something: not the items of a list, not an alternative's number."""
    said = " ".join(part for part in path.split("/") if part and part != "*" and not part.isdigit())
    return said.replace("~1", "/").replace("~0", "~")


def _name(value: JsonValue, place: str) -> str:
    plain = isinstance(value, str) and value.isascii() and value.isidentifier() and not value.startswith("_")
    if plain and isinstance(value, str) and not keyword.iskeyword(value) and value not in RESERVED_CLASSES:
        return value
    raise SnapshotError("a name must be a plain Python identifier", where=place, hint=_RESTORE)


def _former(value: JsonValue, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SnapshotError("former must be a list", where=place)
    return tuple(_name(name, place) for name in value)


def _members(value: JsonValue, place: str) -> dict[str, Members]:
    if not isinstance(value, dict):
        raise SnapshotError("members must be an object", where=place)
    found: dict[str, Members] = {}
    for path, given in value.items():
        words = {name: word for name, word in given.items() if isinstance(word, str)} if isinstance(given, dict) else {}
        if words != given or not all(words.values()):
            raise SnapshotError("members must be texts by name", where=place, hint=_RESTORE)
        found[path] = words
    return found


def _version(value: JsonValue, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SnapshotError("retired must be the text of a version", where=place, hint=_RESTORE)


def _names(value: JsonValue, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SnapshotError("names must be an object", where=place)
    names = {key: _name(name, place) for key, name in value.items()}
    if len({name.lower() for name in names.values()}) != len(names):
        raise SnapshotError("two things share a name", where=place, hint=_RESTORE)
    return names
