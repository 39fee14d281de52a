"""The type engine: datamodel-code-generator, called in process, once for all shapes that are new.

The engine gets one synthetic object whose properties are the shapes.  Its output is parsed, and
only annotations are taken from the syntax tree: the output is never run, and never written as it is.
Its annotations of common shapes are in a file beside this module, written by ``python -m
tests.common_shapes``; those of others are cached.  They are parsed too, and pass the same
allow-list (`annotations`).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import cast

from schemaloom.cache import store
from schemaloom.errors import SchemaloomError
from schemaloom.json.values import JsonText, JsonValue, json_value

HOLE = "Hole"
"""Begins the names of definitions that stand for what is no part of a shape; see `shapes`."""
COMMON_SHAPES = Path(__file__).with_name("common_shapes.json")
"""The engine's annotations of common shapes, by key."""
_HOLDER = "Shapes"
_KIND, _NAME = "shapes", "annotations"


def cached_annotations(keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
    """Return the annotation of each shape, None where the engine has none; see `annotate`.

    The engine is called for shapes that are neither common nor cached.
    """
    wanted = set(keys)
    table = common_annotations(wanted)
    if not (rare := wanted - table.keys()):
        return table
    cached = _read_cache()
    table |= _parse(cached, rare)
    found = annotate(rare - table.keys())
    if new := {key: ast.unparse(annotation) for key, annotation in found.items() if annotation}:
        store.put(_KIND, _NAME, json.dumps({**cached, **new}, sort_keys=True).encode())
    return table | found


def common_annotations(keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
    """Return the annotations of those shapes that are common."""
    return _parse(_common_sources(), keys)


@cache
def _common_sources() -> Mapping[str, str]:
    return cast("dict[str, str]", json.loads(COMMON_SHAPES.read_bytes()))


def _read_cache() -> dict[str, str]:
    with suppress(ValueError):
        content = cast("JsonValue", json.loads(store.get(_KIND, _NAME) or b"{}"))
        members = content.items() if isinstance(content, dict) else ()
        return {key: value for key, value in members if isinstance(value, str)}
    return {}


def _parse(sources: Mapping[str, str], keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
    """Return the annotations of those shapes whose source is there and can be parsed."""
    found: dict[JsonText, ast.expr | None] = {}
    for key in keys:
        with suppress(KeyError, SyntaxError, ValueError, RecursionError, MemoryError):
            found[key] = ast.parse(sources[key], mode="eval").body
    return found


def annotate(keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
    """Return the engine's annotation of each shape; None where it has none.

    The shapes go in one call.  If that fails, each goes alone, so that a shape the engine
    cannot take costs that shape only.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    try:
        return dict(_annotate(wanted))
    except Exception:  # noqa: BLE001  a shape that breaks the engine must not cost the others
        return {key: _annotate_one(key) for key in wanted}


def _annotate_one(key: JsonText) -> ast.expr | None:
    try:
        return _annotate([key])[key]
    except Exception:  # noqa: BLE001  as above; the caller reports the shape
        return None


def _annotate(keys: list[JsonText]) -> Mapping[JsonText, ast.expr]:
    # Imported here: it takes 0.25 s, and hardly any run has a shape that is new.
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType, StrictTypes
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.parser import LiteralType

    names = {f"p{index}": key for index, key in enumerate(keys)}
    properties: dict[str, JsonValue] = {name: json_value(key) for name, key in names.items()}
    holes = 1 + max((int(part) for key in keys for part in _hole_numbers(key)), default=-1)
    opaque: dict[str, JsonValue] = {"type": "object", "properties": {"of": {"type": "string"}}}
    schema: dict[str, JsonValue] = {
        "type": "object",
        "title": _HOLDER,
        "properties": properties,
        "required": list(names),
        "$defs": {f"{HOLE}{index}": opaque for index in range(holes)},
    }
    source = generate(
        schema,
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        enum_field_as_literal=LiteralType.All,
        strict_types=[StrictTypes.int, StrictTypes.float, StrictTypes.bool],
        field_constraints=True,
        formatters=[],
        strict_nullable=True,
        strict_refs=True,  # a dangling reference fails, whatever becomes of warnings
        use_annotated=True,
        use_standard_collections=True,
        use_union_operator=True,
    )
    holder = next(
        node for node in ast.parse(cast("str", source)).body if isinstance(node, ast.ClassDef) and node.name == _HOLDER
    )
    found = {
        names[statement.target.id]: statement.annotation
        for statement in holder.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    if found.keys() != set(keys):
        raise SchemaloomError("the type engine left out a shape")
    return found


def _hole_numbers(key: str) -> list[str]:
    return [part.partition('"')[0] for part in key.split(f'"#/$defs/{HOLE}')[1:]]
