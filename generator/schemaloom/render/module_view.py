"""The view of a module that its template reads: frozen values of strings that are valid source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from schemaloom.errors import Problem
from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Never, Object, is_secret, nullable
from schemaloom.json.values import JsonObject, JsonValue, json_text, json_value
from schemaloom.render.class_attributes import class_attributes, constant, request_attributes
from schemaloom.render.docstrings import code, docstring, sentence
from schemaloom.render.literals import literal, text_literal, tuple_literal
from schemaloom.render.module_plan import ClassPlan, FieldPlan, ModelPlan, shape_keys
from schemaloom.render.nested_schemas import nested_pointer
from schemaloom.render.types.annotations import Annotation, Annotations
from schemaloom.settings.jobs import Submit
from schemaloom.settings.placeholders import fill

_JSON_TYPES = ".._runtime.models.json_types"
_FILES = ".._runtime.models.file_input"
_MEDIA = ".._runtime.files.outputs"
_RENAMED = ".._runtime.models.deprecated_field"
_SOURCES = {
    "Annotated": "typing", "Literal": "typing", "TYPE_CHECKING": "typing",
    "ConfigDict": "pydantic", "Field": "pydantic", "JsonValue": "pydantic",
    "Boolean": _JSON_TYPES, "Integer": _JSON_TYPES, "JsonList": _JSON_TYPES, "JsonObject": _JSON_TYPES,
    "MultipleOf": _JSON_TYPES, "Number": _JSON_TYPES, "OneOf": _JSON_TYPES, "Unique": _JSON_TYPES,
    "DeprecatedFieldName": _RENAMED,
    "FileInput": _FILES, "FileList": _FILES, "OrFile": _FILES, "StringOrFile": _FILES,
    "File": ".._runtime.files.file", "OutputObject": ".._runtime.models.output_object",
    "AudioOutput": _MEDIA, "ImageOutput": _MEDIA, "MediaOutput": _MEDIA, "TextOutput": _MEDIA, "VideoOutput": _MEDIA,
}  # fmt: skip
_OUTPUTS = {
    "image": "ImageOutput",
    "video": "VideoOutput",
    "audio": "AudioOutput",
    "text": "TextOutput",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """What the modules of models need of their provider."""

    module: str = ""
    """Import name of the package."""
    output_at: tuple[str, ...] = ()
    """JSON Pointers, in job documents, of the value that an output schema describes; none if it is the document."""
    status_at: tuple[str, ...] = ()
    """JSON Pointers of the status in them."""
    submit: Submit | None = None
    uploads: bool = False
    """Whether the client can send local files."""


NO_PROVIDER = ProviderView()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
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
    imports: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    """Module and names of each ``from … import …`` line, in groups: standard, installed, ours."""
    classes: tuple[ClassView, ...]
    exported: str
    """Source of the request class's name."""


def output_class(modality: str | None) -> str:
    """Return the name of the runtime's output class for a modality."""
    return _OUTPUTS.get(modality or "", "MediaOutput")


def output_annotation(plan: ModelPlan) -> Annotation:
    """Return the type of a model's output; a class of the runtime's if its schema is not published."""
    if plan.output is not None:
        return plan.output.annotation
    name = output_class(plan.model.modality)
    return Annotation(text=name, names=frozenset({name}))


