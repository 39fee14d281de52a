"""A renamed required parameter keeps its field name.

The former name of an optional parameter stays as a second, optional field.  Type checkers would
demand both fields of a required parameter, so it has one only.
"""

from __future__ import annotations

from dataclasses import replace

from schemaloom.drift.change import DriftReport
from schemaloom.json.pointer import pointer_of
from schemaloom.parse.model import parse_model
from schemaloom.render.names.names_json import names_from_json, names_to_json
from schemaloom.snapshot.layout import NAMES, Snapshot


def keep_field_names(snapshot: Snapshot, report: DriftReport) -> Snapshot:
    """Return `snapshot` with names in which each required parameter renamed in `report` keeps its field."""
    renamed = [change for change in report.changes if change.rule == "input.property.renamed"]
    if not renamed:
        return snapshot
    documents = snapshot.by_id()
    table = names_from_json(snapshot.names, where=NAMES)
    for change in renamed:
        old, new = change.old, change.new
        if not isinstance(old, str) or not isinstance(new, str):
            continue
        names = table.get(change.model)
        request = parse_model(documents[change.model]).request
        if names is None or request is None or change.pointer != pointer_of("properties", old):
            continue
        if any(item.name == new and item.required for item in request.properties):
            fields = {wire: name for wire, name in names.fields.get("", {}).items() if wire != old}
            fields[new] = names.field("", old)
            table[change.model] = replace(names, fields={**names.fields, "": fields})
    return replace(snapshot, names=names_to_json(table))
