"""Facts about a class that its instances need when they are sent: price, defaults, data URIs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Array, Schema, String, Union
from schemaloom.json.values import JsonValue, json_value
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.module_plan import ClassPlan

_DATA_URIS = re.compile(r"\bdata[- ]?ur[il]|\bbase64", re.IGNORECASE)


def facts_of_request(model: Model, request: ClassPlan) -> Iterator[str]:
    """Lines of a request class: what a job costs, and what is assumed for what is not sent."""
    if model.cost is not None:
        yield f"__price__ = {_price(model.cost)}"
    if defaults := _defaults(request):
        yield f"__defaults__ = {literal(defaults)}"


def facts_of_class(plan: ClassPlan) -> Iterator[str]:
    """Lines of any class: which of its parameters are documented to take data URIs."""
    encoded = sorted(text_literal(field.member.name) for field in plan.fields if _takes_data_uris(field.member.schema))
    if encoded:
        yield f"__data_uris__ = frozenset({{{', '.join(encoded)}}})"


def _price(cost: Cost) -> str:
    table = literal(dict[str, JsonValue](cost.by_resolution))
    return f"Price(amount={literal(cost.amount)}, unit={literal(cost.unit)}, by_resolution={table})"


def _defaults(request: ClassPlan) -> dict[str, JsonValue]:
    """What the schema says to be assumed for parameters that are not sent."""
    said = {field.member.name: field.member.schema.texts.default for field in request.fields if field.now is None}
    return {name: json_value(default) for name, default in said.items() if default is not None}


def _takes_data_uris(schema: Schema) -> bool:
    """Whether a parameter that holds text is described as one that takes files in data URIs."""
    match schema:
        case Array():
            return _mentions_data_uris(schema) or _takes_data_uris(schema.items)
        case Union():
            return _mentions_data_uris(schema) or any(map(_takes_data_uris, schema.branches))
        case String():
            return _mentions_data_uris(schema)
        case _:
            return False


def _mentions_data_uris(schema: Schema) -> bool:
    said = f"{schema.texts.title} {schema.texts.description} {schema.texts.format or ''}"
    return _DATA_URIS.search(said) is not None
