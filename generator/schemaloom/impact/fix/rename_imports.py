"""Renaming the classes and modules of a generated package where code imports and uses them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.things import Imported, RequestClass
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
    own: dict[str, str] = {}
    changed = False
    for node in ast.walk(evaluator.module.tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            changed |= _rename_from(node, source, renamed, own)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in renamed:
                    start = source.start(alias)
                    source.replace(start, start + len(alias.name), renamed[alias.name])
                    changed = True
    for node in ast.walk(evaluator.module.tree):
        if isinstance(node, ast.Name) and node.id in own:
            source.replace(source.start(node), source.end(node), own[node.id])
        elif isinstance(node, ast.Attribute):
            changed |= _rename_attribute(evaluator, node, source, names, renamed)
    return changed


def _rename_from(node: ast.ImportFrom, source: SourceEdits, renamed: Mapping[str, str], own: dict[str, str]) -> bool:
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
        name = target.rpartition(".")[2] if target else alias.name
        if name != alias.name:
            begin = source.start(alias)
            source.replace(begin, begin + len(alias.name.encode()), name)
            if alias.asname is None:
                own[alias.name] = name
    return True


def _rename_attribute(
    evaluator: Evaluator, node: ast.Attribute, source: SourceEdits, names: PackageNames, renamed: Mapping[str, str]
) -> bool:
    thing = evaluator.evaluate(node)
    match thing:
        case Imported(dotted):
            target = renamed.get(dotted)
        case RequestClass(name):
            target = renamed.get(_dotted(names, name))
        case _:
            target = None
    last = "" if target is None else target.rpartition(".")[2]
    if not last or last == node.attr:
        return False
    end = source.end(node)
    source.replace(end - len(node.attr.encode()), end, last)
    return True


def _dotted(names: PackageNames, name: ClassName) -> str:
    return next((dotted for dotted, found in names.classes.items() if found == name), "")
