"""Packages to prove: of a few plain models, of every oddity there is, and the smallest of that shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fragments.cases import FOLDER, NAMES
from tests.sync.catalogue import PROVIDER, write_provider

from schemaloom.pipeline.generate import generate
from schemaloom.snapshot.file_names import file_name

MODULE = "paintbox_sdk"
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
_FILES = {
    f"src/{MODULE}/__init__.py": """\
from ._runtime.errors import ServerError

__all__ = [
    "ServerError",
]
""",
    f"src/{MODULE}/_runtime/__init__.py": "",
    f"src/{MODULE}/_runtime/errors.py": """\
class ServerError(Exception):
    pass
""",
    f"src/{MODULE}/_runtime/models/__init__.py": "",
    f"src/{MODULE}/_runtime/models/json_types.py": "Integer = int\n",
    f"src/{MODULE}/models/__init__.py": "",
    f"src/{MODULE}/models/brush.py": """\
class Brush:
    def __init__(self, size: str = "s") -> None:
        self.size = size
""",
    f"src/{MODULE}/models/pen.py": """\
from dataclasses import dataclass

from .._runtime.models.json_types import Integer


@dataclass
class Pen:
    prompt: str
    seed: Integer = 0
""",
    f"src/{MODULE}/models/stamp.py": """\
class StampMarks(dict[str, float]):
    pass


class Stamp:
    def __init__(self, marks: list[StampMarks]) -> None:
        self.marks = marks
""",
    f"src/{MODULE}/models/unknown.py": "UNKNOWN = ()\n",
    "examples/example_brush.py": f"from {MODULE}.models import brush\n\nREQUESTS = (brush.Brush(size='m'),)\n",
    "examples/example_pen.py": f"from {MODULE}.models import pen\n\nREQUESTS = (pen.Pen(prompt='a', seed=1),)\n",
}
SMALLEST = {path: content.encode() for path, content in _FILES.items()}
"""Files of a distribution with the folders of a generated one, and so little in them that each check is quick."""


def odd_schemas() -> dict[str, Any]:
    """The schema of every fragment that a snapshot may hold."""
    known = {name: json.loads((FOLDER / name / "schema.json").read_text("utf-8")) for name in NAMES}
    return {name: schema for name, schema in known.items() if name != "too_deep"}


def package(root: Path, schemas: dict[str, Any]) -> dict[str, bytes]:
    """The files of the distribution that these schemas become, by path below its folder."""
    write_provider(root)
    models = root / "specs" / PROVIDER / "models"
    models.mkdir()
    for model, schema in schemas.items():
        content = {"id": model, "name": model} | ({"input": schema} if schema is not None else {})
        (models / file_name(model)).write_text(json.dumps(content), "utf-8")
    return dict(generate(PROVIDER, specs=root / "specs", out=root / "generated").files)
