"""The name table: module, class and field names of every model, frozen in ``names.json``.

An assigned name never changes and is never reused.  New names are derived from the provider's
own, and a collision gets a number.  The class of a nested object keeps its name if its path
changes; see `class_identity`.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from schemaloom.ir.model import Catalogue, Model
from schemaloom.render.names.class_identity import Members, fingerprint, match_classes
from schemaloom.render.names.class_paths import OUTPUT, child_path, object_paths, output_paths, path_words
from schemaloom.render.names.identifiers import class_name, distinct, field_name, is_plain_field, module_name

_OUTPUT_TYPES = frozenset({"File", "OutputObject"})
"""Names that the classes of outputs use: a field of that name would hide the type in its class."""


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


def name_models(
    catalogue: Catalogue,
    frozen: NameTable,
    *,
    renamed: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> NameTable:
    """Return `frozen` with names for everything in the catalogue that has none yet.

    `renamed` maps, by model id, former names of parameters to today's names.
    """
    table = name_ids([model.id for model in catalogue.models], frozen)
    return table | name_members(catalogue.models, table, renamed)


def name_ids(ids: Collection[str], frozen: NameTable, *, version: str | None = None) -> NameTable:
    """Assign module and class names, which are unique in the catalogue: the first half of `name_models`.

    `ids` holds every model of the catalogue, in the order in which new names are assigned.  A model
    that is only in `frozen` is retired at `version`, unless it was retired before.
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
            parts[path] = distinct(class_name(f"{known.cls} {path_words(path)}"), taken | wanted)
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
    if not known.parts and not known.former and not known.fields:  # as of a new model
        return known
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
        lower = wire_name.lower()
        plain = is_plain_field(wire_name) and wire_name not in reserved
        if plain and lower not in given and lower not in classes:
            taken.add(lower)
        else:
            waiting.append(wire_name)
    for wire_name in sorted(waiting):
        base = field_name(wire_name)
        wanted = f"{base}_" if base.lower() in classes or base in reserved else base
        mangled[wire_name] = distinct(wanted, taken | classes)
        taken.add(mangled[wire_name].lower())
    return mangled
