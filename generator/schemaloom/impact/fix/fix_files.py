"""`fix_files`: rewrite the calls that a drift breaks, as far as it is certain how."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from schemaloom.impact.code.client_libraries import client_functions
from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.find_sites import CallSite
from schemaloom.impact.code.imports import may_import
from schemaloom.impact.code.parse_source import parse_source
from schemaloom.impact.code.project import Project
from schemaloom.impact.fix.plan_call import CallFix, is_copy, parameters_of
from schemaloom.impact.fix.rename_imports import rename_imports, renamed_names
from schemaloom.impact.fix.source_edits import SourceEdits
from schemaloom.impact.judge.verdicts import Judge
from schemaloom.impact.package_names import ClassName, PackageNames
from schemaloom.impact.values import ObjectValue


@dataclass(frozen=True, slots=True)
class FixedSite:
    """The outcome of one site."""

    done: str
    """What was rewritten; empty if nothing was."""
    is_fixed: bool
    """Whether the new side accepts what the call sends now."""
    fix: CallFix | None = None
    """The edits, where other calls send their parameters through this one."""


@dataclass(frozen=True, slots=True)
class Fixer:
    """Rewrites calls for the new side."""

    judge: Judge
    project: Project
    new_names: PackageNames | None
    value_renames: Mapping[tuple[str, str], Mapping[str, str]]

    def fix_file(self, file: SourceFile, sites: list[CallSite]) -> tuple[bytes, dict[CallSite, FixedSite]]:
        """The rewritten content of a file, and the outcome of each of its sites."""
        evaluator = self.project.evaluator(file)
        encoded = _as_utf8(file)
        if evaluator is None or encoded is None:
            return file.content, {}
        others = (other for other in self.project.files if other is not file)
        evaluator.module.is_imported = any(may_import(other, evaluator.module.name) for other in others)
        source = SourceEdits(encoded)
        count = Counter(site.node for site in sites)
        # A call that may be for one of several models has no text that is right for all.
        own = [site for site in sites if site.node is not None and count[site.node] == 1]
        try:
            moved = self._rename_classes(evaluator, source)
            found = {site: self._fix_site(evaluator, source, site, moved=moved) for site in own}
            content = source.result().decode().encode(_codec(file))
            parse_source(replace(file, content=content))
        except ValueError:  # misplaced, without bytes in this encoding, or not Python any more
            return file.content, {}
        return content, found

    def _rename_classes(self, evaluator: Evaluator, source: SourceEdits) -> bool:
        names = self.project.calls.names
        if names is None or self.new_names is None:
            return False
        models = {old: new for old, new in self.judge.renames.items() if "#" not in old}
        return rename_imports(evaluator, source, names, renamed_names(names, self.new_names, models))

    def _fix_site(self, evaluator: Evaluator, source: SourceEdits, site: CallSite, *, moved: bool) -> FixedSite:
        pair = self.judge.pair(site.model)
        if pair.new is None or site.node is None:
            return FixedSite("", is_fixed=False)
        present = pair.new.id
        by_class = site.kind == "class"
        entries, holder = parameters_of(evaluator, site.node, site.kind)
        payload = site.payload
        if by_class and is_copy(site.node):  # what the copied object sends is rewritten where it is made
            own = {site.fields.get(entry.name, entry.name) for entry in entries}
            payload = ObjectValue({key: payload.members[key] for key in own & payload.members.keys()}, is_open=True)
        fix = CallFix(
            evaluator,
            source,
            pair,
            {name: values for (model, name), values in self.value_renames.items() if model == present},
            lambda api: self._class_field(present, api) if by_class else api,
            payload,
        )
        fix.rewrite(entries, site.fields, holder)
        is_named = present == site.model or (by_class and moved)
        if present != site.model and site.kind == "client":
            is_named = any(fix.rename_model(node, site.model, present) for node in _ids(site.node))
        if present != site.model and by_class and moved:
            fix.done.append(f"renamed model {site.model} to {present}")
        done = "; ".join(dict.fromkeys(fix.done))
        return FixedSite(done, is_fixed=is_named and fix.is_valid(), fix=fix if is_named else None)

    def _class_field(self, model: str, api: str) -> str:
        names = self.new_names
        return api if names is None or model not in names.models else names.field_name(ClassName(model), api)


def fix_of_caller(site: CallSite, sender: FixedSite) -> FixedSite:
    """The outcome of a site whose parameters another call sends, which was rewritten."""
    is_fixed = sender.fix is not None and sender.fix.is_valid(sender.fix.edited(site.payload))
    return FixedSite(f"{sender.done}, in the function that sends it", is_fixed=is_fixed)


def _ids(node: ast.Call) -> list[ast.expr]:
    names = {name for function in client_functions() for name in function.model}
    return [word.value for word in node.keywords if word.arg in names] + node.args[:1]


def _as_utf8(file: SourceFile) -> bytes | None:
    """Return the content in UTF-8, as positions in it are counted; None if its own bytes could not be written again."""
    try:
        text = file.content.decode(_codec(file))
    except UnicodeDecodeError:
        return None
    return text.encode() if text.encode(_codec(file)) == file.content else None


def _codec(file: SourceFile) -> str:
    return file.encoding.removesuffix("-sig")  # the mark in front stays part of the text
