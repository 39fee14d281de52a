"""Class attributes that the runtime reads: of a request its identity, output and price, of any class its data URIs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Enum
from schemaloom.json.values import JsonValue, json_value
from schemaloom.render.file_parameters import takes_data_uris
from schemaloom.render.literals import literal, text_literal, tuple_literal
from schemaloom.render.module_plan import ClassPlan, FieldPlan, ModelPlan
from schemaloom.render.provider_view import ProviderView
from schemaloom.settings.jobs import Submit
from schemaloom.settings.placeholders import fill


def request_attributes(plan: ModelPlan, provider: ProviderView) -> Iterator[str]:
    """Yield the lines of a request class: identity, output, price, and values of parameters that are not sent."""
    model = plan.model
    yield f"__model_id__ = {text_literal(model.id)}"
    yield f"__digest__ = {text_literal(model.digest)}"
    if model.endpoint:
        yield f"__endpoint__ = {text_literal(model.endpoint)}"
    if (name := _call_name(model, provider.submit)) != model.id:
        yield f"__call_name__ = {text_literal(name)}"
    if model.facts:
        yield f"__facts__ = {literal(dict[str, JsonValue](model.facts))}"
    yield f"__output__ = {plan.output_annotation.text}"
    if provider.output_at:
        yield f"__output_at__ = {tuple_literal([*map(text_literal, provider.output_at)])}"
        yield f"__status_at__ = {tuple_literal([*map(text_literal, provider.status_at)])}"
    if model.cost is not None:
        yield f"__price__ = {_price(model.cost)}"
    fields = plan.request.fields if plan.request else ()
    if constants := [text_literal(field.name) for field in fields if constant(field) is not None]:
        yield f"__constants__ = frozenset({{{', '.join(sorted(constants))}}})"
    if defaults := _defaults(fields):
        yield f"__defaults__ = {literal(defaults)}"
    if model.rules is not None:
        yield f"__rules__ = {literal(json_value(model.rules))}"


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


def _defaults(fields: Iterable[FieldPlan]) -> dict[str, JsonValue]:
    """Return the schema's defaults by parameter."""
    texts = {field.member.name: field.member.schema.annotations.default for field in fields if field.now is None}
    return {name: json_value(default) for name, default in texts.items() if default is not None}


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
