"""Recorded calls: a file of JSON lines, the ledger of a client, or a folder that ``schemaloom serve --record`` wrote.

{"model": "flux-dev", "input": {"prompt": "x"}}
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
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
_SQLITE = b"SQLite format 3\0"
_ROWS = "SELECT number, model, parameters FROM submission WHERE parameters IS NOT NULL ORDER BY number"
_LEDGER_HINT = "a client that is constructed with ledger=… and ledger_parameters=True keeps them"
_INPUT_KEYS = ("input", "parameters", "arguments")


def read_recording(path: Path, urls: SubmitUrls | None) -> Iterator[tuple[int, str, JsonObject]]:
    """Number, model id and parameters of every call in a recording.

    Raises `UsageError` for a path that is no recording, and `OSError` if it cannot be read.
    """
    if path.is_dir():
        return read_exchanges(path, urls)
    content = path.read_bytes()
    return read_ledger(path) if content.startswith(_SQLITE) else read_calls(content, where=str(path))


def read_ledger(path: Path) -> Iterator[tuple[int, str, JsonObject]]:
    """Number, model id and parameters of every request whose parameters a client's ledger holds."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_ROWS).fetchall()
    except sqlite3.Error as error:
        raise UsageError(f"not a ledger with parameters: {error}", where=str(path), hint=_LEDGER_HINT) from error
    if not rows:
        raise UsageError("the ledger holds no parameters", where=str(path), hint=_LEDGER_HINT)
    for number, model, text in rows:
        sent = parse_json(str(text).encode(), where=f"{path}:{number}")
        yield int(number), str(model), sent if isinstance(sent, dict) else {}


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
