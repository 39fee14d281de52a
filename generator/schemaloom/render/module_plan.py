"""The plan of a model's module, made before its annotations are known: classes, fields, shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple, assert_never

from schemaloom.errors import Level, Problem
from schemaloom.ir.alternatives import with_wide_alternatives
from schemaloom.ir.class_limits import within_class_limits
from schemaloom.ir.model import Model
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Property,
    Reference,
    Schema,
    String,
    Union,
    is_secret,
)
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonText
from schemaloom.render.documentation import field_doc, former_name_doc
from schemaloom.render.file_parameters import is_file, mentions_data_uris
from schemaloom.render.names.class_paths import child_path, object_paths
from schemaloom.render.names.table import ModelNames
from schemaloom.render.output_plan import OutputPlan, output_class, plan_output
from schemaloom.render.types.annotations import Annotation, Annotations
from schemaloom.render.types.shapes import ClassSlot, Shape, SlotValue, TypeShapes

_PLAIN = Anything | Null | Boolean | String | Number | Enum | Reference
_NONE: Mapping[str, str] = MappingProxyType({})


class FieldPlan(NamedTuple):
    """One parameter: its Python name, its docstring, and the shape of its type."""

    name: str
    member: Property
    shape: Shape
    doc: str
    """Source of its docstring; empty if it has none."""
    now: str | None = None
    """For a former name of a parameter: today's name, under which the value is sent."""
    is_secret: bool = False
    """Whether its value is never shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """One class of a module; `additional` is the shape of undeclared properties, if they have a schema."""

    name: str
    path: str
    """As in `object_paths`."""
    schema: Object
    fields: tuple[FieldPlan, ...]
    additional: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """One module: nested classes first, the request last."""

    model: Model
    names: ModelNames
    parts: tuple[ClassPlan, ...]
    request: ClassPlan | None
    """None where the parameters are unknown."""
    problems: tuple[Problem, ...]
    """Rules of the schema that the classes do not check."""
    output: OutputPlan | None = None
    """None if the schema of the output is not published."""

    @property
    def classes(self) -> tuple[ClassPlan, ...]:
        """All classes of the request."""
        return (*self.parts, *([self.request] if self.request else []))

    @property
    def output_annotation(self) -> Annotation:
        """The type of the model's output; a class of the runtime's if its schema is not published."""
        if self.output is not None:
            return self.output.annotation
        name = output_class(self.model.modality)
        return Annotation(text=name, names=frozenset({name}))

    def keys(self) -> Iterator[JsonText]:
        """Yield the key of every shape of the module."""
        for part in self.classes:
            for shape in (*(field.shape for field in part.fields), *([part.additional] if part.additional else [])):
                yield from shape_keys(shape)


def plan_model(
    model: Model,
    names: ModelNames,
    renamed: Mapping[str, str] = _NONE,
    joined: Mapping[str, str] = _NONE,
    *,
    uploads: bool = False,
) -> ModelPlan:
    """Plan the module of `model`: a class for every object, a shape for every field.

    `renamed` maps former names of parameters to today's names: former names get fields too.
    `joined` is as in `plan_output`.  With `uploads`, parameters that are files take local files too;
    without, only those whose documentation mentions data URIs.
    """
    if model.request is not None:
        wide, definitions = with_wide_alternatives(model.request, model.request_definitions)
        request = _within_class_limits(wide)
        if model.definitions or request is not model.request:
            limited = {name: _within_class_limits(part) for name, part in definitions.items()}
            model = replace(model, request=request, definitions=limited)
    shapes = TypeShapes(
        lambda schema, path: _class_of(schema, path, names),
        lambda schema, path: (uploads and is_file(schema, path)) or mentions_data_uris(schema),
    )
    classes: list[ClassPlan] = []
    whole: ClassPlan | None = None
    for path, schema in object_paths(model).items():
        plan = _class_plan(schema, path, names, shapes)
        if path:
            classes.append(plan)
        else:
            whole = replace(plan, fields=tuple(_with_former_names(plan.fields, names, renamed))) if renamed else plan
    return ModelPlan(
        model=model,
        names=names,
        parts=_ordered(classes),
        request=whole,
        problems=tuple(dict.fromkeys(_unchecked_rules(model))),
        output=plan_output(model, names, joined),
    )


def _within_class_limits(schema: Object) -> Object:
    found = within_class_limits(schema)
    return found if isinstance(found, Object) else schema


def _class_plan(schema: Object, path: str, names: ModelNames, shapes: TypeShapes) -> ClassPlan:
    open_to_some = not isinstance(schema.additional, Anything | Never)
    renamed = names.fields.get(path, _NONE)
    return ClassPlan(
        name=names.parts[path] if path else names.cls,
        path=path,
        schema=schema,
        fields=tuple(
            FieldPlan(
                name=(name := renamed.get(item.name, item.name)),
                member=item,
                shape=(shape := shapes.of(item.schema, child_path(path, item.name))),
                doc=field_doc(name, item, takes_files=shape.takes_files, secret=(secret := is_secret(item.schema))),
                is_secret=secret,
            )
            for item in schema.properties
            if not isinstance(item.schema, Never)  # no value is valid
        ),
        additional=shapes.of(schema.additional, child_path(path, "*")) if open_to_some else None,
    )


def _with_former_names(
    fields: tuple[FieldPlan, ...], names: ModelNames, renamed: Mapping[str, str]
) -> Iterator[FieldPlan]:
    """Yield the fields, each after the fields for its former names: if both are set, the later one is sent.

    A required field cannot have a second name that type checkers understand; see `keep_field_names`.
    """
    taken = {field.name for field in fields}
    for field in fields:
        for old, new in sorted(renamed.items()):
            name = names.field("", old)
            if new == field.member.name and not field.member.required and name not in taken:
                taken.add(name)
                member = replace(field.member, name=old)
                yield field._replace(name=name, member=member, doc=former_name_doc(new), now=new)
        yield field


def _class_of(schema: Schema, path: str, names: ModelNames) -> str:
    return names.parts[f"${schema.name}" if isinstance(schema, Reference) else path]


def _ordered(classes: list[ClassPlan]) -> tuple[ClassPlan, ...]:
    """Return each class after the classes it uses, as far as recursion allows; otherwise in the given order."""
    waiting = {plan.name: plan for plan in classes}
    ordered: list[ClassPlan] = []
    while waiting:
        ready = [plan for plan in waiting.values() if not _uses(plan) & waiting.keys() - {plan.name}]
        for plan in ready or [next(iter(waiting.values()))]:
            ordered.append(plan)
            del waiting[plan.name]
    return tuple(ordered)


def _uses(plan: ClassPlan) -> set[str]:
    shapes = [field.shape for field in plan.fields] + ([plan.additional] if plan.additional else [])
    return {name for shape in shapes for name in class_names(shape)}


def refused_shapes(plan: ModelPlan, annotations: Annotations) -> tuple[Problem, ...]:
    """Return a problem for each field whose type, or a part of it, the type engine could not make."""
    if not annotations.refused:  # as nearly always
        return ()
    return tuple(
        Problem(plan.model.id, "", f"the type engine has no type for {part.name}.{name}; the field accepts anything")
        for part in plan.classes
        for name, shape in (*((field.name, field.shape) for field in part.fields), ("*", part.additional))
        if shape and annotations.refused.intersection(shape_keys(shape))
    )


def class_names(filling: SlotValue) -> Iterator[str]:
    """Yield the names of the classes in a shape."""
    if isinstance(filling, ClassSlot):
        yield filling.name
    else:
        for slot in filling.slots:
            yield from class_names(slot)


def shape_keys(shape: Shape) -> Iterator[JsonText]:
    """Yield the keys of a shape and of the shapes in its slots."""
    yield shape.key
    for slot in shape.slots:
        if isinstance(slot, Shape):
            yield from shape_keys(slot)


def _unchecked_rules(model: Model) -> Iterator[Problem]:
    """Yield a problem for every rule of `model` that no annotation expresses."""
    roots = [("", model.request)] if model.request else []
    roots += [(pointer_of("$defs", name), target) for name, target in model.definitions.items()]
    for pointer in (found for root in roots for found in _impossible(*root)):
        if "/properties/" in pointer:
            message = "no value is valid, so there is no field to set"
            yield Problem(model.id, pointer, message, Level.WARNING)


def _impossible(pointer: str, schema: Schema) -> Iterator[str]:
    """Yield the pointers, in the rebuilt schema, of the schemas in `schema` that no value is valid under."""
    match schema:
        case Never():
            yield pointer
        case Object():
            for item in schema.properties:
                if not isinstance(item.schema, _PLAIN):  # there are thousands
                    yield from _impossible(pointer + pointer_of("properties", item.name), item.schema)
            if not isinstance(schema.additional, Never):
                yield from _impossible(f"{pointer}/additionalProperties", schema.additional)
        case Array():
            for index, inner in enumerate(schema.prefix):
                yield from _impossible(f"{pointer}/prefixItems/{index}", inner)
            if not isinstance(schema.items, Never):
                yield from _impossible(f"{pointer}/items", schema.items)
        case Union():
            for index, branch in enumerate(schema.branches):
                yield from _impossible(f"{pointer}/{'oneOf' if schema.exclusive else 'anyOf'}/{index}", branch)
        case Anything() | Null() | Boolean() | String() | Number() | Enum() | Reference():
            pass
        case _:
            assert_never(schema)
