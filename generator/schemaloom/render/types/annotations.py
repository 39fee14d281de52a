"""Write the annotations of a module from the engine's syntax trees, through an allow-list.

Only names, subscripts, unions, literals and ``Field(...)`` calls with plain values are allowed;
anything else could be text of a schema that became code, and is rejected.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from schemaloom.json.values import JsonText, JsonValue, json_value
from schemaloom.render.literals import literal, tuple_literal
from schemaloom.render.types.engine import HOLE, cached_annotations, common_annotations
from schemaloom.render.types.shapes import ClassSlot, Shape, SlotValue

_NAMES = {
    "str": "str",
    "Literal": "Literal",
    "StrictBool": "Boolean",
    "StrictInt": "Integer",
    "StrictFloat": "Number",
    "Any": "JsonValue",
}
_FIELD_ARGUMENTS = frozenset({"ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of", "pattern"})


class RefusedAnnotation(Exception):
    """The engine's annotation holds syntax that is not allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Source of a type, and the names it uses."""

    text: str
    names: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    """Which of the names are classes of the same module."""


class Annotations:
    """Writes annotations of shapes from the engine's results."""

    def __init__(self, table: Mapping[JsonText, ast.expr | None] = MappingProxyType({})) -> None:
        self._table = {**table}
        self._known: dict[Shape, Annotation] = {}
        self.refused: set[JsonText] = set()

    def knows(self, keys: Iterable[JsonText]) -> bool:
        """Whether all of these shapes are common ones, or were asked for by `ask`."""
        new = set(keys).difference(self._table)
        self._table |= common_annotations(new)
        return new <= self._table.keys()

    def ask(self, keys: Iterable[JsonText]) -> None:
        """Get the annotations of more shapes from the cache and the engine."""
        self._table |= cached_annotations(set(keys).difference(self._table))

    def of(self, shape: Shape) -> Annotation:
        """Return the annotation of a shape; ``JsonValue`` if the engine has none that is allowed."""
        found = self._known.get(shape)
        if found is None:
            found = self._known[shape] = self._written(shape)
        return found

    def _written(self, shape: Shape) -> Annotation:
        tree = self._table.get(shape.key)
        writer = _Writer([self._slot_value(slot) for slot in shape.slots], shape.literals)
        try:
            text = writer.write(tree) if tree is not None else None
        except RefusedAnnotation:
            text = None
        if text is None:
            self.refused.add(shape.key)
            return Annotation(text="JsonValue", names=frozenset({"JsonValue"}))
        names = writer.names
        metadata = writer.metadata + _metadata(shape)
        if shape.is_file:
            if text != "str":
                text = "FileList"
            elif metadata:
                text, metadata = "StringOrFile", [*metadata, "OrFile()"]
            else:
                text = "FileInput"
            writer.names.add(text)
        if metadata:
            text = f"Annotated[{text}, {', '.join(metadata)}]"
            names |= {"Annotated", *(part.partition("(")[0] for part in metadata)}
        return Annotation(text=text, names=frozenset(names), classes=frozenset(writer.classes))

    def _slot_value(self, slot: SlotValue) -> Annotation:
        if isinstance(slot, ClassSlot):
            return Annotation(text=slot.name, classes=frozenset({slot.name}))
        return self.of(slot)


class _Writer:
    """Writes one syntax tree; collects names, and the ``Field`` of an outermost ``Annotated``."""

    def __init__(self, slots: list[Annotation], literals: tuple[JsonText, ...]) -> None:
        self._slots = slots
        self._literals = literals
        self.names: set[str] = set()
        self.classes: set[str] = set()
        self.metadata: list[str] = []

    def write(self, tree: ast.expr) -> str:
        match tree:
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *metadata])):
                self.metadata = [_field(call) for call in metadata]
                return self._type(inner)
            case _:
                return self._type(tree)

    def _type(self, tree: ast.expr) -> str:
        match tree:
            case ast.Constant(value=None):
                return "None"
            case ast.Name(id=name) if name.startswith(HOLE):
                return self._slot(int(name.removeprefix(HOLE)))
            case ast.Name(id=name) if name in _NAMES:
                return self._named(_NAMES[name])
            case ast.BinOp(op=ast.BitOr()):
                return " | ".join(self._type(branch) for branch in _branches(tree))
            case ast.Subscript(value=ast.Name(id="Literal"), slice=values):
                return f"{self._named('Literal')}[{_choices(self._literals) or _constants(values)}]"
            case ast.Subscript(value=ast.Name(id="list"), slice=ast.Name(id="Any")):
                return self._named("JsonList")
            case ast.Subscript(value=ast.Name(id="list"), slice=items):
                return f"list[{self._type(items)}]"
            case ast.Subscript(
                value=ast.Name(id="dict"), slice=ast.Tuple(elts=[ast.Name(id="str"), ast.Name(id="Any")])
            ):
                return self._named("JsonObject")
            case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[ast.Name(id="str"), values])):
                return f"dict[str, {self._type(values)}]"
            case _:
                raise RefusedAnnotation(ast.dump(tree)[:200])

    def _named(self, name: str) -> str:
        if name != "str":  # needs no import
            self.names.add(name)
        return name

    def _slot(self, index: int) -> str:
        filling = self._slots[index]
        self.names |= filling.names
        self.classes |= filling.classes
        return filling.text


def _branches(tree: ast.expr) -> list[ast.expr]:
    """The operands of ``a | b | c``, which is as deep as it is long."""
    found: list[ast.expr] = []
    while isinstance(tree, ast.BinOp):
        found.append(tree.right)
        tree = tree.left
    return [tree, *reversed(found)]


def _field(call: ast.expr) -> str:
    match call:
        case ast.Call(func=ast.Name(id="Field"), args=[], keywords=keywords):
            arguments = [(keyword.arg, _number_or_text(keyword.value)) for keyword in keywords]
            if all(name in _FIELD_ARGUMENTS for name, _ in arguments):
                return f"Field({', '.join(f'{name}={value}' for name, value in sorted(arguments, key=str))})"
        case _:
            pass
    raise RefusedAnnotation(ast.dump(call)[:200])


def _choices(values: Iterable[JsonText]) -> str:
    return ", ".join(literal(json_value(value)) for value in values)


def _constants(values: ast.expr) -> str:
    items = values.elts if isinstance(values, ast.Tuple) else [values]
    return ", ".join(_number_or_text(item) for item in items)


def _number_or_text(tree: ast.expr) -> str:
    try:
        value = cast("JsonValue", ast.literal_eval(tree))
    except ValueError:
        raise RefusedAnnotation(ast.dump(tree)[:200]) from None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)  # the engine writes every bound as a float; 1 reads better than 1.0
    if not isinstance(value, str | int | float | bool | None):
        raise RefusedAnnotation(ast.dump(tree)[:200])
    return literal(value)


def _metadata(shape: Shape) -> list[str]:
    found: list[str] = []
    if shape.limits:
        found.append(f"Field({', '.join(f'{name}={literal(limit)}' for name, limit in shape.limits)})")
    if shape.choices:
        found.append(f"OneOf({tuple_literal([literal(json_value(value)) for value in shape.choices])})")
    if shape.step is not None:
        found.append(f"MultipleOf({literal(shape.step)})")
    if shape.unique:
        found.append("Unique()")
    return found
