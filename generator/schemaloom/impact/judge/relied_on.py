"""Changes of what a call relies on without sending it: defaults, and the price."""

from __future__ import annotations

from schemaloom.drift.change import Change
from schemaloom.impact.judge.left_out import LeftOut
from schemaloom.impact.judge.model_pair import ModelPair, top_property
from schemaloom.impact.values import Constant, ObjectValue, Unknown

_DEFAULTS = frozenset({"input.default.changed", "input.default.removed"})
_PRICES = frozenset({"price.increased", "price.unit-changed"})
_BY_RESOLUTION = "/price/by_resolution/"


def relied_on(pair: ModelPair, payload: ObjectValue) -> list[Change]:
    """The changes that make a valid call behave or cost differently."""
    found: list[Change] = []
    for change in pair.changes:
        if change.rule in _DEFAULTS:
            sides = [side.input for side in (pair.old, pair.new) if side is not None and side.input is not None]
            pointer = change.pointer.removesuffix("/default")
            concerned = any(LeftOut(document, pointer).concerns(payload) for document in sides)
        elif change.rule == "input.read-only.set":
            concerned = top_property(change.pointer) in payload.members
        elif change.rule in _PRICES:
            concerned = _costs(pair, payload, change)
        else:
            concerned = False
        if concerned:
            found.append(change)
    return found


def _costs(pair: ModelPair, payload: ObjectValue, change: Change) -> bool:
    """Whether a price concerns a call: that of a resolution only if the call may ask for it."""
    if not change.pointer.startswith(_BY_RESOLUTION):
        return True
    resolution = change.pointer.removeprefix(_BY_RESOLUTION)
    values = [member.value for member in payload.members.values()]
    if payload.is_open or any(isinstance(value, Unknown) for value in values):
        return True
    sent = {value.value for value in values if isinstance(value, Constant)}
    return resolution in sent or any(
        isinstance(schema, dict) and name not in payload.members and schema.get("default") == resolution
        for name, schema in pair.old_raw.properties.items()
    )
