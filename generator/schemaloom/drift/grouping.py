"""The same thing happening to many models is one event: groups for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemaloom.drift.change import Change, Rule, Severity
from schemaloom.json.pointer import pointer_of, pointer_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes of one rule to properties of one name, one or more per model."""

    rule: str
    severity: Severity
    leaf: str
    """Name of the property; empty where the change is not about one."""
    acknowledged: bool
    changes: tuple[Change, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Ids of the models, in order, each once; the empty id stands for the catalogue."""
        return tuple(dict.fromkeys(change.model for change in self.changes))

    @property
    def uniform(self) -> bool:
        """Whether every change went from the same value to the same value."""
        first = self.changes[0]
        return all((change.old, change.new) == (first.old, first.new) for change in self.changes)

    def headline(self, rules: Mapping[str, Rule]) -> str:
        """One sentence for all of them: the shared message, or else the rule's own sentence."""
        messages = {change.message for change in self.changes}
        if len(messages) == 1:
            return messages.pop()
        rule = rules.get(self.rule)
        name = f"{self.leaf}: " if self.leaf else ""
        return f"{name}{rule.sentence if rule else self.rule}"


def group(changes: Iterable[Change]) -> tuple[Group, ...]:
    """Gather changes by rule and property; worst first, then those that touch most models."""
    found: dict[tuple[Severity, bool, str, str], list[Change]] = {}
    for change in changes:
        key = (change.severity, change.acknowledged, change.rule, property_leaf(change.pointer))
        found.setdefault(key, []).append(change)
    groups = [
        Group(rule=rule, severity=severity, leaf=leaf, acknowledged=acknowledged, changes=tuple(members))
        for (severity, acknowledged, rule, leaf), members in found.items()
    ]
    rank = {severity: index for index, severity in enumerate(Severity)}
    return tuple(
        sorted(
            groups, key=lambda item: (item.acknowledged, rank[item.severity], -len(item.models), item.rule, item.leaf)
        )
    )


def property_leaf(pointer: str) -> str:
    """Name of the innermost property that a pointer into a schema passes, or the empty text.

    ``/properties/a/items/properties/seed/maximum`` gives ``seed``.
    """
    tokens = pointer_tokens(pointer)
    end = _property_end(tokens)
    return tokens[end - 1] if end else ""


def property_pointer(pointer: str) -> str:
    """A pointer cut off after the innermost property that it passes; whole if it passes none.

    ``/properties/a/items/properties/seed/maximum`` gives ``/properties/a/items/properties/seed``.
    """
    tokens = pointer_tokens(pointer)
    end = _property_end(tokens)
    return pointer_of(*tokens[:end]) if end else pointer


def _property_end(tokens: Sequence[str]) -> int:
    """How many tokens lead to the innermost property, its name included."""
    end = index = 0
    # Two steps at a time past a name: a property may itself be called "properties".
    while index < len(tokens) - 1:
        if tokens[index] == "properties":
            index += 2
            end = index
        else:
            index += 1
    return end
