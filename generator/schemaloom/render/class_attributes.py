"""Class attributes that the runtime reads when a request is sent: price, defaults, data URIs."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Enum
from schemaloom.json.values import JsonValue, json_value
from schemaloom.render.file_parameters import takes_data_uris
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.module_plan import ClassPlan, FieldPlan


def request_attributes(model: Model, request: ClassPlan) -> Iterator[str]:
    """Yield the lines of a request class: its price, and the defaults of parameters that are not sent."""
    if model.cost is not None:
        yield f"__price__ = {_price(model.cost)}"
    if constants := [text_literal(field.name) for field in request.fields if constant(field) is not None]:
        yield f"__constants__ = frozenset({{{', '.join(sorted(constants))}}})"
    if defaults := _defaults(request):
        yield f"__defaults__ = {literal(defaults)}"


def constant(field: FieldPlan) -> str | None:
    """Return the source of the only value of a required parameter; None if it has several."""
    schema = field.member.schema
    if not field.member.required or not isinstance(schema, Enum) or len(schema.values) != 1:
        return None
    return literal(json_value(schema.values[0]))


def class_attributes(plan: ClassPlan) -> Iterator[str]:
    """Yield the lines of any class: which of its parameters accept data URIs by their documentation."""
    encoded = sorted(text_literal(field.member.name) for field in plan.fields if takes_data_uris(field.member.schema))
    if encoded:
        yield f"__data_uris__ = frozenset({{{', '.join(encoded)}}})"


def _price(cost: Cost) -> str:
    table = literal(dict[str, JsonValue](cost.by_resolution))
    return f"Price(amount={literal(cost.amount)}, unit={literal(cost.unit)}, by_resolution={table})"


def _defaults(request: ClassPlan) -> dict[str, JsonValue]:
    """Return the schema's defaults by parameter."""
    texts = {
        field.member.name: field.member.schema.annotations.default for field in request.fields if field.now is None
    }
    return {name: json_value(default) for name, default in texts.items() if default is not None}
