"""Paths of the objects of a model that become classes, inside its request and its output."""

from __future__ import annotations

from schemaloom.ir.files import is_file_object
from schemaloom.ir.model import Model
from schemaloom.ir.schema import LEAVES, Array, Never, Object, Schema, Union

OUTPUT = "="
"""The path of a model's output: no path of a request begins like this."""


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


def _collect_objects(schema: Schema, path: str, found: dict[str, Object], shared: frozenset[str] = frozenset()) -> None:
    match schema:
        case Object():
            for item in schema.properties:
                if not isinstance(item.schema, LEAVES):  # as most are
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


def path_tokens(path: str) -> list[str]:
    """Return the tokens of a path: names of properties, ``*``, and numbers of alternatives."""
    tokens = path.removeprefix("$").removeprefix("/").split("/")
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def path_words(path: str) -> str:
    """Return the property names of a path, without items of lists and numbers of alternatives."""
    words = " ".join(part for part in path.split("/") if part and part != "*" and not part.isdigit())
    if path.startswith(OUTPUT):
        words = f"output {words.removeprefix(OUTPUT)}"
    return words.replace("~1", "/").replace("~0", "~")
