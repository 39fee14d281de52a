"""The law over random raw schemas with every keyword: a class accepts and sends what jsonschema accepts.

Three differences are by design: a request closes objects that list properties, ``None`` for an
optional parameter that is not nullable means "not set", and steps with decimals are decimals, which
jsonschema divides as binary numbers.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import ValidationError
from tests.drift.raw_schemas import NAMES, request, value
from tests.generated_package import generated
from tests.paths import SPECS

MODELS = 150
PAYLOADS = 10


def payload(rng: Random) -> dict[str, Any]:
    return {name: value(rng) for name in rng.sample(NAMES, rng.randrange(4))}


def outcome(cls: Any, to_wire: Any, given: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
    """What a class sends, None if it refuses; and whether it refuses a name that the request closes out."""
    try:
        return to_wire(cls.model_validate(given)), False
    except ValidationError as error:
        messages = [found["msg"] for found in error.errors()]
        return None, any("Extra inputs" in message or "unknown property" in message for message in messages)


def test_a_class_accepts_and_sends_what_its_raw_schema_accepts(tmp_path: Path) -> None:
    rng = Random(1)
    schemas = [
        schema for schema in (request(rng) for _ in range(MODELS)) if '"multipleOf": 0.' not in json.dumps(schema)
    ]
    folder = tmp_path / "specs" / "pixeldojo"
    (folder / "models").mkdir(parents=True)
    (folder / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    for number, schema in enumerate(schemas):
        document = {"id": f"m{number}", "name": "m", "provenance": "documented", "input": schema}
        (folder / "models" / f"m{number}.json").write_text(json.dumps(document), "utf-8")

    with generated("pixeldojo", specs=folder.parent, out=tmp_path / "generated") as (package, made):
        noted = {problem.model for problem in made.problems}
        to_wire = import_module(f"{package.__name__}._runtime.models.request").to_wire
        for number, schema in enumerate(schemas):
            cls = package.catalogue[f"m{number}"].load()
            raw: Any = Draft202012Validator(schema)
            published: Any = Draft202012Validator(cls.model_json_schema())
            for _ in range(PAYLOADS):
                given = payload(rng)
                valid = raw.is_valid(given)
                assert "readOnly" in json.dumps(schema) or published.is_valid(given) == valid, (schema, given)
                sent, names_refused = outcome(cls, to_wire, given)
                if sent is None:
                    assert names_refused or not valid, (schema, given)
                else:
                    assert valid or f"m{number}" in noted or None in given.values(), (schema, given)
                    assert sent == given or not valid, (schema, given, sent)
