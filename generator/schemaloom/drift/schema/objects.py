"""Differences between two objects: members that came, went, or changed."""

from __future__ import annotations

from schemaloom.drift.change import Polarity
from schemaloom.drift.location import Location
from schemaloom.drift.message import name as marked
from schemaloom.drift.renames.suggested import property_hint
from schemaloom.drift.schema.annotations import keyword_delta
from schemaloom.drift.schema.comparison import Comparison, Narrowing
from schemaloom.drift.schema.excerpt import excerpt
from schemaloom.drift.schema.scalars import compare_sizes
from schemaloom.ir.schema import Anything, Never, Object, Property
from schemaloom.json.pointer import pointer_of

_OPTIONALITY = {True: "optional to required", False: "required to optional"}


def compare_objects(comparison: Comparison, old: Object, new: Object, place: Location, narrowing: Narrowing) -> None:
    """All members of two objects, each pair of objects once."""
    visit = (id(old), id(new), narrowing)
    if visit in comparison.seen:
        comparison.mark_explained()
        return
    comparison.seen.add(visit)
    keyword_delta(comparison, old, new, place)
    ours = {item.name: item for item in old.properties}
    theirs = {item.name: item for item in new.properties}
    renamed = _renamed(comparison, ours, theirs, place)
    for before, after in renamed.items():
        message = f"{comparison.subject(place.member(before, old, new))} was renamed to {marked(after)}"
        comparison.add(
            "property.renamed", place, message, schemas=(old, new), values=(before, after), member=before,
            suffix=pointer_of("properties", before),
        )  # fmt: skip
        _kept(comparison, ours.pop(before), theirs.pop(after), (old, new), place, narrowing)
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            _removed(comparison, ours[name], (old, new), place, narrowing)
        elif name not in ours:
            _added(comparison, theirs[name], (old, new), place, narrowing)
        else:
            _kept(comparison, ours[name], theirs[name], (old, new), place, narrowing)
    _additional(comparison, old, new, place, narrowing)
    compare_sizes(comparison, old, new, place, narrowing)


def _renamed(
    comparison: Comparison, ours: dict[str, Property], theirs: dict[str, Property], place: Location
) -> dict[str, str]:
    if place.up or comparison.polarity is not Polarity.INPUT:
        return {}
    return {
        before: after
        for before, after in comparison.renames.items()
        if before in ours and before not in theirs and after in theirs and after not in ours
    }


def _removed(
    comparison: Comparison, item: Property, objects: tuple[Object, Object], place: Location, narrowing: Narrowing
) -> None:
    old, new = objects
    subject = comparison.subject(place.member(item.name, old, new))
    if not comparison.old.atoms(item.schema):  # it was named to forbid it
        comparison.node(item.schema, new.additional, place.member(item.name, old, new), narrowing)
        return
    lost = narrowing.narrows and comparison.narrows(item.schema, new.additional)
    if comparison.polarity is Polarity.INPUT and not lost:
        kind, message = "property.unlisted", f"{subject} is no longer listed; the open schema still accepts it"
    else:
        kind, loss = "property.removed", ""
        if comparison.polarity is Polarity.OUTPUT and item.required:
            loss = "; every result had it"
        elif comparison.polarity is Polarity.OUTPUT:
            kind, loss = "property.removed-optional", "; it was optional, so some results lacked it before"
        message = f"{subject} was removed{loss}{property_hint((comparison.old, comparison.new), item, old, new)}"
    comparison.add(
        kind, place, message, schemas=objects, member=item.name, values=(excerpt(comparison.old, item.schema), None),
        suffix=pointer_of("properties", item.name),
    )  # fmt: skip


def _added(
    comparison: Comparison, item: Property, objects: tuple[Object, Object], place: Location, narrowing: Narrowing
) -> None:
    old, new = objects
    member = place.member(item.name, old, new)
    subject = comparison.subject(member)
    if not comparison.new.atoms(item.schema):  # it is named to forbid it
        comparison.node(old.additional, item.schema, member, narrowing)
        return
    if comparison.polarity is Polarity.OUTPUT:
        kind, message = "property.added", f"{subject} was added"
    elif item.required and narrowing.narrows:
        usual = item.schema.annotations.default is not None
        kind = "property.added-required-with-default" if usual else "property.added-required"
        message = f"{subject} was added and is required{', with a default' if usual else ''}"
    elif narrowing.narrows and comparison.narrows(old.additional, item.schema):
        kind, message = "property.claimed", f"{subject} accepted any value and is restricted now"
    else:
        kind, message = "property.added-optional", f"{subject} was added"
    found = excerpt(comparison.new, item.schema) if item.declared else item.name
    comparison.add(
        kind, place, message, schemas=objects, member=item.name, values=(None, found),
        suffix=pointer_of("properties", item.name) if item.declared else "/required",
    )  # fmt: skip


def _kept(
    comparison: Comparison,
    before: Property,
    after: Property,
    objects: tuple[Object, Object],
    place: Location,
    narrowing: Narrowing,
) -> None:
    name = after.name  # another than before's if it was renamed
    member = place.member(name, *objects)
    if before.required != after.required and (narrowing.narrows if after.required else narrowing.widens):
        usual = comparison.polarity is Polarity.INPUT and after.schema.annotations.default is not None
        ending = "-with-default" if usual else ""
        comparison.add(
            f"property.became-required{ending}" if after.required else "property.became-optional",
            place,
            f"{comparison.subject(member)} changed from {_OPTIONALITY[after.required]}",
            schemas=objects,
            values=(before.required, after.required),
            member=name,
            suffix=pointer_of("properties", name),
        )
    comparison.node(before.schema, after.schema, member, narrowing)


def _additional(comparison: Comparison, old: Object, new: Object, place: Location, narrowing: Narrowing) -> None:
    before, after = old.additional, new.additional
    closed = isinstance(before, Never), isinstance(after, Never)
    if all(closed) or (isinstance(before, Anything) and isinstance(after, Anything) and before == after):
        return
    if not any(closed):
        comparison.node(before, after, place.additional(old, new), narrowing)
    elif narrowing.narrows if closed[1] else narrowing.widens:
        comparison.add(
            "additional.closed" if closed[1] else "additional.opened",
            place,
            f"{comparison.subject(place)} {'no longer' if closed[1] else 'now'} accepts unlisted properties",
            schemas=(old, new),
            values=(excerpt(comparison.old, before), excerpt(comparison.new, after)),
            suffix="/additionalProperties",
        )
