"""What the command line gives machines, against the JSON Schemas that describe it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from schemaloom.drift.formats.json import SCHEMA as DRIFT_SCHEMA


def documented(content: Any, schema: Path) -> Any:
    """`content`, which `schema` must admit; what it refers to is the drift report's."""
    wanted, drift = (json.loads(path.read_bytes()) for path in (schema, DRIFT_SCHEMA))
    registry: Any = Registry().with_resource(drift["$id"], Resource.from_contents(drift))
    Draft202012Validator.check_schema(wanted)
    Draft202012Validator(wanted, registry=registry).validate(content)
    return content
