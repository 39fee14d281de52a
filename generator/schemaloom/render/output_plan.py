"""The plan of a model's output: the annotation of its type, and a lenient class for every object in it.

Outputs are read and never checked, so their types have no rules: the type engine has nothing to
say about them, and the annotations are written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemaloom.ir.files import URL_NAMES, has_file_format, is_file_object
from schemaloom.ir.membership import kinds
from schemaloom.ir.model import Model
from schemaloom.ir.schema import (
    Array,
    Boolean,
    Enum,
    Null,
    Number,
    Object,
    Property,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import json_text, json_value
from schemaloom.render.docstrings import code, docstring, sentence
from schemaloom.render.documentation import place_doc
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.names.class_paths import OUTPUT, child_path, every_item, is_class, output_paths
from schemaloom.render.names.table import ModelNames
from schemaloom.render.types.annotations import Annotation

MOST_LITERALS = 64
"""A longer list of choices is annotated as ``str``."""
_MEDIA_CLASSES = {
    "image": "ImageOutput",
    "video": "VideoOutput",
    "audio": "AudioOutput",
    "text": "TextOutput",
}
_NO_MARKS: Mapping[str, str] = MappingProxyType({})
_PYTHON = {"null": "None", "boolean": "bool", "integer": "int", "number": "float", "string": "str"}
_FILE = Annotation(text="File", names=frozenset({"File"}))
_JSON = Annotation(text="JsonValue", names=frozenset({"JsonValue"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputField:
    """One property of an object in an output."""

    name: str
    wire_name: str
    annotation: Annotation
    doc: str
    """Source of its docstring; empty if the provider describes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClass:
    """One object in an output."""

    name: str
    doc: str
    fields: tuple[OutputField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """The type of an output, and its classes."""

    annotation: Annotation
    classes: tuple[OutputClass, ...]


def output_class(modality: str | None) -> str:
    """Return the name of the runtime's output class for a modality."""
    return _MEDIA_CLASSES.get(modality or "", "MediaOutput")


def plan_output(model: Model, names: ModelNames, joined: Mapping[str, str] = _NO_MARKS) -> OutputPlan | None:
    """Plan the output of `model`; None if its schema is not published.

    `joined` are keywords, and the value of each that marks a list of strings as one string in parts.
    """
    if model.output is None:
        return None
    planner = _Planner(model, names, joined)
    annotation = planner.annotation(model.output, OUTPUT)
    classes = tuple(planner.plan_class(schema, path) for path, schema in output_paths(model).items())
    return OutputPlan(annotation=annotation, classes=classes)


class _Planner:
    def __init__(self, model: Model, names: ModelNames, joined: Mapping[str, str]) -> None:
        self._definitions = model.output_definitions
        self._names = names
        self._joined = {(keyword, json_text(value)) for keyword, value in joined.items()}

    def plan_class(self, schema: Object, path: str) -> OutputClass:
        return OutputClass(
            name=self._names.parts[path],
            doc=docstring(_description(schema) or _place(path), indent=4),
            fields=tuple(self._field(item, path) for item in schema.properties),
        )

    def _field(self, item: Property, path: str) -> OutputField:
        name = self._names.field(path, item.name)
        alternatives = [*self._alternatives(item.schema, child_path(path, item.name), files=item.name in URL_NAMES)]
        if not item.required:
            alternatives.append(Annotation(text="None"))
        renamed = f"{code(text_literal(item.name))} in the API." if name != item.name else ""
        return OutputField(
            name=name,
            wire_name=item.name,
            annotation=_union(alternatives),
            doc=docstring(_description(item.schema), renamed, indent=4),
        )

    def annotation(self, schema: Schema, path: str) -> Annotation:
        return _union([*self._alternatives(schema, path)])

    def _alternatives(
        self, schema: Schema, path: str, *, files: bool = False, joined: bool = False
    ) -> Iterator[Annotation]:
        """The annotations of the alternatives of a schema.

        Its strings are `files`, and its lists `joined`, if what is around it marks them so.
        """
        files = files or has_file_format(schema)
        joined = joined or not self._joined.isdisjoint(schema.annotations.extensions)
        match schema:
            case Union():
                for index, branch in enumerate(schema.branches, start=1):
                    yield from self._alternatives(branch, child_path(path, str(index)), files=files, joined=joined)
            case Enum():
                yield from _choices(schema)
            case String():
                yield _FILE if files else Annotation(text="str")
            case Number() | Boolean() | Null():
                yield Annotation(text=_scalar(schema))
            case Array():
                inner = self.annotation(every_item(schema), child_path(path, "*"))
                yield Annotation(text="str") if joined else _wrap("list[{}]", inner)
            case Object():
                yield self._object(schema, path)
            case Reference():
                target = self._definitions.get(schema.name)
                yield self._object(target, f"{OUTPUT}${schema.name}") if target and is_class(target) else _JSON
            case _:
                yield _JSON

    def _object(self, schema: Object, path: str) -> Annotation:
        if is_file_object(schema):
            return _FILE
        if not is_class(schema):
            return _wrap("dict[str, {}]", self.annotation(schema.additional, child_path(path, "*")))
        name = self._names.parts[path]
        return Annotation(text=name, classes=frozenset({name}))


def _scalar(schema: Number | Boolean | Null) -> str:
    if isinstance(schema, Number):
        return "int" if schema.integer else "float"
    return "bool" if isinstance(schema, Boolean) else "None"


def _choices(schema: Enum) -> Iterator[Annotation]:
    """The documented values and every other one of their types: a new value of an enum is no error."""
    strings = [value for value in map(json_value, schema.values) if isinstance(value, str)]
    if strings and len(strings) <= MOST_LITERALS:
        yield Annotation(text=f"Literal[{', '.join(map(literal, strings))}]", names=frozenset({"Literal"}))
    for kind in sorted(kinds(schema)):
        yield Annotation(text=_PYTHON[kind]) if kind in _PYTHON else _JSON


def _wrap(form: str, inner: Annotation) -> Annotation:
    return Annotation(text=form.format(inner.text), names=inner.names, classes=inner.classes)


def _union(alternatives: list[Annotation]) -> Annotation:
    """The alternatives, each once, and ``None`` last."""
    found = {each.text: each for each in alternatives}
    if "None" in found:
        found["None"] = found.pop("None")
    return Annotation(
        text=" | ".join(found) or "JsonValue",
        names=frozenset[str]().union(*(each.names for each in found.values())),
        classes=frozenset[str]().union(*(each.classes for each in found.values())),
    )


def _place(path: str) -> str:
    """Return a sentence that names the property of the output that an object is for."""
    return "The output of a job." if path == OUTPUT else place_doc(path.removeprefix(OUTPUT), "output")


def _description(schema: Schema) -> str:
    return sentence(schema.annotations.description)
