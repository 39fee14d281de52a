"""The type engine: datamodel-code-generator, called in process, once for all distinct shapes.

It is given one synthetic object whose properties are the shapes, and what it answers is read
back as a syntax tree: only annotations come out, and nothing of its output is ever run or
written as it stands.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import sys
from collections.abc import Iterable, Mapping
from queue import SimpleQueue
from threading import Thread
from typing import cast

from schemaloom.errors import SchemaloomError
from schemaloom.json.values import JsonText, JsonValue, json_text, json_value

HOLE = "Hole"
"""Begins the names of definitions that stand for what is no part of a shape; see `shapes`."""
_HOLDER = "Shapes"
_END = ""


def annotate(keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
    """The engine's annotation of each shape; None where it has none.

    The shapes go in one call.  If that fails, each goes alone, so that one shape the engine
    cannot take costs that shape only.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    try:
        return dict(_annotate(wanted))
    except Exception:  # noqa: BLE001  whatever one shape does to the engine, the others still count
        return {key: _alone(key) for key in wanted}


def serve() -> None:
    """Be the engine's process: lists of keys come on stdin, a line each, and at its end their annotations go to stdout.

    Both are JSON; an annotation is source.  While keys are awaited the engine is imported and called
    for nothing, because its first call takes as long as 300 shapes do later.  What comes while it
    is at work goes into its next call.
    """
    gc.disable()  # which would look through all that is being imported, again and again
    asked = SimpleQueue[str]()
    Thread(target=_listen, args=[asked], daemon=True).start()
    _alone(json_text({"type": "string"}))
    gc.freeze()
    gc.enable()
    found: dict[JsonText, str] = {}
    more = True
    while more:
        lines = [asked.get()]
        while not asked.empty():
            lines.append(asked.get())
        more = _END not in lines
        keys = (key for line in lines if line != _END for key in cast("list[JsonText]", json.loads(line)))
        found |= {key: ast.unparse(tree) for key, tree in annotate(keys).items() if tree is not None}
    json.dump(found, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # to put away all that was imported takes as long as 100 shapes, and somebody waits


def _listen(asked: SimpleQueue[str]) -> None:
    try:
        for line in sys.stdin:
            asked.put(line)
    finally:
        asked.put(_END)


def _alone(key: JsonText) -> ast.expr | None:
    try:
        return _annotate([key])[key]
    except Exception:  # noqa: BLE001  see above; the caller reports the shape
        return None


def _annotate(keys: list[JsonText]) -> Mapping[JsonText, ast.expr]:
    # 0.2 s of imports, paid only when a shape is new.
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
