"""Changes of a model's metadata: the facts that the catalogue lists beside its schemas."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.drift.message import name as marked
from schemaloom.drift.message import value
from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Never
from schemaloom.json.pointer import resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue


def metadata_changes(old: Model, new: Model) -> Iterator[Change]:
    """Changes of the metadata of one model."""
    yield from _texts(old, new)
    yield from _prices(old, new)
    yield from _capabilities(old, new)
    yield from _published(old, new)
    yield from _one(old.modality, new.modality, "modality", "Modality", new.id)
    yield from _one(old.endpoint, new.endpoint, "endpoint", "Endpoint", new.id)
    yield from _facts(old, new)
    was, is_now = _deprecated(old), _deprecated(new)
    if was != is_now:
        rule = "model.deprecated" if is_now else "model.undeprecated"
        message = f"Model is {'now' if is_now else 'no longer'} deprecated"
        yield make_change(rule, message, model=new.id, pointer="/deprecated", old=was, new=is_now)
    if old.sunset != new.sunset:
        message = f"Sunset {_transition(old.sunset, new.sunset)}"
        yield make_change(
            "model.sunset-changed", message, model=new.id, pointer="/sunset", old=old.sunset, new=new.sunset
        )
    names = [[item.name for item in model.request.properties] if model.request else [] for model in (old, new)]
    common = set(names[0]) & set(names[1])
    orders = [[name for name in found if name in common] for found in names]
    if orders[0] != orders[1]:
        yield make_change(
            "input.property.reordered", "The order of the parameters changed", model=new.id,
            pointer="/parameter_order", old=[*names[0]], new=[*names[1]],
        )  # fmt: skip
    inside = old.property_order, new.property_order
    yield from _orders("input", new.id, inside, (old.request_document, new.request_document))
    inside = old.output_order, new.output_order
    yield from _orders("output", new.id, inside, (old.output_document, new.output_document))


def _orders(
    side: str,
    model: str,
    orders: tuple[JsonObject | None, JsonObject | None],
    documents: tuple[JsonObject | None, JsonObject | None],
) -> Iterator[Change]:
    """Changes of the order of properties inside the schema of a request or of a result."""
    for pointer in sorted({place for order in orders for place in order or ()}):
        before, after = (_properties(document, pointer) for document in documents)
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield make_change(
                f"{side}.property.reordered", "The order of the properties changed", model=model,
                pointer=pointer, old=[*before], new=[*after],
            )  # fmt: skip


def _properties(document: JsonObject | None, pointer: str) -> list[str]:
    """Return the names of the properties of an object inside a schema, in its order; none if it does not exist."""
    try:
        node = resolve_pointer(document, pointer)
    except LookupError:
        return []
    properties = node.get("properties") if isinstance(node, dict) else None
    return [*properties] if isinstance(properties, dict) else []


def _texts(old: Model, new: Model) -> Iterator[Change]:
    for name, before, after in (
        ("name", old.name, new.name),
        ("description", old.description, new.description),
        ("provenance", old.provenance, new.provenance),
    ):
        if before != after:
            rule, message = f"model.{name}-changed", f"{name.capitalize()} changed"
            yield make_change(rule, message, model=new.id, pointer=f"/{name}", old=before or None, new=after or None)
    for name, those, these in (("documents", old.documents, new.documents), ("related", old.related, new.related)):
        if set(those) != set(these):
            rule, message = f"model.{name}-changed", f"{name.capitalize()} changed"
            yield make_change(
                rule, message, model=new.id, pointer=f"/{name}", old=[*sorted(those)], new=[*sorted(these)]
            )  # fmt: skip


def _facts(old: Model, new: Model) -> Iterator[Change]:
    before, after = dict(old.facts), dict(new.facts)
    for name in sorted(before.keys() | after.keys()):
        was, is_now = before.get(name), after.get(name)
        if was != is_now:
            message = f"Fact {name} {_transition(was, is_now)}"
            yield make_change(
                "model.fact-changed", message, model=new.id, pointer=f"/facts/{name}", old=was, new=is_now
            )  # fmt: skip


def _prices(old: Model, new: Model) -> Iterator[Change]:
    before, after = old.cost, new.cost
    if before == after:
        return
    shown = [_price(cost) for cost in (before, after)]
    if before is None or after is None:
        rule = "price.published" if before is None else "price.withdrawn"
        what = "was published" if before is None else "is no longer published"
    elif before.unit != after.unit:
        units = [value(cost.unit or "job") for cost in (before, after)]
        rule, what = "price.unit-changed", f"unit changed from {units[0]} to {units[1]}"
    else:
        yield from _amounts(before, after, new.id)
        return
    yield make_change(rule, f"Price {what}", model=new.id, pointer="/price", old=shown[0], new=shown[1])


def _amounts(old: Cost, new: Cost, model: str) -> Iterator[Change]:
    if old.amount != new.amount:
        rule = "price.increased" if new.amount > old.amount else "price.decreased"
        message = f"Price changed from {value(old.amount)} to {value(new.amount)}"
        yield make_change(rule, message, model=model, pointer="/price/amount", old=old.amount, new=new.amount)
    before, after = dict(old.by_resolution), dict(new.by_resolution)
    for resolution in sorted(before.keys() | after.keys()):
        # A resolution without a price of its own costs the general amount.
        was, is_now = before.get(resolution, old.amount), after.get(resolution, new.amount)
        if was == is_now or (resolution not in before and resolution not in after):
            continue
        rule = "price.increased" if is_now > was else "price.decreased"
        message = f"Price at {marked(resolution)} changed from {value(was)} to {value(is_now)}"
        yield make_change(
            rule, message, model=model, pointer=f"/price/by_resolution/{resolution}", old=was, new=is_now
        )  # fmt: skip


def _price(cost: Cost | None) -> JsonValue:
    if cost is None:
        return None
    shown: dict[str, JsonValue] = {"amount": cost.amount, "unit": cost.unit}
    return {**shown, "by_resolution": dict(cost.by_resolution)} if cost.by_resolution else shown


def _capabilities(old: Model, new: Model) -> Iterator[Change]:
    for name in sorted(set(old.capabilities) ^ set(new.capabilities)):
        gone = name in old.capabilities
        rule = "capability.removed" if gone else "capability.added"
        message = f"Capability {value(name)} was {'removed' if gone else 'added'}"
        values = (name, None) if gone else (None, name)
        yield make_change(
            rule, message, model=new.id, pointer="/capabilities",
            old=values[0], new=values[1],
        )  # fmt: skip


def _published(old: Model, new: Model) -> Iterator[Change]:
    if old.request_document is not None and new.request_document is not None:
        yield from _described(old, new)
    elif (old.request_document is None) != (new.request_document is None):
        yield _publication(
            "schema.", "/input", new,
            "The parameters were published: pass them by name instead of in extra=",
            "The parameters are no longer published", is_there=new.request_document is not None,
        )  # fmt: skip
    if (old.output is None) != (new.output is None):
        yield _publication(
            "schema.output-", "/output", new, "The schema of the result was published",
            "The schema of the result is no longer published", is_there=new.output is not None,
        )  # fmt: skip


def _described(old: Model, new: Model) -> Iterator[Change]:
    """Whether a published request describes an object, so that its parameters have names and types."""
    untyped = next((model for model in (old, new) if model.request is None), None)
    # What accepts no request at all is a change of the schema, and no call to it ever worked.
    if (old.request is None) != (new.request is None) and untyped and not isinstance(untyped.request_schema, Never):
        reason = next((f" ({problem.message})" for problem in untyped.problems if problem.pointer == "/$ref"), "")
        yield _publication(
            "schema.", "/input", new,
            f"The request describes an object now{reason and ', and did not before'}{reason}: "
            "pass its parameters by name instead of in extra=",
            f"The request no longer describes an object{reason}: its parameters are untyped",
            is_there=new.request is not None,
        )  # fmt: skip


def _publication(topic: str, pointer: str, model: Model, published: str, withdrawn: str, *, is_there: bool) -> Change:
    rule, message = (f"{topic}published", published) if is_there else (f"{topic}withdrawn", withdrawn)
    return make_change(rule, message, model=model.id, pointer=pointer, old=not is_there, new=is_there)


def _one(old: str | None, new: str | None, topic: str, what: str, model: str) -> Iterator[Change]:
    if old == new:
        return
    ending = "added" if old is None else "removed" if new is None else "changed"
    message = f"{what} {_transition(old, new)}"
    yield make_change(f"{topic}.{ending}", message, model=model, pointer=f"/{topic}", old=old, new=new)


def _deprecated(model: Model) -> bool:
    by_schema = model.request is not None and model.request.annotations.deprecated
    return by_schema or model.deprecated is not None


def _transition(old: JsonValue, new: JsonValue) -> str:
    if old is None:
        return f"{value(new)} added"
    return f"{value(old)} removed" if new is None else f"changed from {value(old)} to {value(new)}"
