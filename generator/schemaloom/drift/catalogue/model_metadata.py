"""Findings about what is said of a model beside its schemas."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.ir.model import Cost, Model
from schemaloom.json.values import JsonValue


def metadata_changes(old: Model, new: Model) -> Iterator[Change]:
    """Findings about the facts of one model."""
    yield from _texts(old, new)
    yield from _prices(old, new)
    yield from _capabilities(old, new)
    yield from _published(old, new)
    yield from _one(old.modality, new.modality, "modality", "Kind of result", new.id)
    yield from _one(old.endpoint, new.endpoint, "endpoint", "Address", new.id)
    was, is_now = _deprecated(old), _deprecated(new)
    if was != is_now:
        rule = "model.deprecated" if is_now else "model.undeprecated"
        message = f"Model {new.id} is {'now' if is_now else 'no longer'} deprecated"
        yield make_change(rule, message, model=new.id, pointer="/deprecated", old=was, new=is_now)
    names = [[item.name for item in model.request.properties] if model.request else [] for model in (old, new)]
    common = set(names[0]) & set(names[1])
    orders = [[name for name in found if name in common] for found in names]
    if orders[0] != orders[1]:
        yield make_change(
            "input.property.reordered", "Parameters are listed in another order", model=new.id,
            pointer="/parameter_order", old=[*names[0]], new=[*names[1]],
        )  # fmt: skip


def _texts(old: Model, new: Model) -> Iterator[Change]:
    for name, before, after in (
        ("name", old.name, new.name),
        ("description", old.description, new.description),
        ("provenance", old.provenance, new.provenance),
    ):
        if before != after:
            rule, message = f"model.{name}-changed", f"Model {new.id}: {name} changed"
            yield make_change(rule, message, model=new.id, pointer=f"/{name}", old=before or None, new=after or None)
    for name, those, these in (("documents", old.documents, new.documents), ("related", old.related, new.related)):
        if set(those) != set(these):
            rule, message = f"model.{name}-changed", f"Model {new.id}: {name} changed"
            yield make_change(
                rule, message, model=new.id, pointer=f"/{name}", old=[*sorted(those)], new=[*sorted(these)]
            )  # fmt: skip


def _prices(old: Model, new: Model) -> Iterator[Change]:
    before, after = old.cost, new.cost
    if before == after:
        return
    shown = [_price(cost) for cost in (before, after)]
    if before is None or after is None:
        rule, said = ("price.published", "is known now") if before is None else ("price.withdrawn", "is not published")
    elif before.unit != after.unit:
        rule, said = "price.unit-changed", f"is per {after.unit or 'job'} now, and was per {before.unit or 'job'}"
    else:
        yield from _amounts(before, after, new.id)
        return
    yield make_change(rule, f"The price of {new.id} {said}", model=new.id, pointer="/price", old=shown[0], new=shown[1])


def _amounts(old: Cost, new: Cost, model: str) -> Iterator[Change]:
    if old.amount != new.amount:
        rule = "price.increased" if new.amount > old.amount else "price.decreased"
        message = f"The price of {model} went from {old.amount} to {new.amount}"
        yield make_change(rule, message, model=model, pointer="/price/amount", old=old.amount, new=new.amount)
    before, after = dict(old.by_resolution), dict(new.by_resolution)
    for resolution in sorted(before.keys() | after.keys()):
        # A resolution without a price of its own costs the plain amount.
        was, is_now = before.get(resolution, old.amount), after.get(resolution, new.amount)
        if was == is_now or (resolution not in before and resolution not in after):
            continue
        rule = "price.increased" if is_now > was else "price.decreased"
        message = f"The price of {model} at {resolution} went from {was} to {is_now}"
        yield make_change(
            rule, message, model=model, pointer=f"/price/by_resolution/{resolution}", old=was, new=is_now
        )  # fmt: skip


def _price(cost: Cost | None) -> JsonValue:
    if cost is None:
        return None
    return {"amount": cost.amount, "unit": cost.unit, "by_resolution": dict(cost.by_resolution)}


def _capabilities(old: Model, new: Model) -> Iterator[Change]:
    for name in sorted(set(old.capabilities) ^ set(new.capabilities)):
        gone = name in old.capabilities
        rule, said = ("capability.removed", "no longer names") if gone else ("capability.added", "names")
        values = (name, None) if gone else (None, name)
        yield make_change(
            rule, f"Model {new.id} {said} the capability {name}", model=new.id, pointer="/capabilities",
            old=values[0], new=values[1],
        )  # fmt: skip


def _published(old: Model, new: Model) -> Iterator[Change]:
    for rule, what, pointer, before, after in (
        ("schema.", "The parameters", "/input", old.request, new.request),
        ("schema.output-", "The shape of the result", "/output", old.output, new.output),
    ):
        if (before is None) != (after is None):
            ending, said = ("published", "known now") if before is None else ("withdrawn", "no longer published")
            verb = "are" if pointer == "/input" else "is"
            message = f"{what} of {new.id} {verb} {said}"
            if rule + ending == "schema.published":
                message += ": name them, extra= takes them no longer"
            yield make_change(
                rule + ending, message, model=new.id, pointer=pointer, old=before is not None, new=after is not None
            )  # fmt: skip


def _one(old: str | None, new: str | None, topic: str, what: str, model: str) -> Iterator[Change]:
    if old == new:
        return
    ending = "added" if old is None else "removed" if new is None else "changed"
    message = f"{what} of {model} went from {old or 'none'} to {new or 'none'}"
    yield make_change(f"{topic}.{ending}", message, model=model, pointer=f"/{topic}", old=old, new=new)


def _deprecated(model: Model) -> bool:
    return model.request is not None and model.request.texts.deprecated
