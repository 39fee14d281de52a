"""Each folder here is one oddity: a request schema, and the module it must become.

`expected.py` begins with the problems that reading the schema reports, as comments.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.loading import planned, source_of

from schemaloom.files.format_python import format_python

FOLDER = Path(__file__).parent
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/schema.json"))


@cache
def rendered() -> dict[str, str]:
    """The text of every module, by the name of its folder; one run of the formatter for all."""
    sources: dict[str, bytes] = {}
    for name in NAMES:
        model, plan = planned(json.loads((FOLDER / name / "schema.json").read_text("utf-8")))
        problems = [f"# {problem}" for problem in (*model.problems, *plan.problems)]
        plan = replace(plan, model=replace(model, digest=""))  # it adds nothing to the schema
        text = source_of(plan).removeprefix("# test\n")
        sources[f"{name}.py"] = "\n".join([*problems, text]).encode()
    return {path.removesuffix(".py"): text.decode() for path, text in format_python(sources).items()}
