"""The output of a job as lines, for a terminal or an agent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..files.outputs import Output
from .output_object import OutputObject

if TYPE_CHECKING:
    from .result import Result


def output_lines(result: Result[object]) -> list[str]:
    """Return the output as lines: its URLs and strings, or JSON."""
    output = result.output
    if isinstance(output, Output):
        return list(output.values)
    if isinstance(output, str):
        return [output]
    if result.files:
        return [file.url for file in result.files.values()]
    if isinstance(output, OutputObject):
        output = output.model_dump()
    return [json.dumps(output, ensure_ascii=False, default=str)]
