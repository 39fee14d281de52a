"""`Subclasses`: whether an attribute of a class may be another one: set when a class is made, or by a subclass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import Imported, Inferred, InferredClass, InferredFunction
from schemaloom.impact.code.namespace_writes import written_names
from schemaloom.impact.code.scopes import Assignment, Module
from schemaloom.impact.code.spelled_files import SpelledFiles

_MAKING: Final = ("type", "new_class", "make_dataclass")
"""Functions that make a class of its bases."""
_CALLED_BASE: Final = re.compile(rb"\bclass[ \t]+\w+[ \t]*\([^)\n]*\(")
_DEEPEST: Final = 8


@dataclass(slots=True)
class Subclasses:
    """The subclasses of the classes of a project, by the spelling of their bases."""

    files: SpelledFiles
    _found: dict[str, list[tuple[Evaluator, InferredClass]] | None] = field(
        default_factory=dict[str, "list[tuple[Evaluator, InferredClass]] | None"]
    )
    _changed: dict[tuple[ast.ClassDef, str], bool] = field(default_factory=dict[tuple[ast.ClassDef, str], bool])

    def override(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether a subclass, or another base of one, may have an attribute in place of that of a class."""
        name = cls.node.name
        if name not in self._found:
            self._found[name] = self._find(name)
        found = self._found[name]
        if self._is_in_class_of_unknown_base(attribute):
            return True
        bases = [cls, *self._bases(cls)]
        own = {one.node for one in bases}
        return (
            found is None
            or any(_sets_any(one, attribute) for one in bases)
            or any(
                _has(one, attribute, cls.module) or _sets_any(one, attribute) or self.is_changed(one, attribute)
                for _, subclass in found
                for one in (subclass, *self._bases(subclass))
                if one.node not in own
            )
        )

    def is_changed(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether a metaclass, a decorator or ``__init_subclass__`` of a base may set an attribute."""
        key = cls.node, attribute
        if key not in self._changed:
            self._changed[key] = False  # as long as only this question is left
            self._changed[key] = any(self._makes(one, attribute) for one in (cls, *self._bases(cls)))
        return self._changed[key]

    def _makes(self, cls: InferredClass, attribute: str) -> bool:
        """Whether what runs when a class, or a subclass, is made or asked for an attribute may give another one."""
        if "__getattribute__" in cls.scope.bindings:
            return True
        if "__init_subclass__" in cls.scope.bindings and _may_set(cls.module, attribute, cls.node):
            return True
        keywords = {word.arg: word.value for word in cls.node.keywords}
        if "metaclass" in keywords and not isinstance(self._evaluate(cls, keywords["metaclass"]), Imported):
            return True
        for node in cls.node.decorator_list:
            called = self._evaluate(cls, node.func if isinstance(node, ast.Call) else node)
            if isinstance(called, Imported):
                continue
            if not isinstance(called, InferredFunction) or _may_set(called.module, attribute, cls.node):
                return True
        return False

    def _is_in_class_of_unknown_base(self, attribute: str) -> bool:
        """Whether a class whose base a function of the project returns has an attribute."""
        return any(
            isinstance(node, ast.ClassDef)
            and attribute in scope.bindings
            and any(
                isinstance(base, ast.Call) and not isinstance(evaluator.evaluate(base.func), Imported)
                for base in node.bases
            )
            for evaluator in self.files.with_word(attribute, _CALLED_BASE)
            for node, scope in evaluator.module.scopes.items()
        )

    def _find(self, name: str) -> list[tuple[Evaluator, InferredClass]] | None:
        """The classes that have a class of this name above them; None if code makes classes of it."""
        found: dict[ast.ClassDef, tuple[Evaluator, InferredClass]] = {}
        pending, seen = [name], {name}
        while pending:
            base = pending.pop()
            for evaluator in self.files.with_word(base, _base_spelling(re.escape(base.encode()))):
                module = evaluator.module
                names = {*module.names_of(base), base}
                aliases = _aliases(module, names)
                names |= aliases
                pending += aliases - seen
                seen |= aliases
                if _makes_classes(module, names):
                    return None
                for node in module.scopes:
                    if isinstance(node, ast.ClassDef) and any(_last_name(one) in names for one in node.bases):
                        found[node] = evaluator, InferredClass(module, node)
                        pending += {node.name} - seen
                        seen.add(node.name)
        return list(found.values())

    def _bases(self, cls: InferredClass, depth: int = 0) -> Iterator[InferredClass]:
        for node in cls.node.bases if depth < _DEEPEST else ():
            base = self._evaluate(cls, node)
            if isinstance(base, InferredClass):
                yield base
                yield from self._bases(base, depth + 1)

    def _evaluate(self, cls: InferredClass, node: ast.expr) -> Inferred:
        return self.files.evaluator_of(cls.module).evaluate(node)


def _base_spelling(name: bytes) -> re.Pattern[bytes]:
    """Compile what a text has that names a base of a class, or gives it another name."""
    return re.compile(
        rb"\bclass[ \t]+\w+[ \t]*\([^():]{0,400}\b" + name + rb"\b|(?<!\w)" + name + rb"[ \t]+as\b"
        rb"|=[ \t]*[\w.]*\b" + name + rb"[ \t]*$|\b(?:type|new_class|make_dataclass)\([^\n]{0,200}\b" + name + rb"\b",
        re.MULTILINE,
    )


def _aliases(module: Module, names: set[str]) -> set[str]:
    """The names that a module gives to one of `names` by an assignment."""
    return {
        name
        for name, bindings in module.scope.bindings.items()
        for one in bindings
        if isinstance(one, Assignment) and isinstance(one.value, ast.Name) and one.value.id in names
    }


def _has(cls: InferredClass, attribute: str, known: Module) -> bool:
    """Whether a class binds an attribute in its body, or may set one of ``self``; `known` is looked into elsewhere."""
    return attribute in cls.scope.bindings or (cls.module is not known and attribute in cls.module.attribute_stores)


def _sets_any(cls: InferredClass, attribute: str) -> bool:
    """Whether code of a class sets attributes whose names it does not spell."""
    return any(
        cls.node in cls.module.ancestors(node)
        and (_last_name(node) == "setattr" or {attribute, None}.intersection(written_names(cls.module, node)))
        for node in cls.module.dynamic_stores
    )


def _may_set(module: Module, attribute: str, decorated: ast.ClassDef) -> bool:
    """Whether code of a module may set an attribute of a class that it is given, or make another class of it."""
    return (
        attribute in module.attribute_stores
        or bool(module.dynamic_stores)
        or any(
            attribute in scope.bindings
            for node, scope in module.scopes.items()
            if isinstance(node, ast.ClassDef) and node is not decorated
        )
    )


def _makes_classes(module: Module, names: set[str]) -> bool:
    calls = (module.parents[use] for function in _MAKING for use in module.loads.get(function, ()))
    return any(
        isinstance(part, ast.Name | ast.Attribute) and _last_name(part) in names
        for call in calls
        if isinstance(call, ast.Call) and len(call.args) > 1
        for part in ast.walk(call)
    )


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=value) | ast.Call(func=value):
            return _last_name(value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
