"""The shapes whose annotations are shipped with the generator, by rule.

- Every type of scalars, anything, a class, and a choice, with or without null.
- Lists and mappings of each of them. (A choice in a list is a slot, as a class is.)
- Unions of up to three of string, integer, number, boolean and slots, in any order, with or without null.
- Unions of up to eight slots, with or without null.

That is every shape without numbers and texts of a schema, but for longer unions.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from itertools import product

from schemaloom.ir.schema import Anything, Array, Boolean, Enum, Null, Number, Object, Property, Schema, String, Union
from schemaloom.json.values import JsonText, json_text
from schemaloom.render.types.engine import annotate
from schemaloom.render.types.shapes import TypeShapes

_SCALARS: tuple[Schema, ...] = (String(), Number(integer=True), Number(), Boolean())
_SLOT = Object(properties=(Property(name="name", schema=String()),))


def keys() -> set[JsonText]:
    """The keys of the shapes, as models have them."""
    shapes = TypeShapes(lambda _, path: path, lambda *_: False)
    return {shapes.of(schema, "").key for schema in _schemas()}


def _schemas() -> Iterator[Schema]:
    text, null = json_text("text"), json_text(None)
    yield from (Enum(values=values) for values in ((text,), (text, null), (null,)))
    for part in (*_SCALARS, _SLOT, Anything(), Null()):
        yield from (part, Array(items=part), Object(additional=part))
    some = (branches for length in (1, 2, 3) for branches in product((*_SCALARS, _SLOT), repeat=length))
    many = ((_SLOT,) * length for length in range(4, 9))
    for branches in (*some, *many):
        if all(branches.count(scalar) < 2 for scalar in _SCALARS):
            yield Union(branches=branches)
            yield Union(branches=(*branches, Null()))


def rendered() -> str:
    """The text of the file: one shape a line, with what the engine says of it today."""
    sources = {key: ast.unparse(tree) for key, tree in annotate(keys()).items() if tree is not None}
    return json.dumps(sources, indent=0, sort_keys=True) + "\n"
