"""The view of a module that its template reads: frozen values of strings that are valid source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from schemaloom.ir.schema import Never, Object, nullable
from schemaloom.json.values import JsonValue
from schemaloom.render.class_attributes import class_attributes, constant, request_attributes
from schemaloom.render.documentation import module_doc, nested_doc, request_doc
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.module_imports import ImportLine, import_groups
from schemaloom.render.module_plan import ClassPlan, FieldPlan, ModelPlan
from schemaloom.render.nested_schemas import NestedSchemas
from schemaloom.render.output_plan import OutputClass
from schemaloom.render.provider_view import NO_PROVIDER, ProviderView
from schemaloom.render.types.annotations import Annotation, Annotations

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class FieldView(NamedTuple):
    """One field: ``name: annotation = default`` and its docstring."""

    name: str
    annotation: str
    default: str
    """Source of the default; empty for a required field."""
    doc: str
    """Empty if the field has no docstring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """One class."""

    name: str
    base: str
    doc: str
    attributes: tuple[str, ...]
    """Lines that come before the fields."""
    fields: tuple[FieldView, ...]
    last: str = ""
    """The line after the fields, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleView:
    """One model's module."""

    doc: str
    imports: tuple[tuple[ImportLine, ...], ...]
    classes: tuple[ClassView, ...]
    exported: str
    """Source of the request class's name."""


def module_view(
    plan: ModelPlan, annotations: Annotations, currency: str, provider: ProviderView = NO_PROVIDER
) -> ModuleView:
    """Return the view of one model's module: nested classes, classes of the output, and the request."""
    model = plan.model
    views = _ClassViews(plan, annotations)
    pointers = _schema_pointers(plan)
    classes = [views.nested(part, pointers.get(part.name)) for part in plan.parts]
    classes += [views.output(part) for part in (plan.output.classes if plan.output else ())]
    base = "Request" if plan.request and isinstance(plan.request.schema.additional, Never) else "OpenRequest"
    attributes = [*request_attributes(plan, provider)]
    classes.append(views.request(plan, base, attributes, request_doc(model, currency)))
    bases = sorted([base, "NestedModel"]) if plan.parts else [base]
    own = [(".._runtime.models.request", tuple(bases))]
    if model.cost is not None:
        own.append((".._runtime.core.price", ("Price",)))
    return ModuleView(
        doc=module_doc(model),
        imports=import_groups(frozenset(views.names), tuple(own)),
        classes=tuple(classes),
        exported=text_literal(plan.names.cls),
    )


def _schema_pointers(plan: ModelPlan) -> dict[str, str]:
    """Return where the published schema describes the nested classes, by class name."""
    if not plan.parts or not plan.model.published:
        return {}
    nested = NestedSchemas(plan.model.published)
    found: dict[str, str] = {}
    for part in plan.parts:
        names = [item.name for item in part.schema.properties if item.declared]
        pointer = nested.pointer(part.path, names)
        if pointer is not None:
            found[part.name] = pointer
    return found


