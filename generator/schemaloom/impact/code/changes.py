"""`Changes`: whether code anywhere in a project may change what a variable of a module or an attribute is.

Names are compared by their spelling, so that this is never too few; only files that spell a name are parsed for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import InferredClass
from schemaloom.impact.code.namespace_writes import written_names
from schemaloom.impact.code.object_uses import is_only_read
from schemaloom.impact.code.scopes import Module
from schemaloom.impact.code.spelled_files import SpelledFiles
from schemaloom.impact.code.subclasses import Subclasses

_OWN: Final = frozenset({"self", "cls"})
_READING: Final = frozenset({"reload", "dir", "getattr", "hasattr", "print", "repr", "str", "id", "isinstance"})
"""Functions that leave a module that they are given as it is."""


@dataclass(slots=True)
class Changes:
    """What the files of a project change; each answer is found once."""

    files: SpelledFiles
    _set: dict[str, bool] = field(default_factory=dict[str, bool])
    _bound: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    _changed: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    _results: dict[str, bool] = field(default_factory=dict[str, bool])
    _objects: dict[str, bool] = field(default_factory=dict[str, bool])
    _subclasses: Subclasses = field(init=False)

    def __post_init__(self) -> None:
        self._subclasses = Subclasses(self.files)

    def is_set(self, attribute: str) -> bool:
        """Return whether code sets an attribute of this name of anything but ``self`` and ``cls``."""
        if attribute not in self._set:
            spelled = _set_spelling(re.escape(attribute.encode()))
            self._set[attribute] = any(_sets(one.module, attribute) for one in self.files.with_word(attribute, spelled))
        return self._set[attribute]

    def is_variable_bound(self, name: str, module: Module) -> bool:
        """Return whether another file may bind a variable of a module."""
        key = module.path, name
        if key not in self._bound:
            spelled = _set_spelling(re.escape(name.encode())), re.compile(re.escape(_last_part(module).encode()))
            self._bound[key] = self._is_bound_through(module, name) or any(
                _sets(one.module, name) for one in self.files.with_word(name, *spelled)
            )
        return self._bound[key]

    def is_variable_changed(self, name: str, module: Module, parts: frozenset[str] | None) -> bool:
        """Return whether another file may change the object that a variable of a module is bound to.

        `parts` are its properties that are objects or lists themselves; None if they are not known.
        """
        key = module.path, name
        if key not in self._changed:
            self._changed[key] = False  # as long as only this question is left
            others = (one for one in self.files.with_word(name) if one.module is not module)
            self._changed[key] = any(not _is_object_only_read(one, name, parts) for one in others)
        return self._changed[key]

    def is_object_changed(self, attribute: str) -> bool:
        """Return whether code may change the object that an attribute of this name is."""
        if attribute not in self._objects:
            self._objects[attribute] = False  # as long as only this question is left
            self._objects[attribute] = any(
                not is_only_read(one, use)
                for one in self.files.with_word(attribute)
                for use in one.module.attribute_loads.get(attribute, ())
            )
        return self._objects[attribute]

    def is_result_changed(self, function: str) -> bool:
        """Return whether code may change an object that a function of this name returns."""
        if function not in self._results:
            self._results[function] = False  # as long as only this question is left
            self._results[function] = any(
                isinstance(call, ast.Call) and call.func is use and not is_only_read(one, call)
                for one in self.files.with_word(function)
                for use in one.module.uses_of(function)
                for call in (one.module.parents[use],)
            )
        return self._results[function]

    def may_differ(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether an object of a class, or of a subclass, may have another attribute than the class shows."""
        return self.is_class_changed(cls, attribute) or self._subclasses.override(cls, attribute)

    def is_class_changed(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether code may set an attribute of a class."""
        return self.is_set(attribute) or self._subclasses.is_changed(cls, attribute)

    def _is_bound_through(self, changed: Module, name: str) -> bool:
        """Whether code uses a module itself in a way that may bind `name` in it."""
        last = _last_part(changed)
        return any(
            _may_bind(one.module, use, name)
            for one in self.files.with_word(last, *_use_spelling(re.escape(last.encode()), re.escape(name.encode())))
            if one.module is not changed
            for use in _uses_of_module(one.module, last)
        )


def _last_part(module: Module) -> str:
    return module.name.rpartition(".")[2]


def _set_spelling(name: bytes) -> re.Pattern[bytes]:
    """Compile what a text has that sets an attribute: as a target, as a string, or in a loop or a ``with``."""
    return re.compile(
        rb"\." + name + rb"(?!\w)[^()\n=]{0,200}(?<![<>!])=(?!=)"
        rb"|(?:,\s{0,200}[\"']|\.)" + name + rb"[\"'](?![ \t]*:)"
        rb"|\b(?:for|as)[ \t]+[\w.]*\." + name + rb"(?!\w)"
    )


def _use_spelling(module: bytes, name: bytes) -> list[re.Pattern[bytes]]:
    """Compile what a text has that uses a module itself, and that may bind `name` in it."""
    return [
        re.compile(module + rb"(?:\s{0,200}[,)\]]|\.__dict__|[\"'])"),
        re.compile(rb"setattr|__dict__|vars\(|" + name),
    ]


def _sets(module: Module, attribute: str) -> bool:
    """Whether a module sets an attribute of another object, or names it in a string as `mock.patch` takes it."""
    for store in module.attribute_stores.get(attribute, ()):
        owner = store.value if isinstance(store, ast.Attribute) else None
        if not isinstance(owner, ast.Name) or owner.id not in _OWN:
            return True
    end = f".{attribute}"
    return any(
        isinstance(module.parents[node], ast.Call)
        for node in module.strings
        if str(node.value).endswith(end) and str(node.value).replace(".", "").isidentifier()
    )


def _uses_of_module(module: Module, last: str) -> Iterator[ast.expr]:
    """Yield each expression that may be a module, by the last part of its name."""
    yield from module.uses_of(last)
    for node in module.strings:
        parent = module.parents[node]  # ``sys.modules["conf"]``, ``import_module("conf")``
        if str(node.value).rpartition(".")[2] == last and isinstance(parent, ast.Subscript | ast.Call):
            match module.parents[parent]:
                case ast.Assign(targets=[ast.Name(id=name)]):
                    yield from module.loads.get(name, ())
                case _:
                    yield parent


def _may_bind(module: Module, use: ast.expr, name: str) -> bool:
    """Whether code that uses a module may bind a name in it, other than by an attribute that is set."""
    if isinstance(use, ast.Call) and any(word.arg == name for word in use.keywords):
        return True  # ``patch.multiple("conf", N=9)``
    match module.parents[use]:
        case ast.Attribute(attr="__dict__") as namespace:
            return _writes(module, namespace, name)
        case ast.Attribute() | ast.Expr() | ast.Compare() | ast.If() | ast.IfExp() | ast.BoolOp() | ast.UnaryOp():
            return False
        case ast.Call(func=func) if func is use:
            return False
        case ast.Call(func=ast.Name(id="vars")) as namespace:
            return _writes(module, namespace, name)
        case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function)) if function in _READING:
            return False
        case ast.Call(args=[_, ast.Constant(value=str(named)), *_]):
            return named == name  # ``setattr(conf, "N", 9)``
        case ast.Call(args=[_], keywords=words) if words:
            return any(word.arg in {name, None} for word in words)  # ``override(conf, N=9)``
        case ast.keyword(arg=str()):
            return True
        case _:
            return isinstance(use, ast.Name | ast.Attribute)


def _writes(module: Module, namespace: ast.expr, name: str) -> bool:
    return any(written in {name, None} for written in written_names(module, namespace))


def _is_object_only_read(evaluator: Evaluator, name: str, parts: frozenset[str] | None) -> bool:
    module = evaluator.module
    if not module.augmented.isdisjoint(module.names_of(name)):
        return False
    return all(is_only_read(evaluator, use, parts) for use in module.uses_of(name))
