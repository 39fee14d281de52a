"""Example requests: no source of any fact, but a test of the table beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import cast

from jsonschema import Draft202012Validator

from schemaloom.json.codec import canonical_bytes
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.sources.documents.result import DocumentResult
from schemaloom.sources.documents.text.lines import Line

_BODY = re.compile(
    r"(?:(?:\s-d|--data|--data-raw|--json)\s+'|\bjson=|\b(?:data|payload|body)\s*=\s*|\bstringify\()\s*(?=\{)"
    r"|^(?:POST|PUT)\s+\S+[^\n]*\n(?:[A-Za-z-]+:[^\n]*\n)*\s*\n(?=\{)"
    r"|^#{0,6}\s*Example Request\s*\n\s*(?:```\w*\s*\n)?(?=\{)",
    re.MULTILINE,
)
_MOST_SHOWN = 3


def check_examples(lines: Sequence[Line], model: str, schema: JsonObject, findings: DocumentResult) -> None:
    """Judge the example requests among `lines`; each body that the schema refuses is a problem, once."""
    closed = schema if "additionalProperties" in schema else {**schema, "additionalProperties": False}
    validator = Draft202012Validator(closed)
    seen: set[bytes] = set()
    for line, body in example_requests(lines):
        content = canonical_bytes(body)
        if content in seen:
            continue
        seen.add(content)
        # The stubs leave the type of the instance open.
        faults = sorted(error.message for error in validator.iter_errors(body))  # pyright: ignore[reportUnknownMemberType]
        if faults:
            more = f" and {len(faults) - _MOST_SHOWN} more" if len(faults) > _MOST_SHOWN else ""
            findings.report(
                line,
                f"an example request does not follow the table: {'; '.join(faults[:_MOST_SHOWN])}{more}",
                model=model,
            )


def example_requests(lines: Sequence[Line]) -> Iterator[tuple[Line, JsonObject]]:
    """Bodies of example requests that are JSON (Python and JavaScript literals often are), with their lines."""
    text = "\n".join(line.text for line in lines)
    ends = list(accumulate(len(line.text) + 1 for line in lines))
    decoder = json.JSONDecoder()
    for match in _BODY.finditer(text):
        try:
            body, _ = cast("tuple[JsonValue, int]", decoder.raw_decode(text, match.end()))
        except (ValueError, RecursionError):
            continue
        if isinstance(body, dict):
            index = next(number for number, end in enumerate(ends) if match.end() < end)
            offset = match.end() - (ends[index - 1] if index else 0)
            line = lines[index]
            flat = line.column > 1
            yield Line("", line.number, line.column + offset if flat else 1), body
