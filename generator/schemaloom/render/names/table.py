"""The name table: module, class and field names of every model, frozen in ``names.json``.

An assigned name never changes and is never reused.  New names are derived from the provider's
own, and a collision gets a number.  The class of a nested object keeps its name if its path
changes; see `class_identity`.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from schemaloom.errors import SnapshotError
from schemaloom.ir.files import is_file_object
from schemaloom.ir.model import Catalogue, Model
from schemaloom.ir.schema import Array, Never, Object, Schema, Union
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue
from schemaloom.render.names.class_identity import Members, fingerprint, match_classes
from schemaloom.render.names.identifiers import (
    RESERVED_CLASSES,
    RESERVED_FIELDS,
    class_name,
    distinct,
    field_name,
    is_plain_field,
    module_name,
)

OUTPUT = "="
"""The path of a model's output: no path of a request begins like this."""
_OUTPUT_TYPES = frozenset({"File", "OutputObject"})
"""Names that the classes of outputs use: a field of that name would hide the type in its class."""
_RESTORE = "restore names.json from git"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNames:
    """Names of one model."""

    module: str
    cls: str
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path of a nested object (see `object_paths`) to its class name; includes removed objects."""
    members: Mapping[str, Members] = field(default_factory=dict[str, Members])
    """Path of an object that still exists to its fingerprint."""
    former: tuple[str, ...] = ()
    """Class names of removed objects whose paths other objects have now."""
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Path of an object to the field names of its parameters that differ from the API's names."""
    retired: str | None = None
    """The first version of the package without the model, if it was removed."""

    def field(self, path: str, wire_name: str) -> str:
        """Return the field name of parameter `wire_name` of the object at `path`."""
        return self.fields.get(path, {}).get(wire_name, wire_name)


NameTable = dict[str, ModelNames]
"""Model id to names; includes removed models, so that their names stay reserved."""


def object_paths(model: Model) -> dict[str, Object]:
    """Return every object of a request that becomes a class, by path, inner ones first.

    The request itself is at ``""``; a nested object is at the property names that lead to it
    (``/image_size``, ``/loras/2`` for the second alternative), a shared one at ``$name``.
    """
    found: dict[str, Object] = {}
    for name, target in model.request_definitions.items():
        _collect_objects(target, f"${name}", found, frozenset({f"${name}"}))
    if model.request is not None:
        _collect_objects(model.request, "", found)
    return found


def output_paths(model: Model) -> dict[str, Object]:
    """Return every object of an output that becomes a class, by path, inner ones first.

    Paths are as in `object_paths`, below `OUTPUT`.  An object that describes a file is none of them.
    """
    found: dict[str, Object] = {}
    for name, target in model.output_definitions.items():
        _collect_objects(target, f"{OUTPUT}${name}", found)
    if model.output is not None:
        _collect_objects(model.output, OUTPUT, found)
    return {path: schema for path, schema in found.items() if is_class(schema) and not is_file_object(schema)}


def is_class(schema: Object) -> bool:
    """Whether an object becomes a class: it declares properties, so it is not only a mapping."""
    return bool(schema.properties)


def every_item(schema: Array) -> Schema:
    """Return one schema for all positions of a list, since a list type has only one."""
    if not schema.prefix:
        return schema.items
    others = () if isinstance(schema.items, Never) else (schema.items,)
    return Union(branches=(*schema.prefix, *others))


def child_path(path: str, name: str) -> str:
    """Return the path of a property, of a list's items (``*``), or of an alternative (its number)."""
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
    """Return `frozen` with names for everything in the catalogue that has none yet.

    A model that is only in `frozen` is retired at `version`, unless it was retired before.
    `renamed` maps, by model id, former names of parameters to today's names.
    """
    table = name_ids([model.id for model in catalogue.models], frozen, version=version)
    return table | name_members(catalogue.models, table, renamed)


