"""Public names that a new version of a package removes although the provider breaks no payload.

Drift compares payloads.  A change that keeps every payload valid can still remove a name: an
object that may be anything now has no class any more.  That breaks callers who import the class,
so it counts as breaking for the version, and the changelog lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change, DriftReport, Severity, report_order
from schemaloom.drift.message import name
from schemaloom.drift.renames.suggested import property_renames
from schemaloom.ir.model import Catalogue, Model
from schemaloom.ir.schema import Never
from schemaloom.json.values import JsonObject
from schemaloom.parse.model import parse_model
from schemaloom.render.module_plan import ClassPlan, ModelPlan, class_names, plan_model
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import name_models
from schemaloom.render.types.annotations import Annotation
from schemaloom.snapshot.layout import NAMES, Snapshot


def with_removed_names(report: DriftReport, old: Snapshot, new: Snapshot, renames: Mapping[str, str]) -> DriftReport:
    """Return `report` with the changes of `removed_names`."""
    lost = removed_names(old, new, report, renames)
    return replace(report, changes=tuple(sorted((*report.changes, *lost), key=report_order)))


def removed_names(old: Snapshot, new: Snapshot, report: DriftReport, renames: Mapping[str, str]) -> tuple[Change, ...]:
    """Return a change for each name of the package of `old` that the package of `new` lacks.

    Models with a breaking change in `report` are left out: that change is reported already.
    """
    reported = {change.model for change in report.changes if change.severity is Severity.BREAKING}
    before, after = old.by_id(), new.by_id()
    changed = [
        model for model in after.changed_since(before) - reported if model in before and before[model] != after[model]
    ]
    sides = [
        {model: _public_types(plan) for model, plan in _plans(snapshot, sorted(changed), renames)}
        for snapshot in (old, new)
    ]
    return tuple(
        make_change("package.name-removed", markup, model=model, old=lost)
        for model, names in sides[0].items()
        for lost, markup in _missing(names, sides[1][model])
    )


PublicTypes = dict[str, dict[str, frozenset[str]]]
"""Class name to field name to the classes that the field takes; the empty name holds the result class."""


def _plans(snapshot: Snapshot, models: list[str], renames: Mapping[str, str]) -> Iterator[tuple[str, ModelPlan]]:
    documents = snapshot.by_id()
    catalogue = Catalogue(provider="", models=tuple(parse_model(documents[model]) for model in models))
    renamed = {model: property_renames(model, renames) for model in models}
    names = name_models(catalogue, names_from_json(_names_of(models, snapshot), where=NAMES), renamed=renamed)
    for model in catalogue.models:
        yield model.id, plan_model(model, names[model.id], renamed[model.id])


def _names_of(models: list[str], snapshot: Snapshot) -> JsonObject:
    """Return the content of ``names.json`` for `models`: a large catalogue's takes long to check."""
    table = snapshot.names.get("models")
    return {"models": {model: table[model] for model in models if model in table} if isinstance(table, dict) else {}}


def _public_types(plan: ModelPlan) -> PublicTypes:
    found = {part.name: _fields(part) for part in plan.parts}
    for part in plan.output.classes if plan.output else ():
        found[part.name] = {field.name: _types(field.annotation) for field in part.fields}
    request = _fields(plan.request) if plan.request else {}
    if _is_open(plan.model):
        request["extra"] = frozenset()
    return {**found, plan.names.cls: {**request, "": frozenset({plan.output_annotation.text})}}


def _types(annotation: Annotation) -> frozenset[str]:
    """The types of an attribute of an output that callers use, where drift of the schema does not show a change.

    A format alone decides whether a string is a `File`.
    """
    return annotation.classes | {part for part in ("File", "str") if re.search(rf"\b{part}\b", annotation.text)}


def _fields(plan: ClassPlan) -> dict[str, frozenset[str]]:
    return {field.name: frozenset(class_names(field.shape)) for field in plan.fields}


def _is_open(model: Model) -> bool:
    return model.request is None or not isinstance(model.request.additional, Never)


def _missing(old: PublicTypes, new: PublicTypes) -> Iterator[tuple[str, str]]:
    """Return the names that are missing, and the sentence about them."""
    gone = old.keys() - new.keys()
    for cls in sorted(gone):
        yield cls, f"Class {name(cls)} was removed from the package"
    for cls in sorted(old.keys() & new.keys()):
        for field, taken in sorted(old[cls].items()):
            if field not in new[cls]:
                yield f"{cls}.{field}", f"Field {name(f'{cls}.{field}')} was removed from the package"
                continue
            for part in sorted(taken - new[cls][field] - gone):
                owner = f"{cls}.{field}" if field else cls
                verb = "has the type" if field else "results in"
                yield f"{owner} {part}", f"{name(owner)} no longer {verb} {name(part)}"