def module_view(
    plan: ModelPlan, annotations: Annotations, currency: str, provider: ProviderView = NO_PROVIDER
) -> ModuleView:
    """Return the view of one model's module."""
    names: set[str] = set()
    defined: set[str] = set()
    classes: list[ClassView] = []
    # Errors of a request show the input of its parts, too.
    secret = any(is_secret(field.member.schema) for part in plan.classes for field in part.fields)
    model = plan.model
    pointers = _schema_pointers(plan)
    for part in plan.parts:
        pointer = pointers.get(part.name)
        attributes = [] if pointer is None else [f"__schema_at__ = {text_literal(pointer)}"]
        classes.append(
            _class_view(
                part, annotations, names, defined,
                base="NestedModel", attributes=attributes, doc=_part_doc(part), hides_input=secret,
            )
        )  # fmt: skip
        defined.add(part.name)
    output = output_annotation(plan)
    names |= output.names
    classes += _output_classes(plan, names, defined)
    base = "Request" if plan.request and isinstance(plan.request.schema.additional, Never) else "OpenRequest"
    request = plan.request or ClassPlan(name=plan.names.cls, schema=Object(), fields=())
    attributes = [f"__model_id__ = {text_literal(model.id)}", f"__digest__ = {text_literal(model.digest)}"]
    if model.endpoint:
        attributes.append(f"__endpoint__ = {text_literal(model.endpoint)}")
    if (name := _call_name(model, provider.submit)) != model.id:
        attributes.append(f"__call_name__ = {text_literal(name)}")
    if model.facts:
        attributes.append(f"__facts__ = {literal(dict[str, JsonValue](model.facts))}")
    attributes.append(f"__output__ = {output.text}")
    if plan.output is not None and provider.output_at:
        attributes.append(f"__output_at__ = {tuple_literal([*map(text_literal, provider.output_at)])}")
        attributes.append(f"__status_at__ = {tuple_literal([*map(text_literal, provider.status_at)])}")
    attributes += request_attributes(model, request)
    if model.rules is not None:
        attributes.append(f"__rules__ = {literal(json_value(model.rules))}")
    view = _class_view(
        request, annotations, names, defined,
        base=f"{base}[{output.text}]", attributes=attributes, doc=_model_doc(model, currency), hides_input=secret,
    )  # fmt: skip
    classes.append(replace(view, last=f"__schema__ = {text_literal(model.published)}" if model.published else ""))
    bases = sorted([base, "NestedModel"]) if plan.parts else [base]
    own = [(".._runtime.models.request", tuple(bases))]
    if model.cost is not None:
        own.append((".._runtime.core.price", ("Price",)))
    return ModuleView(
        doc=docstring(f"{sentence(model.name)}: model {code(model.id)}."),
        imports=_imports(names, own),
        classes=tuple(classes),
        exported=text_literal(plan.names.cls),
    )


def _schema_pointers(plan: ModelPlan) -> dict[str, str]:
    """Return where the published schema describes the nested classes, by class name."""
    if not plan.parts or not plan.model.published:
        return {}
    published = cast("JsonObject", json.loads(plan.model.published))
    paths = {name: path for path, name in plan.names.parts.items()}
    found: dict[str, str] = {}
    for part in plan.parts:
        names = [item.name for item in part.schema.properties if item.declared]
        pointer = nested_pointer(published, paths[part.name], names)
        if pointer is not None:
            found[part.name] = pointer
    return found


def _call_name(model: Model, submit: Submit | None) -> str:
    """Return the name of a model in the provider's own client."""
    if submit is None:
        return model.id
    facts = dict(model.facts)
    variants = (variant for variant in submit.variants if variant.applies(facts))
    form = next(variants, submit)
    try:
        return fill(form.call, {**facts, "id": model.id}, lambda _, value: value)
    except LookupError:
        return model.id


def refused_shapes(plan: ModelPlan, annotations: Annotations) -> tuple[Problem, ...]:
    """Return a problem for each field whose type, or a part of it, the type engine could not make."""
    return tuple(
        Problem(plan.model.id, "", f"the type engine has no type for {part.name}.{name}; the field accepts anything")
        for part in plan.classes
        for name, shape in (*((field.name, field.shape) for field in part.fields), ("*", part.additional))
        if shape and annotations.refused.intersection(shape_keys(shape))
    )


def cost_text(cost: Cost | None, currency: str) -> str:
    """Return a price as a phrase, such as ``1.5 credits per image (1 MP: 1.5, 2 MP: 3)``."""
    if cost is None:
        return "not published"
    per = f" per {sentence(cost.unit)}" if cost.unit else ""
    table = ", ".join(f"{sentence(size)}: {json_text(amount)}" for size, amount in cost.by_resolution)
    plural = "" if cost.amount == 1 else "s"
    return f"{json_text(cost.amount)} {currency}{plural}{per}" + (f" ({table})" if table else "")


