"""`Project`: the modules of the user's code, parsed when they are needed, and the names that they share."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from schemaloom.impact.code.calls import CallReader
from schemaloom.impact.code.changes import Changes
from schemaloom.impact.code.evaluate import Evaluator, Lookups
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.inferred import Imported, Inferred, InferredClass, Instance, RequestClass
from schemaloom.impact.code.inferred_operations import parts_of, without_contents_of
from schemaloom.impact.code.namespace_writes import bind_namespace_writes
from schemaloom.impact.code.parse_source import Unparsable, parse_source
from schemaloom.impact.code.scopes import Module
from schemaloom.impact.code.spelled_files import SpelledFiles
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown


@dataclass(slots=True)
class Project:
    """Resolves dotted names across files; a file is parsed at most once."""

    files: list[SourceFile]
    calls: CallReader
    faults: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    """Path, line and reason of every file that cannot be parsed."""
    is_checked: bool = False
    """Whether a value counts as unknown if code elsewhere may change it; a search for calls does not ask."""
    _modules: dict[str, Module | None] = field(default_factory=dict[str, "Module | None"])
    _by_name: dict[str, SourceFile] = field(init=False)
    _evaluators: dict[str, Evaluator | None] = field(init=False, default_factory=dict[str, "Evaluator | None"])
    _changes: Changes = field(init=False)
    _lookups: Lookups = field(init=False, default_factory=Lookups)
    _active: set[str] = field(init=False, default_factory=set[str])

    def __post_init__(self) -> None:
        self._changes = Changes(SpelledFiles(self.files, self.evaluator, self._evaluator_of))
        self._by_name = {}
        for file in self.files:
            parts = file.module.split(".")
            # A folder without __init__.py is a package too, seen from any folder above it.
            names = {".".join(parts), ".".join([*file.path.parts[:-1], *parts[-1:]])}
            for name in names:
                self._by_name.setdefault(name, file)

    def evaluator(self, file: SourceFile) -> Evaluator | None:
        """The evaluator of a file; None if it cannot be parsed, which is noted in `faults`."""
        if file.shown not in self._evaluators:
            module = self._module(file)
            self._evaluators[file.shown] = None if module is None else self._evaluator_of(module)
        return self._evaluators[file.shown]

    def checked(self) -> Project:
        """Return the same project, parsed once, whose values are those that nothing elsewhere changes."""
        return Project(self.files, self.calls, self.faults, is_checked=True, _modules=self._modules)

    def parsed(self) -> list[Module]:
        """Every module that was parsed so far, by path."""
        found = (self._modules[path] for path in sorted(self._modules))
        return [module for module in found if module is not None]

    def find_file(self, dotted: str) -> SourceFile | None:
        """The file of a module by its dotted name; None if the project has none."""
        return self._by_name.get(dotted)

    def resolve(self, dotted: str) -> Inferred:
        """Resolve a dotted name to a class of a generated package, something of the project, or neither."""
        names = self.calls.names
        known = names.find_class(dotted) if names is not None else None
        if known is not None:
            return RequestClass(known)
        if dotted in self._active:
            return Imported(dotted)
        self._active.add(dotted)
        try:
            return self._of_project(dotted)
        finally:
            self._active.discard(dotted)

    def is_set(self, attribute: str) -> bool:
        """Return whether a file sets an attribute of this name of anything but ``self``."""
        return self.is_checked and self._changes.is_set(attribute)

    def is_variable_bound(self, name: str, module: Module) -> bool:
        """Return whether code of another module may bind a variable of a module."""
        return self.is_checked and self._changes.is_variable_bound(name, module)

    def is_object_changed(self, attribute: str) -> bool:
        """Return whether code may change the object that an attribute of this name is."""
        return self.is_checked and self._changes.is_object_changed(attribute)

    def is_result_changed(self, function: str) -> bool:
        """Return whether code may change an object that a function of this name returns."""
        return self.is_checked and self._changes.is_result_changed(function)

    def is_class_changed(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether code may set an attribute of a class."""
        return self.is_checked and self._changes.is_class_changed(cls, attribute)

    def may_differ(self, cls: InferredClass, attribute: str) -> bool:
        """Return whether an object of a class, or of a subclass, may have another attribute than the class shows."""
        return self.is_checked and self._changes.may_differ(cls, attribute)

    def _evaluator_of(self, module: Module) -> Evaluator:
        return Evaluator(module, self, self.calls, self._lookups)

    def _of_project(self, dotted: str) -> Inferred:
        base, _, name = dotted.rpartition(".")
        if not base or dotted in self._by_name:
            return Imported(dotted)
        file = self._by_name.get(base)
        evaluator = self.evaluator(file) if file is not None else None
        if evaluator is None:
            return Imported(dotted)
        node = ast.Name(id=name, ctx=ast.Load())
        if name in evaluator.module.scope.bindings:
            evaluator.module.parents[node] = evaluator.module.tree
            found = evaluator.evaluate(node)
            return self._variable(found, name, evaluator.module)
        for star in evaluator.module.stars:
            inferred = self.resolve(f"{star}.{name}")
            if not isinstance(inferred, Imported):
                return inferred
        return Imported(dotted)

    def _variable(self, found: Inferred, name: str, module: Module) -> Inferred:
        """The value of a variable of a module, as another module sees it."""
        if not self.is_checked or not isinstance(found, Constant | ListValue | ObjectValue | Instance):
            return found
        if self._changes.is_variable_bound(name, module):
            return Instance(found.cls) if isinstance(found, Instance) else Unknown()
        if not isinstance(found, ListValue | ObjectValue):
            return found
        is_changed = self._changes.is_variable_changed(name, module, parts_of(found))
        return without_contents_of(found) if is_changed else found

    def _module(self, file: SourceFile) -> Module | None:
        if file.shown not in self._modules:
            self._modules[file.shown] = self._parse(file)
        return self._modules[file.shown]

    def _parse(self, file: SourceFile) -> Module | None:
        try:
            tree = parse_source(file)
        except Unparsable as error:
            self.faults.append((file.shown, error.line, str(error)))
            return None
        module = Module(file.shown, file.module, file.path.stem == "__init__", tree)
        bind_namespace_writes(module)
        return module
