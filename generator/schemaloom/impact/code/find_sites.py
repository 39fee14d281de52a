"""`find_sites`: every place in the code that sends a request, or reads a result."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from schemaloom.impact.code.calls import CALLING_FUNCTIONS, CallReader, Passed, Sent
from schemaloom.impact.code.candidate_files import Mentions, find_candidates
from schemaloom.impact.code.candidates import Candidates
from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.inferred import ResultOf
from schemaloom.impact.code.project import Project
from schemaloom.impact.code.scopes import Module
from schemaloom.impact.values import ObjectValue, is_known

Kind = Literal["class", "client", "http", "read"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CallSite:
    """One place in the code: a request that is sent, or a part of a result that is read."""

    path: str
    line: int
    column: int
    """From 1, in characters."""
    kind: Kind
    model: str
    payload: ObjectValue
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """The code's name of each parameter to the API's, where the code uses the generated class."""
    read: tuple[str, ...] = ()
    """For a read: the names and indexes that lead to the part, from the output."""
    function: int | None = None
    """Identity of the function around the place, if its arguments are part of what is sent."""
    caller_of: frozenset[int] = frozenset()
    """Identities of the functions that are called here, one by the other, and send the request."""
    node: ast.Call | None = None
    """The call that has the parameters, if it is here."""
    sender: ast.Call | None = None
    """The call in the last of these functions that sends the request."""
    is_judged: bool = True
    """False if the calls of the function around it are judged instead."""


def find_sites(files: list[SourceFile], reader: CallReader, mentions: Mentions) -> tuple[list[CallSite], Project]:
    """Every site in `files`, in order; only files that `mentions` concern, or that use these, are parsed."""
    project = Project(files, reader)
    candidates = find_candidates(project, mentions)
    checked = project.checked()
    sites: list[CallSite] = []
    for file in project.files:
        if file.shown in candidates:
            evaluator, checking = project.evaluator(file), checked.evaluator(file)
            if evaluator is not None and checking is not None:
                sites += _Search(project, evaluator, checking, file, candidates[file.shown]).sites()
    # A function's own site is one of many calls: where all are seen, each is judged by what it sends.
    called = {function for site in sites for function in site.caller_of}
    called -= _functions_handed_on(project.parsed(), called)
    found = [replace(site, is_judged=site.function not in called) for site in sites]
    return sorted(found, key=lambda site: (site.path, site.line, site.column, site.kind)), checked


def _functions_handed_on(modules: list[Module], called: set[int]) -> set[int]:
    """Those of the functions `called` that code hands on, as a callback: not all of their calls are seen."""
    nodes = [node for module in modules for node in module.scopes if id(node) in called]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    names = {
        name
        for name in {node.name for node in functions}
        for module in modules
        for use in (*module.loads.get(name, ()), *module.attribute_loads.get(name, ()))
        if _is_handed_on(module, use)
    }
    return {id(node) for node in functions if node.name in names}


def _is_handed_on(module: Module, use: ast.expr) -> bool:
    """Whether a use of a function is neither a call of it nor one that calls it with the arguments beside it."""
    match module.parents[use]:
        case ast.Call(func=func) if func is use:
            return False
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name not in CALLING_FUNCTIONS
        case _:
            return True


@dataclass(slots=True)
class _Search:
    project: Project
    evaluator: Evaluator
    checking: Evaluator
    """The same module, whose values are those that nothing elsewhere changes."""
    file: SourceFile
    candidates: Candidates
    _lines: list[str] | None = None

    def sites(self) -> Iterator[CallSite]:
        for node in self.candidates.calls():
            if any(self._sites(self.evaluator, node)):
                yield from self._sites(self.checking, node)  # asked of the whole project only for what is a site
        for part in self.candidates.reads():
            yield from self._read(part)

    def _sites(self, evaluator: Evaluator, node: ast.Call) -> Iterator[CallSite]:
        found = self.project.calls.read(evaluator, node)
        yield from (self._site(node, sent) for sent in found)
        if not found:
            for passed in self.project.calls.read_inside(evaluator, node):
                yield self._site(node, passed.sent, passed)

    def _function(self, node: ast.Call, sent: Sent) -> int | None:
        if is_known(sent.payload):
            return None
        around = self._functions(node)
        return id(around) if around is not None else None

    def _functions(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        for at in self.evaluator.module.ancestors(node):
            if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return at
        return None

    def _read(self, node: ast.Attribute | ast.Subscript) -> Iterator[CallSite]:
        parent = self.evaluator.module.parents.get(node)
        if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Subscript) and parent.value is node):
            outer = self.evaluator.evaluate(parent)
            if isinstance(outer, ResultOf) and outer.path:
                return  # a longer chain, which is a site of its own
        inferred = self.evaluator.evaluate(node)
        if isinstance(inferred, ResultOf) and inferred.path:
            line, column = self._place(node)
            yield CallSite(
                path=self.file.shown, line=line, column=column, kind="read", model=inferred.model,
                payload=ObjectValue({}), read=inferred.path,
            )  # fmt: skip

    def _site(self, node: ast.Call, sent: Sent, passed: Passed | None = None) -> CallSite:
        line, column = self._place(node)
        return CallSite(
            path=self.file.shown, line=line, column=column, kind=sent.style, model=sent.model, payload=sent.payload,
            fields=sent.fields, function=self._function(node, sent),
            caller_of=frozenset() if passed is None else passed.functions,
            node=node if passed is None else None, sender=None if passed is None else passed.node,
        )  # fmt: skip

    def _place(self, node: ast.expr) -> tuple[int, int]:
        """Line and column from 1; Python counts the bytes of a line, readers its characters."""
        if self._lines is None:
            self._lines = self.file.text.splitlines()
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        return node.lineno, len(line.encode()[: node.col_offset].decode("utf-8", "replace")) + 1