def _imports(
    names: set[str], own: list[tuple[str, tuple[str, ...]]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    sources: dict[str, list[str]] = {}
    for name in sorted(names):
        sources.setdefault(_SOURCES[name], []).append(name)
    found = {source: (source, tuple(listed)) for source, listed in sources.items()}
    ours = [line for source, line in found.items() if source.startswith(".")]
    others = [(found[source],) for source in ("typing", "pydantic") if source in found]
    return (*others, tuple(sorted((*ours, *own))))


def _output_classes(plan: ModelPlan, names: set[str], defined: set[str]) -> Iterator[ClassView]:
    for part in plan.output.classes if plan.output else ():
        names |= {"OutputObject", *(name for field in part.fields for name in field.annotation.names)}
        renamed: dict[str, JsonValue] = {
            field.name: field.wire_name for field in part.fields if field.name != field.wire_name
        }
        yield ClassView(
            name=part.name,
            base="OutputObject",
            doc=part.doc,
            attributes=(f"__names__ = {literal(renamed)}",) if renamed else (),
            fields=tuple(
                FieldView(
                    name=field.name,
                    annotation=field.annotation.text
                    if field.annotation.classes <= defined
                    else text_literal(field.annotation.text),
                    default="",
                    doc=field.doc,
                )
                for field in part.fields
            ),
        )
        defined.add(part.name)


def _class_view(
    plan: ClassPlan,
    annotations: Annotations,
    names: set[str],
    defined: set[str],
    *,
    base: str,
    attributes: list[str],
    doc: str,
    hides_input: bool,
) -> ClassView:
    lines = list(attributes)
    settings = ['extra="allow"'] if base == "NestedModel" and not isinstance(plan.schema.additional, Never) else []
    if hides_input:
        settings.append("hide_input_in_errors=True")
    if settings:
        names.add("ConfigDict")
        lines.insert(0, f"model_config = ConfigDict({', '.join(settings)})")
    if plan.additional is not None:
        names |= {"Field", "TYPE_CHECKING"}
        extra = annotations.of(plan.additional)
        names |= extra.names
        text = f"dict[str, {extra.text}]"
        quoted = text if extra.classes <= defined else text_literal(text)
        # Type checkers reject an attribute that is narrower than the one it overrides.
        lines.append("if not TYPE_CHECKING:")
        lines.append(f"    __pydantic_extra__: {quoted} = Field(init=False)")
    nullable_fields = [field for field in plan.fields if not field.member.required and nullable(field.member.schema)]
    if nullable_fields:
        shown = ", ".join(text_literal(field.name) for field in sorted(nullable_fields, key=lambda field: field.name))
        lines.append(f"__nullable__ = frozenset({{{shown}}})")
    lines += class_attributes(plan)
    # In a nested object such a value distinguishes one alternative from another, and stays the caller's.
    is_request = base != "NestedModel"
    return ClassView(
        name=plan.name,
        base=base,
        doc=doc,
        attributes=tuple(lines),
        fields=tuple(
            _field_view(
                field, annotations.of(field.shape), names, defined, only=constant(field) if is_request else None
            )
            for field in plan.fields
        ),
    )


def _field_view(
    field: FieldPlan, annotation: Annotation, names: set[str], defined: set[str], *, only: str | None
) -> FieldView:
    required = field.member.required
    text = annotation.text
    if not required and not nullable(field.member.schema):
        text = f"{text} | None"
    names |= annotation.names
    metadata: list[str] = []
    if field.now is not None:
        metadata.append(f"DeprecatedFieldName({text_literal(field.member.name)}, {text_literal(field.now)})")
    aliases = {"validation_alias": field.member.name, "serialization_alias": field.now or field.member.name}
    given = [f"{keyword}={text_literal(name)}" for keyword, name in aliases.items() if name != field.name]
    if is_secret(field.member.schema):
        given.append("repr=False")
    if given:
        metadata.append(f"Field({', '.join(given)})")
    if metadata:  # in the type and not as the default: type checkers take as long for such a call as for ten fields
        names |= {"Annotated", *(part.partition("(")[0] for part in metadata)}
        text = f"Annotated[{text}, {', '.join(metadata)}]"
    return FieldView(
        name=field.name,
        # A class that is not defined yet can only be named in quotes.
        annotation=text if annotation.classes <= defined else text_literal(text),
        default=only or ("" if required else "None"),
        doc=field.doc,
    )


def _part_doc(plan: ClassPlan) -> str:
    texts = plan.schema.annotations
    description = texts.description if texts.description.strip() else sentence(texts.title)
    return docstring(description or "Part of a request.", indent=4)


def _model_doc(model: Model, currency: str) -> str:
    facts = [f"Price: {cost_text(model.cost, currency)}."]
    if model.deprecated is not None:
        since = "" if model.deprecated == "true" else f" since {sentence(model.deprecated)}"
        facts.insert(0, f"Deprecated by the provider{since}.")
    if model.sunset is not None:
        facts.insert(0, f"Switched off on {sentence(model.sunset)}.")
    if model.capabilities:
        facts.append(f"Capabilities: {', '.join(sentence(text) for text in model.capabilities)}.")
    unknown = (
        "" if model.request else "The provider does not publish the parameters: pass them in ``extra``, unchecked."
    )
    sources = f"Source: {' '.join(sentence(url) for url in model.documents)}" if model.documents else ""
    return docstring(
        model.description if model.description.strip() else model.name, unknown, " ".join(facts), sources, indent=4
    )
