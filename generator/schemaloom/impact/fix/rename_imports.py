"""Renaming the classes and modules of a generated package where code imports and uses them."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Mapping

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import Imported, RequestClass
from schemaloom.impact.code.scopes import Import, Module
from schemaloom.impact.fix.source_edits import SourceEdits
from schemaloom.impact.package_names import ClassName, PackageNames

_FROM = re.compile(rb"from[ \t]+([\w.]+)")


def renamed_names(old: PackageNames, new: PackageNames, models: Mapping[str, str]) -> dict[str, str]:
    """Dotted names of modules and classes of renamed models, old to new."""
    found: dict[str, str] = {}
    for was, now in models.items():
        if was not in old.models or now not in new.models:
            continue
        before, after = old.models[was], new.models[now]
        modules = f"{old.package}.models.{before.module}", f"{new.package}.models.{after.module}"
        found[modules[0]] = modules[1]
        found[f"{modules[0]}.{before.cls}"] = f"{modules[1]}.{after.cls}"
        for path, name in before.parts.items():
            if path in after.parts:
                found[f"{modules[0]}.{name}"] = f"{modules[1]}.{after.parts[path]}"
    return found


def rename_imports(evaluator: Evaluator, source: SourceEdits, names: PackageNames, renamed: Mapping[str, str]) -> bool:
    """Rewrite the imports and uses of `renamed` in one file; whether anything changed."""
    module = evaluator.module
    own: dict[str, Import] = {}
    changed = False
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            kept = frozenset(alias.name for alias in node.names if _is_kept(module, node, alias, renamed))
            changed |= _rename_from(node, source, renamed, own, kept)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in renamed:
                    start = source.start(alias)
                    source.replace(start, start + len(alias.name), renamed[alias.name])
                    changed = True
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name):
            _rename_name(evaluator, node, source, names, renamed, own)
        elif isinstance(node, ast.Attribute):
            changed |= _rename_attribute(evaluator, node, source, names, renamed)
        elif isinstance(node, ast.arg | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef):
            _rename_quoted(node, source, {name: _last(renamed[item.dotted]) for name, item in own.items()})
    return changed


def _is_kept(module: Module, node: ast.ImportFrom, alias: ast.alias, renamed: Mapping[str, str]) -> bool:
    """Whether a name that is imported must stay, because it is exported, bound again, or the new one is taken."""
    imported = f"{node.module}.{alias.name}"
    if imported not in renamed or alias.asname is not None:
        return False
    scopes = module.scopes.values()
    bindings = [binding for scope in scopes for binding in scope.bindings.get(alias.name, ())]
    now = _last(renamed[imported])
    is_taken = now != alias.name and (now in module.loads or any(now in scope.bindings for scope in scopes))
    is_exported = module.is_imported or "__all__" in module.scope.bindings
    return is_taken or is_exported or any(one != Import(imported) for one in bindings)


def _rename_from(
    node: ast.ImportFrom, source: SourceEdits, renamed: Mapping[str, str], own: dict[str, Import], kept: Container[str]
) -> bool:
    targets = {alias.name: renamed.get(f"{node.module}.{alias.name}") for alias in node.names}
    module = renamed.get(node.module or "")
    if module is None:
        modules = {name.rpartition(".")[0] for name in targets.values() if name}
        if not modules or modules != {node.module}:
            return False
    start = source.start(node)
    match = _FROM.match(source.text(start, source.end(node)))
    if match is None:
        return False
    if module is not None:
        source.replace(start + match.start(1), start + match.end(1), module)
    for alias in node.names:
        target = targets[alias.name]
        name = _last(target) if target else alias.name
        if name != alias.name:
            keeps = alias.name in kept and alias.asname is None
            source.replace_name(source.start(alias), alias.name, f"{name} as {alias.name}" if keeps else name)
            if alias.asname is None and not keeps:
                own[alias.name] = Import(f"{node.module}.{alias.name}")
    return True


def _rename_name(
    evaluator: Evaluator, node: ast.Name, source: SourceEdits, names: PackageNames, renamed: Mapping[str, str],
    own: Mapping[str, Import],
) -> None:  # fmt: skip
    found = evaluator.module.scope_of(node).find(node.id)
    if found is not None:
        if node.id in own and own[node.id] in found[1]:
            source.replace_name(source.start(node), node.id, _last(renamed[own[node.id].dotted]))
    elif evaluator.module.stars:
        inferred = evaluator.evaluate(node)  # imported by a star, or a builtin
        target = renamed.get(_dotted(names, inferred.name)) if isinstance(inferred, RequestClass) else None
        if target is not None:
            source.replace_name(source.start(node), node.id, _last(target))


def _rename_quoted(
    node: ast.arg | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef, source: SourceEdits, own: Mapping[str, str]
) -> None:
    """Rewrite names in an annotation that is a string."""
    annotation = node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else node.annotation
    for part in ast.walk(annotation) if annotation is not None else ():
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            continue
        start, end = source.start(part), source.end(part)
        text = source.text(start, end).decode()
        for name, now in own.items():
            text = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", now, text)
        source.replace(start, end, text)


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _rename_attribute(
    evaluator: Evaluator, node: ast.Attribute, source: SourceEdits, names: PackageNames, renamed: Mapping[str, str]
) -> bool:
    inferred = evaluator.evaluate(node)
    match inferred:
        case Imported(dotted):
            target = renamed.get(dotted)
        case RequestClass(name):
            target = renamed.get(_dotted(names, name))
        case _:
            target = None
    last = "" if target is None else _last(target)
    if not last or last == node.attr:
        return False
    source.replace_name(source.end(node) - len(node.attr.encode()), node.attr, last)
    return True


def _dotted(names: PackageNames, name: ClassName) -> str:
    return next((dotted for dotted, found in names.classes.items() if found == name), "")
