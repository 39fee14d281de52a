"""`Entry`: where the code writes one parameter of a call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import Partial
from schemaloom.impact.code.scopes import Assignment
from schemaloom.impact.fix.source_edits import SourceEdits


@dataclass(frozen=True, slots=True)
class Holder:
    """A call or a dictionary display that parameters are written in."""

    node: ast.Call | ast.Dict

    def items(self, source: SourceEdits) -> list[tuple[int, int]]:
        """Start and end of everything in it."""
        if isinstance(self.node, ast.Call):
            places = [(source.start(item), source.end(item)) for item in self.node.args]
            return sorted(places + [(source.start(item), source.end(item)) for item in self.node.keywords])
        pairs = zip(self.node.keys, self.node.values, strict=True)
        return [
            (source.start(value) - 2, source.end(value))
            if key is None
            else (source.start(key), source.end_of_value(key, value))
            for key, value in pairs
        ]

    def opening(self, source: SourceEdits) -> int:
        """Offset behind its opening bracket."""
        if isinstance(self.node, ast.Call):
            return source.content.index(b"(", source.end(self.node.func)) + 1
        return source.start(self.node) + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter: ``name=value`` in a call, or ``"name": value`` in a dictionary."""

    name: str
    """As the code spells it."""
    key: ast.keyword | ast.Constant
    value: ast.expr
    holder: Holder | None
    """None for ``it["name"] = value``."""


def item_range(source: SourceEdits, entry: Entry) -> tuple[int, int]:
    """Start and end of an entry with its name, and with parentheses around its value."""
    if isinstance(entry.key, ast.keyword):
        return source.start(entry.key), source.end(entry.key)
    return source.start(entry.key), source.end_of_value(entry.key, entry.value)


def written(evaluator: Evaluator, node: ast.expr, seen: int = 0) -> Iterator[Entry]:
    """The parameters that an expression writes in its own text, or in that of a dictionary used here alone."""
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    yield from written(evaluator, value, seen + 1)
                elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield Entry(key.value, key, value, Holder(node))
        case ast.Call(func=ast.Name(id="dict")):
            yield from keywords(evaluator, node, seen)
        case ast.Name() if seen < 4:
            yield from _of_name(evaluator, node, seen)
        case _:
            return


def keywords(evaluator: Evaluator, node: ast.Call, seen: int = 0) -> Iterator[Entry]:
    """The keyword arguments of a call, and those of ``**`` of a dictionary."""
    for word in node.keywords:
        if word.arg is None:
            yield from written(evaluator, word.value, seen + 1)
        else:
            yield Entry(word.arg, word, word.value, Holder(node))


def keywords_of_partial(evaluator: Evaluator, node: ast.expr) -> Iterator[Entry]:
    """The keyword arguments that a ``functools.partial`` has, if it is called here alone."""
    if not isinstance(node, ast.Name) or evaluator.module.is_imported:
        return
    found = evaluator.module.scope_of(node).find(node.id)
    if found is None or len(found[1]) != 1 or len(evaluator.module.loads.get(node.id, ())) != 1:
        return
    binding = found[1][0]
    if isinstance(binding, Assignment) and isinstance(binding.value, ast.Call):
        inferred = evaluator.evaluate(binding.value)
        if isinstance(inferred, Partial):
            yield from keywords(evaluator, binding.value)


def _of_name(evaluator: Evaluator, node: ast.Name, seen: int) -> Iterator[Entry]:
    module = evaluator.module
    found = module.scope_of(node).find(node.id)
    if found is None or len(found[1]) != 1 or not isinstance(found[1][0], Assignment):
        return
    if found[0] is module.scope and module.is_imported:
        return  # another file may use it, too
    uses = [use for use in module.loads.get(node.id, ()) if module.scope_of(use).find(node.id) == found]
    stores: list[Entry] = []
    for use in uses:
        parent = module.parents[use]
        if use is node:
            continue
        if not isinstance(parent, ast.Subscript) or isinstance(parent.ctx, ast.Load):
            return  # another use, which a rewritten dictionary would change too
        statement = module.parents[parent]
        key = parent.slice
        if isinstance(statement, ast.Assign) and isinstance(key, ast.Constant) and isinstance(key.value, str):
            stores.append(Entry(key.value, key, statement.value, None))
    yield from written(evaluator, found[1][0].value, seen + 1)
    yield from stores
