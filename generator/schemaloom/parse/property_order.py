"""The order of an object's properties as its schema gives it; a JSON object has none."""

from __future__ import annotations

from schemaloom.json.values import JsonObject


def in_order(members: JsonObject, node: JsonObject) -> JsonObject:
    """Return the properties of the schema `node` in the order that it gives, if it gives one."""
    return {name: members[name] for name in given_order(members, node)} or members


def given_order(members: JsonObject, node: JsonObject) -> tuple[str, ...]:
    """Return the names of the properties of `node` in the order that it gives; none if it gives no order.

    It is given by an extension that lists all names, or by the number ``x-order`` of each property.
    """
    for keyword, value in node.items():
        if keyword.startswith("x-") and isinstance(value, list):
            names = [name for name in value if isinstance(name, str)]
            if len(names) == len(value) and members.keys() == {*names}:
                return tuple(dict.fromkeys(names))
    ranked = [
        (name, member["x-order"])
        for name, member in members.items()
        if isinstance(member, dict) and "x-order" in member
    ]
    ranks = {name: rank for name, rank in ranked if isinstance(rank, int | float) and not isinstance(rank, bool)}
    if not ranks:
        return ()
    last = max(ranks.values()) + 1
    return tuple(sorted(members, key=lambda name: ranks.get(name, last)))
