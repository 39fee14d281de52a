"""A provider's catalogue as a series of states, and the workspace in which it is followed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price

PROVIDER = "paintbox"
PACKAGE = "paintbox-sdk"
PROVIDER_TOML = """\
name = "paintbox"
title = "Paintbox"
homepage = "https://paintbox.example/models"

[package]
distribution = "paintbox-sdk"
module = "paintbox_sdk"
client = "Paintbox"
env_prefix = "PAINTBOX"

[api]
base_url = "https://api.paintbox.example/v1"
requests_per_minute = 60000
poll_seconds = [0.05, 0.1]
auth = { header = "Authorization", prefix = "Bearer " }

[catalogue]
kind = "api"
removal_days = 0
list = { path = "/models", items = "/models", id = "/id" }
schemas = [{ path = "/models/{id}/schema", pointer = "/schema" }]
fields = { name = ["/name"], description = ["/description"], modality = ["/modality"] }
price = { amount = ["/price/amount"], unit = ["/price/unit"], by_resolution = ["/price/table"] }

[submit]
url = "/models/{id}/run"

[job]
url = "/jobs/{job_id}"
fields = { id = ["/jobId"], status = ["/status"], status_url = ["/statusUrl"] }
statuses = { pending = "queued", processing = "running", completed = "succeeded", failed = "failed" }
output = { image = ["/output/images"] }

[errors]
code = ["/error/code"]
message = ["/error/message"]
table = { unauthorized = { status = 401, code = "unauthorized" } }
"""

Models = dict[str, ModelDocument]


def model(name: str, *required: str, **properties: Any) -> ModelDocument:
    """A model of pictures that takes a prompt, and `properties`."""
    schema = {
        "type": "object",
        "required": ["prompt", *required],
        "properties": {"prompt": {"type": "string"}, **properties},
    }
    return ModelDocument(
        id=name,
        name=name.title(),
        description=f"{name.title()} paints.",
        modality="image",
        price=Price(amount=1, unit="image"),
        input=schema,
        parameter_order=tuple(schema["properties"]),
        provenance="fetched",
    )


def with_properties(document: ModelDocument, *required: str, **properties: Any) -> ModelDocument:
    """`document` with these parameters beside or in place of its own; None takes one away."""
    assert document.input is not None
    kept: Any = {**document.input["properties"], **properties}  # type: ignore[dict-item]  a schema of this file
    kept = {name: schema for name, schema in kept.items() if schema is not None}
    needed: Any = [name for name in (*document.input["required"], *required) if name in kept]  # type: ignore[union-attr]
    schema = {**document.input, "properties": kept, "required": needed}
    return replace(document, input=schema, parameter_order=tuple(kept))


def snapshot(models: Models) -> Snapshot:
    return Snapshot(models=tuple(models[key] for key in sorted(models)))


SIZES = ["small", "medium", "large"]
SERIES = [f"brush-{number:02}" for number in range(20)]
FIRST: Models = {
    document.id: document
    for document in (
        *(model(name, enhance={"type": "boolean", "default": False}) for name in SERIES),
        model("sketch", size={"enum": SIZES}, seed={"type": "integer"}),
        model("poster", ink={"type": "object", "properties": {"tone": {"type": "string"}}}),
        model("etching", "image", image={"type": "string"}),
        model("mural"),
        model("aquatint"),
    )
}
"""The catalogue when the package is first made."""


def write_provider(workspace: Path, text: str = PROVIDER_TOML, name: str = PROVIDER) -> None:
    """``specs/<provider>`` as a person begins it."""
    (workspace / "specs" / name).mkdir(parents=True)
    (workspace / "specs" / name / "provider.toml").write_text(text)