class _ClassViews:
    """Makes the views of the classes of one module, in the order in which it defines them."""

    def __init__(self, plan: ModelPlan, annotations: Annotations) -> None:
        self.names: set[str] = set()
        """The names that the classes made so far import."""
        self._annotations = annotations
        self._defined: set[str] = set()
        # Errors of a request show the input of its nested objects, too.
        self._hides_input = any(field.is_secret for part in plan.classes for field in part.fields)

    def nested(self, plan: ClassPlan, pointer: str | None) -> ClassView:
        """Return the view of a nested object, which the published schema describes at `pointer`."""
        attributes = [] if pointer is None else [f"__schema_at__ = {text_literal(pointer)}"]
        is_open = not isinstance(plan.schema.additional, Never)
        view = ClassView(
            name=plan.name,
            base="NestedModel",
            doc=nested_doc(plan.schema, plan.path),
            attributes=(*self._attributes(plan, attributes, is_open=is_open),),
            # A constant of a nested object distinguishes one alternative from another, and stays the caller's.
            fields=tuple(self._field(field, None) for field in plan.fields),
        )
        self._defined.add(plan.name)
        return view

    def request(self, plan: ModelPlan, base: str, attributes: Sequence[str], doc: str) -> ClassView:
        """Return the view of the request class."""
        request = plan.request or ClassPlan(name=plan.names.cls, path="", schema=Object(), fields=())
        self.names |= plan.output_annotation.names
        return ClassView(
            name=request.name,
            base=f"{base}[{plan.output_annotation.text}]",
            doc=doc,
            attributes=(*self._attributes(request, attributes),),
            fields=tuple(self._field(field, constant(field)) for field in request.fields),
            last=f"__schema__ = {text_literal(_COMPACT.encode(plan.model.published))}" if plan.model.published else "",
        )

    def output(self, plan: OutputClass) -> ClassView:
        """Return the view of an object in the output."""
        self.names |= {"OutputObject", *(name for field in plan.fields for name in field.annotation.names)}
        renamed: dict[str, JsonValue] = {
            field.name: field.wire_name for field in plan.fields if field.name != field.wire_name
        }
        view = ClassView(
            name=plan.name,
            base="OutputObject",
            doc=plan.doc,
            attributes=(f"__names__ = {literal(renamed)}",) if renamed else (),
            fields=tuple(
                FieldView(
                    name=field.name,
                    annotation=self._source(field.annotation, field.annotation.text),
                    default="",
                    doc=field.doc,
                )
                for field in plan.fields
            ),
        )
        self._defined.add(plan.name)
        return view

    def _attributes(self, plan: ClassPlan, attributes: Sequence[str], *, is_open: bool = False) -> Iterator[str]:
        settings = ['extra="allow"'] if is_open else []
        if self._hides_input:
            settings.append("hide_input_in_errors=True")
        if settings:
            self.names.add("ConfigDict")
            yield f"model_config = ConfigDict({', '.join(settings)})"
        yield from attributes
        if plan.additional is not None:
            extra = self._annotations.of(plan.additional)
            self.names |= {"Field", "TYPE_CHECKING", *extra.names}
            # Type checkers reject an attribute that is narrower than the one it overrides.
            yield "if not TYPE_CHECKING:"
            yield f"    __pydantic_extra__: {self._source(extra, f'dict[str, {extra.text}]')} = Field(init=False)"
        send_null = [
            field.name
            for field in plan.fields
            if not field.member.required and (nullable(field.member.schema) or field.member.sends_null)
        ]
        if send_null:
            yield f"__nullable__ = frozenset({{{', '.join(map(text_literal, sorted(send_null)))}}})"
        yield from class_attributes(plan)

    def _field(self, field: FieldPlan, only: str | None) -> FieldView:
        """Return the view of a field; `only` is the source of its only value, if it has one."""
        annotation = self._annotations.of(field.shape)
        required = field.member.required
        text = annotation.text
        if not required and not nullable(field.member.schema):
            text = f"{text} | None"
        # Quoted before it gets its aliases: of a string that names no class yet, pydantic would not know them.
        text = self._source(annotation, text)
        self.names |= annotation.names
        metadata: list[str] = []
        if field.now is not None:
            metadata.append(f"DeprecatedFieldName({text_literal(field.member.name)}, {text_literal(field.now)})")
        given: list[str] = []
        if field.name != field.member.name or field.now:
            aliases = {"validation_alias": field.member.name, "serialization_alias": field.now or field.member.name}
            given += [f"{keyword}={text_literal(name)}" for keyword, name in aliases.items() if name != field.name]
        if field.is_secret:
            given.append("repr=False")
        if given:
            metadata.append(f"Field({', '.join(given)})")
        if metadata:  # in the type and not as the default: type checkers take as long for such a call as for ten fields
            self.names |= {"Annotated", *(part.partition("(")[0] for part in metadata)}
            text = f"Annotated[{text}, {', '.join(metadata)}]"
        default = only or ("" if required else "None")
        return FieldView(name=field.name, annotation=text, default=default, doc=field.doc)

    def _source(self, annotation: Annotation, text: str) -> str:
        """Return the annotation `text`, quoted if it names a class that is not defined yet."""
        return text if annotation.classes <= self._defined else text_literal(text)
