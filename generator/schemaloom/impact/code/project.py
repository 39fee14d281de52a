"""`Project`: the modules of the user's code, parsed when they are needed, and the names that they share."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from schemaloom.impact.code.calls import CallReader
from schemaloom.impact.code.changed_names import ChangedNames
from schemaloom.impact.code.evaluate import Evaluator, Lookups
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.inferred import Imported, Inferred, RequestClass
from schemaloom.impact.code.namespace_writes import bind_namespace_writes
from schemaloom.impact.code.parse_source import Unparsable, parse_source
from schemaloom.impact.code.scopes import Module
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown


@dataclass(slots=True)
class Project:
    """Resolves dotted names across files; a file is parsed at most once."""

    files: list[SourceFile]
    calls: CallReader
    faults: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    """Path, line and reason of every file that cannot be parsed."""
    _by_name: dict[str, SourceFile] = field(init=False)
    _evaluators: dict[str, Evaluator | None] = field(init=False, default_factory=dict[str, "Evaluator | None"])
    _changed_names: ChangedNames | None = field(init=False, default=None)
    _lookups: Lookups = field(init=False, default_factory=Lookups)
    _active: set[str] = field(init=False, default_factory=set[str])

    def __post_init__(self) -> None:
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
            self._evaluators[file.shown] = self._parse(file)
        return self._evaluators[file.shown]

    def parsed(self) -> list[Evaluator]:
        """Every module that was parsed so far, by path."""
        found = (self._evaluators[path] for path in sorted(self._evaluators))
        return [evaluator for evaluator in found if evaluator is not None]

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
        return self._changes().is_set(attribute)

    def _changes(self) -> ChangedNames:
        if self._changed_names is None:
            self._changed_names = ChangedNames(self.files)
        return self._changed_names

    def _of_project(self, dotted: str) -> Inferred:
        base, _, name = dotted.rpartition(".")
        if not base or dotted in self._by_name:
            return Imported(dotted)
        file = self._by_name.get(base)
        evaluator = self.evaluator(file) if file is not None else None
        if file is None or evaluator is None:
            return Imported(dotted)
        node = ast.Name(id=name, ctx=ast.Load())
        if name in evaluator.module.scope.bindings:
            evaluator.module.parents[node] = evaluator.module.tree
            found = evaluator.evaluate(node)
            is_variable = isinstance(found, Constant | ListValue | ObjectValue)
            return Unknown() if is_variable and self._changes().is_changed(name, file) else found
        for star in evaluator.module.stars:
            inferred = self.resolve(f"{star}.{name}")
            if not isinstance(inferred, Imported):
                return inferred
        return Imported(dotted)

    def _parse(self, file: SourceFile) -> Evaluator | None:
        try:
            tree = parse_source(file)
        except Unparsable as error:
            self.faults.append((file.shown, error.line, str(error)))
            return None
        module = Module(file.shown, file.module, file.path.stem == "__init__", tree)
        bind_namespace_writes(module)
        return Evaluator(module, self, self.calls, self._lookups)
