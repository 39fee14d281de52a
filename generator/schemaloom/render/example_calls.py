"""Example requests as source code that constructs a model's classes.

The package ships a file of them for each model.  The next version must accept the requests unless it
is a breaking one.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.ir.membership import is_valid
from schemaloom.ir.model import Model
from schemaloom.ir.schema import Array, Never, Object, Reference, Schema, Union
from schemaloom.json.values import JsonValue
from schemaloom.render.docstrings import docstring, sentence
from schemaloom.render.examples import full_request
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.names.class_paths import child_path, every_item, is_class
from schemaloom.render.names.table import ModelNames
from schemaloom.render.output_plan import OutputPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleView:
    """The example requests of one model."""

    doc: str
    module: str
    sources: tuple[str, ...]
    """One with the required parameters; one with all parameters, if there are more."""
    output: str = ""
    """Name of the class of the output; empty if it has none of its own."""
    attributes: tuple[str, ...] = ()
    """Attributes of that class."""


def example_calls(
    model: Model, names: ModelNames, example: dict[str, JsonValue] | None, output: OutputPlan | None = None
) -> ExampleView | None:
    """Return the example requests of a model; None without parameters or a valid example."""
    if model.request is None or example is None:
        return None
    writer = _Writer(model, names)
    sources = [writer.request(model.request, value) for value in (example, full_request(model, example))]
    read = next((part for part in output.classes if part.name == output.annotation.text), None) if output else None
    return ExampleView(
        doc=docstring(
            f"Example requests of ``{sentence(model.id)}``: run this file to validate them; nothing is sent."
        ),
        module=names.module,
        sources=tuple(dict.fromkeys(sources)),
        output=read.name if read else "",
        attributes=tuple(field.name for field in read.fields) if read else (),
    )


class _Writer:
    """Writes values of one model as source; class names are qualified, since two models may share one."""

    def __init__(self, model: Model, names: ModelNames) -> None:
        self._model = model
        self._names = names

    def request(self, schema: Object, value: dict[str, JsonValue]) -> str:
        """Return the source of the request `value`."""
        return self._build(schema, value, "", self._names.cls)

    def _argument(self, schema: Schema, value: JsonValue, path: str) -> str:
        """Return the source of a value at `path`, which constructs classes for objects; see `object_paths`."""
        match schema:
            case Reference() if isinstance(value, dict) and schema.name in self._model.definitions:
                path = f"${schema.name}"
                return self._build(self._model.definitions[schema.name], value, path, self._names.parts[path])
            case Object() if isinstance(value, dict) and is_class(schema):
                return self._build(schema, value, path, self._names.parts[path])
            case Object() if isinstance(value, dict):
                place = child_path(path, "*")
                items = (
                    f"{text_literal(key)}: {self._argument(schema.additional, part, place)}"
                    for key, part in value.items()
                )
                return "{" + ", ".join(items) + "}"
            case Array() if isinstance(value, list):
                place = child_path(path, "*")
                return "[" + ", ".join(self._argument(every_item(schema), item, place) for item in value) + "]"
            case Union():
                for index, branch in enumerate(schema.branches, start=1):
                    if is_valid(branch, value):
                        return self._argument(branch, value, child_path(path, str(index)))
                return literal(value)
            case _:
                return literal(value)

    def _build(self, schema: Object, value: dict[str, JsonValue], path: str, cls: str) -> str:
        members = {item.name: item.schema for item in schema.properties if not isinstance(item.schema, Never)}
        arguments = (
            f"{self._names.field(path, name)}={self._argument(members[name], part, child_path(path, name))}"
            for name, part in value.items()
            if name in members
        )
        return f"{self._names.module}.{cls}({', '.join(arguments)})"
