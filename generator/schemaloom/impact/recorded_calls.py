"""Recorded calls: a file with one JSON object a line, or a folder that ``schemaloom serve --record`` wrote.

{"model": "flux-dev", "input": {"prompt": "x"}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.impact.code.submit_urls import SubmitUrls
from schemaloom.impact.judge.verdicts import Judge
from schemaloom.impact.report import CallShape
from schemaloom.impact.values import ObjectValue, from_json, to_json
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, json_text

_MODEL_KEYS = ("model", "model_id")
_INPUT_KEYS = ("input", "parameters", "arguments")


def read_calls(content: bytes, *, where: str) -> Iterator[tuple[int, str, JsonObject]]:
    """Line, model id and parameters of every recorded call.

    Raises `UsageError` naming the line of the first record that is none.
    """
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        try:
            record = parse_json(line, where=place)
        except SnapshotError as error:
            raise UsageError(error.message, where=place, hint=_HINT) from None
        model = next((record[key] for key in _MODEL_KEYS if key in record), None) if isinstance(record, dict) else None
        sent = next((record[key] for key in _INPUT_KEYS if key in record), None) if isinstance(record, dict) else None
        if not isinstance(model, str) or not isinstance(sent, dict):
            raise UsageError("expected an object with a model and an input", where=place, hint=_HINT)
        yield number, model, sent


def read_exchanges(folder: Path, urls: SubmitUrls | None) -> Iterator[tuple[int, str, JsonObject]]:
    """Number, model id and parameters of every submission among the exchanges in a folder.

    Raises `UsageError` naming the first file that is no exchange.
    """
    for number, path in enumerate(sorted(folder.glob("*.json")), start=1):
        try:
            content = parse_json(path.read_bytes(), where=str(path))
        except SnapshotError as error:
            raise UsageError(error.message, where=str(path), hint=_HINT) from None
        match content:
            case {"request": {"method": str(method), "path": str(route_path), "body": body}}:
                route = urls.route([route_path]) if urls and method == "POST" else None
            case _:
                raise UsageError("not a recorded exchange", where=str(path), hint=_HINT)
        sent = route.parameters(from_json(body)) if route else None
        if route and sent and not sent.is_open:
            payload = to_json(sent)
            yield number, route.model, payload if isinstance(payload, dict) else {}


_HINT = 'a line is a JSON object such as {"model": "m", "input": {"prompt": "x"}}; a folder is one of serve --record'


def judge_calls(judge: Judge, calls: Iterable[tuple[int, str, JsonObject]]) -> tuple[CallShape, ...]:
    """Judge recorded calls, grouped by model, parameters, verdict and the changes concerned.

    Calls of a model that the old snapshot does not have are left out.
    """
    shapes: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], CallShape] = {}
    known: dict[str, CallShape] = {}
    for line, model, sent in calls:
        if model not in judge.old:
            continue
        text = f"{model} {json_text(sent)}"
        if text not in known:
            payload = from_json(sent)
            found = judge.judge(model, payload if isinstance(payload, ObjectValue) else ObjectValue({}))
            known[text] = CallShape(model=model, parameters=tuple(sorted(sent)), calls=0, line=line, judgement=found)
        one = known[text]
        key = (model, one.parameters, one.judgement.verdict.value, one.judgement.changes)
        shape = shapes.get(key, one)
        shapes[key] = replace(shape, calls=shape.calls + 1)
    return tuple(
        sorted(shapes.values(), key=lambda shape: (_rank(shape), -shape.calls, shape.model, shape.parameters))
    )  # fmt: skip


def _rank(shape: CallShape) -> int:
    return list(type(shape.judgement.verdict)).index(shape.judgement.verdict)
