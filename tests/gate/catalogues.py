"""Catalogues to make packages of: one of a few plain models, and one of every oddity there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.drift.repositories import PROVIDER
from tests.fragments.cases import FOLDER, NAMES

from schemaloom.pipeline.generate import generate
from schemaloom.snapshot.file_names import file_name

MODULE = "pixel_sdk"
PROMPT = {"type": "string"}
PLAIN = {
    "pen": {"type": "object", "properties": {"prompt": PROMPT, "seed": {"type": "integer"}}, "required": ["prompt"]},
    "brush": {"type": "object", "properties": {"prompt": PROMPT, "size": {"enum": ["s", "m"]}}},
    "stamp": {
        "type": "object",
        "properties": {
            "marks": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "number"}}}}
        },
    },
    "unknown": None,
}
"""Request schemas by model id; none where the provider publishes none."""


def odd_schemas() -> dict[str, Any]:
    """The schema of every fragment that a snapshot may hold."""
    known = {name: json.loads((FOLDER / name / "schema.json").read_text("utf-8")) for name in NAMES}
    return {name: schema for name, schema in known.items() if name != "too_deep"}


def package(root: Path, schemas: dict[str, Any]) -> dict[str, bytes]:
    """The files of the distribution that these schemas become, by path below its folder."""
    specs = root / "specs" / "pixel"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes(PROVIDER)
    for model, schema in schemas.items():
        content = {"id": model, "name": model} | ({"input": schema} if schema is not None else {})
        (specs / "models" / file_name(model)).write_text(json.dumps(content), "utf-8")
    return dict(generate("pixel", specs=root / "specs", out=root / "generated").files)
