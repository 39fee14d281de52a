"""What type checkers report: nothing about the package, and exactly the mistakes in a user's code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sdk_type_checkers import basedpyright, mypy
from tests.paths import GENERATED

from schemaloom.pipeline.generate import generate

SOURCE = GENERATED / "pixeldojo-sdk" / "src"
USER_CODE = Path(__file__).parent / "typing" / "mistakes.py"
RESULT_CODE = Path(__file__).parent / "typing" / "result_mistakes.py"
SPECS = Path(__file__).parents[1] / "third_catalogue" / "specs"

URI = {"type": "string", "format": "uri"}
TRANSCRIPT = {
    "type": "object",
    "required": ["text", "mask"],
    "properties": {
        "text": {"type": "string", "description": "All of it."},
        "mask": {**URI, "description": "Where somebody speaks."},
        "preview": URI,
        "language": {"enum": ["en", "de"]},
        "class": {"type": "string"},
        "File": {"type": "integer"},
        "segments": {"type": "array", "items": {"type": "object", "properties": {"start": {"type": "number"}}}},
        "topics": {"$ref": "#/$defs/Topic"},
        "rest": {},
    },
    "$defs": {
        "Topic": {
            "type": "object",
            "properties": {
                "of": {"type": "array", "items": {"$ref": "#/$defs/Topic"}},
                "cover": {"$ref": "#/$defs/Image"},
            },
        },
        "Image": {"type": "object", "properties": {"url": {"type": "string"}, "width": {"type": "integer"}}},
    },
}  # fmt: skip
OUTPUTS = {
    "transcribe": TRANSCRIPT,
    "either": {"anyOf": [URI, {"type": "array", "items": URI}, {"type": "null"}]},
    "number": {"type": "number"},
    "story": {"type": "array", "items": {"type": "string"}, "x-mosaic-display": "joined"},
    "open": {},
    "table": {"type": "object", "additionalProperties": {"type": "array", "items": {"enum": ["a", 1, None]}}},
}
"""Output schemas by model."""


def mistakes(code: Path) -> list[tuple[str, int]]:
    lines = enumerate(code.read_text("utf-8").splitlines(), start=1)
    return [(code.name, number) for number, line in lines if "# MISTAKE" in line]


@pytest.fixture(scope="module")
def typed_results(tmp_path_factory) -> Path:
    """The source folder of a package whose models publish the schemas of their outputs."""
    folder = tmp_path_factory.mktemp("typed")
    shutil.copytree(SPECS, folder / "specs")
    models = folder / "specs" / "mosaic" / "models"
    document = json.loads((models / "north-wind~clip.json").read_text("utf-8"))
    for name, output in OUTPUTS.items():
        model = {**document, "id": f"north-wind/{name}", "name": name, "output": output}
        (models / f"north-wind~{name}.json").write_text(json.dumps(model), "utf-8")
    made = generate("mosaic", specs=folder / "specs", out=folder / "out")
    made.write()
    return made.folder / "src"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    """Where a checker may write its settings."""
    return tmp_path_factory.mktemp("scratch")


@pytest.mark.parametrize("check", [mypy, basedpyright])
def test_only_a_users_mistakes_are_found(check, scratch: Path) -> None:
    """Nor any in the package; its runtime is checked where it is written, and by the tests of the gate."""
    assert 4 == len(mistakes(USER_CODE))
    package = SOURCE / "pixeldojo_sdk"
    found = check([*package.glob("*.py"), package / "models", USER_CODE], scratch, SOURCE)
    assert mistakes(USER_CODE) == [(file.name, line) for file, line, _ in found]


@pytest.mark.parametrize("check", [mypy, basedpyright])
def test_only_mistakes_with_results_are_found(check, scratch: Path, typed_results: Path) -> None:
    assert 13 == len(mistakes(RESULT_CODE))
    found = check([typed_results / "mosaic_sdk" / "models", RESULT_CODE], scratch, typed_results)
    assert mistakes(RESULT_CODE) == sorted(dict.fromkeys((file.name, line) for file, line, _ in found))
