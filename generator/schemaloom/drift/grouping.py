"""Groups of equal changes: one edit that was made to many models is one entry of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.message import message_text
from schemaloom.drift.plain_text import counted, value_text
from schemaloom.json.pointer import pointer_of, pointer_tokens
from schemaloom.json.values import JsonValue, json_text

WHOLE_MODELS = {"model.added": "were added", "model.returned": "are back", "model.removed": "were removed"}
"""Rules about a model as a whole: models are grouped although each change has another id as its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes by one rule, at one pointer, with the same values before and after; at least one."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The change of the first model."""
        return self.changes[0]

    @property
    def rule(self) -> str:
        """Id of the rule."""
        return self.first.rule

    @property
    def severity(self) -> Severity:
        """Severity of every change."""
        return self.first.severity

    @property
    def acknowledged(self) -> bool:
        """Whether the changes are acknowledged: all are, or none is."""
        return self.first.acknowledged

    @property
    def shown(self) -> Change:
        """The change to show as an example: the first that has a witness, or else the first."""
        return next((change for change in self.changes if change.proof == "witness"), self.first)

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the models, in order, each once; the empty id is the catalogue."""
        return tuple(dict.fromkeys(change.model for change in self.changes))

    @property
    def states_values(self) -> bool:
        """Whether the sentence gives the values before and after, so that they need not be shown again."""
        first = self.first
        return first.rule in WHOLE_MODELS or all(_states(self.message, value) for value in (first.old, first.new))

    @property
    def markup(self) -> str:
        """One sentence for all of the changes, as `Change.markup` holds it."""
        if len(self.models) > 1 and self.rule in WHOLE_MODELS:
            return f"{counted(len(self.models), 'model')} {WHOLE_MODELS[self.rule]}"
        return self.first.markup

    @property
    def message(self) -> str:
        """The sentence as plain text, on one printable line."""
        return message_text(self.markup)


def group(changes: Iterable[Change]) -> tuple[Group, ...]:
    """Gather equal changes; worst first, then those of most models."""
    found: dict[tuple[Severity, bool, str, str, str], list[Change]] = {}
    for change in changes:
        what = "" if change.rule in WHOLE_MODELS else json_text([change.markup, change.old, change.new])
        key = (change.severity, change.acknowledged, change.rule, change.pointer, what)
        found.setdefault(key, []).append(change)
    groups = [Group(changes=tuple(members)) for members in found.values()]
    return tuple(sorted(groups, key=_order))


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def _order(found: Group) -> tuple[bool, int, int, str, str, str]:
    first = found.first
    return found.acknowledged, _RANK[found.severity], -len(found.models), found.rule, first.model, first.pointer


def _states(message: str, value: JsonValue) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, list):
        return bool(value) and all(_states(message, item) for item in value)
    return value_text(value) in message or (isinstance(value, str) and value in message)


def property_pointer(pointer: str) -> str:
    """A pointer cut off after the innermost property that it passes; whole if it passes none.

    ``/properties/a/items/properties/seed/maximum`` gives ``/properties/a/items/properties/seed``.
    """
    tokens = pointer_tokens(pointer)
    end = _property_end(tokens)
    return pointer_of(*tokens[:end]) if end else pointer


def _property_end(tokens: Sequence[str]) -> int:
    """Return the number of tokens that lead to the innermost property, its name included."""
    end = index = 0
    # Two steps at a time past a name: a property may itself be called "properties".
    while index < len(tokens) - 1:
        if tokens[index] == "properties":
            index += 2
            end = index
        else:
            index += 1
    return end