def name_ids(ids: Collection[str], frozen: NameTable, *, version: str | None = None) -> NameTable:
    """Assign module and class names, which are unique in the catalogue: the first half of `name_models`.

    `ids` holds every model of the catalogue, in the order in which new names are assigned.
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


def name_members(models: Iterable[Model], table: NameTable, renamed: Mapping[str, Mapping[str, str]]) -> NameTable:
    """Assign the names inside each of `models`: the second half of `name_models`; `table` is the first."""
    return {model.id: _name_members(model, table[model.id], renamed.get(model.id, {})) for model in models}


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


def _name_members(model: Model, known: ModelNames, renamed: Mapping[str, str]) -> ModelNames:
    paths = {**object_paths(model), **output_paths(model)}
    if not paths:  # its parameters are not published, or were not parsed because it is unchanged
        return known
    members = {path: fingerprint(schema) for path, schema in paths.items() if path}
    known = _carry_over(known, members, {child_path("", old): child_path("", new) for old, new in renamed.items()})
    parts = dict(known.parts)
    taken = {name.lower() for name in (known.cls, *parts.values(), *known.former)}
    # A field keeps its own name without an entry in the table, so a new class must not take it.
    wanted = {item.name.lower() for schema in paths.values() for item in schema.properties}
    for path in paths:
        if path and path not in parts:
            parts[path] = distinct(class_name(f"{known.cls} {_path_words(path)}"), taken | wanted)
            taken.add(parts[path].lower())
    fields = {path: dict(names) for path, names in known.fields.items()}
    for path, schema in paths.items():
        reserved = _OUTPUT_TYPES if path.startswith(OUTPUT) else frozenset[str]()
        kept = fields.get(path, {})
        # Former names of parameters have fields, too, unless the present name keeps theirs.
        former = [] if path else [name for name in renamed if name not in kept.values()]
        mangled = _field_names([item.name for item in schema.properties] + former, kept, taken, reserved)
        if mangled:
            fields[path] = mangled
    return replace(known, parts=parts, members=members, fields=fields)


def _carry_over(known: ModelNames, members: Mapping[str, Members], renamed: Mapping[str, str]) -> ModelNames:
    """Return `known` with today's paths, the keys of `members`; names of removed objects stay reserved."""
    moved: dict[str, str] = {}
    for of_output in (False, True):  # an object of a request never becomes one of an output
        before = {path: known.members.get(path) for path in known.parts if path.startswith(OUTPUT) is of_output}
        after = {path: found for path, found in members.items() if path.startswith(OUTPUT) is of_output}
        moved |= match_classes(before, after, {} if of_output else renamed)
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


def _field_names(
    wire_names: Iterable[str], frozen: Mapping[str, str], classes: set[str], reserved: Container[str]
) -> dict[str, str]:
    """Return names for the parameters that cannot keep their own; frozen names come first."""
    mangled = dict(frozen)
    given = {name.lower() for name in mangled.values()}
    waiting: list[str] = []
    taken = set(given)
    for wire_name in wire_names:
        if wire_name in mangled:
            continue
        plain = is_plain_field(wire_name) and wire_name not in reserved
        if plain and wire_name.lower() not in given and wire_name.lower() not in classes:
            taken.add(wire_name.lower())
        else:
            waiting.append(wire_name)
    for wire_name in sorted(waiting):
        base = field_name(wire_name)
        wanted = f"{base}_" if base.lower() in classes or base in reserved else base
        mangled[wire_name] = distinct(wanted, taken | classes)
        taken.add(mangled[wire_name].lower())
    return mangled


def _collect_objects(schema: Schema, path: str, found: dict[str, Object], shared: frozenset[str] = frozenset()) -> None:
    match schema:
        case Object():
            for item in schema.properties:
                _collect_objects(item.schema, child_path(path, item.name), found)
            _collect_objects(schema.additional, child_path(path, "*"), found)
            if is_class(schema) or not path or path in shared:
                found[path] = schema
        case Array():
            _collect_objects(every_item(schema), child_path(path, "*"), found)
        case Union():
            for index, branch in enumerate(schema.branches, start=1):
                _collect_objects(branch, child_path(path, str(index)), found)
        case _:
            pass


def _path_words(path: str) -> str:
    """Return the property names of a path, without items of lists and numbers of alternatives."""
    words = " ".join(part for part in path.split("/") if part and part != "*" and not part.isdigit())
    if path.startswith(OUTPUT):
        words = f"output {words.removeprefix(OUTPUT)}"
    return words.replace("~1", "/").replace("~0", "~")


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
            raise SnapshotError("members must be strings by name", where=place, hint=_RESTORE)
        found[path] = words
    return found


def _version(value: JsonValue, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SnapshotError("retired must be a version string", where=place, hint=_RESTORE)


def _names(value: JsonValue, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise SnapshotError("names must be an object", where=place)
    names = {key: _name(name, place) for key, name in value.items()}
    if len({name.lower() for name in names.values()}) != len(names):
        raise SnapshotError("two fields or classes share a name", where=place, hint=_RESTORE)
    return names
