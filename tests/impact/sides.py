"""Two sides of a small catalogue on disk, code beside them, and the report about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from schemaloom.drift.renames.confirmed import RENAMES
from schemaloom.impact.report import ImpactReport
from schemaloom.pipeline.impact import impact
from schemaloom.render.names.names_json import names_to_json
from schemaloom.render.names.table import name_models
from schemaloom.snapshot.layout import Snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument
from tests.parsing import parse_catalogue

Json = dict[str, Any]
PROVIDER = """
name = "sample"
title = "Sample"
homepage = "https://sample.example"
package = { distribution = "sample-sdk", module = "sample_sdk", client = "Sample", env_prefix = "SAMPLE" }
submit = { url = "/models/{id}/run" }
webhook = { field = "/webhook_url" }
[api]
base_url = "https://sample.example/api/v1"
auth = { header = "Authorization" }
[catalogue]
kind = "api"
[job]
url = "/jobs/{job_id}"
fields = { id = ["/id"], status = ["/status"] }
statuses = { done = "succeeded" }
output = { image = ["/output"] }
[errors]
code = ["/code"]
message = ["/message"]
table = {}
"""


def model(identifier: str, schema: Json | None, **facts: Any) -> ModelDocument:
    """A model of the catalogue."""
    order = tuple(schema.get("properties", {})) if schema else ()
    return ModelDocument(id=identifier, name=identifier, input=schema, parameter_order=order, **facts)


def write_side(folder: Path, *models: ModelDocument, renames: str = "", provider: str = PROVIDER) -> Path:
    """Write a provider's folder, with the names that a package of it has."""
    snapshot = Snapshot(models=tuple(sorted(models, key=lambda item: item.id)))
    names = names_to_json(name_models(parse_catalogue(snapshot, "sample"), {}))
    folder.mkdir(parents=True, exist_ok=True)
    files = snapshot_files(Snapshot(models=snapshot.models, names=names))
    for path, content in {**files, "provider.toml": provider.encode(), RENAMES: renames.encode()}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def write_code(folder: Path, files: Mapping[str, str]) -> Path:
    """Write Python files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def judge_code(
    folder: Path, old: ModelDocument | None, new: ModelDocument | None, code: str | Mapping[str, str], renames: str = ""
) -> ImpactReport:
    """The report about code that calls `old`, which becomes `new`."""
    sides = [
        write_side(folder / name, *([document] if document else []), renames=given)
        for name, document, given in (("old", old, ""), ("new", new, renames))
    ]
    app = write_code(folder / "app", {"app.py": code} if isinstance(code, str) else code)
    return impact_of(sides[0], sides[1], app)


def impact_of(old: Path, new: Path, app: Path) -> ImpactReport:
    """The report about the code in a folder."""
    return impact(str(old), str(new), [app], today=date(2026, 1, 1), root=app)


def verdicts(report: ImpactReport) -> list[tuple[int, str]]:
    """Line and verdict of every site."""
    return [(site.line, site.judgement.verdict.value) for site in report.sites]


def python(value: Any) -> str:
    """A JSON value as Python source."""
    return repr(json.loads(json.dumps(value)))
