"""A model as it is or was, as text: its price, its parameters, and since when each is there."""

from __future__ import annotations

import json
from collections.abc import Iterator

from schemaloom.drift.plain_text import plain
from schemaloom.errors import UsageError
from schemaloom.history.formats.text import SHORT, versions
from schemaloom.history.index import Commit
from schemaloom.history.read import ModelHistory
from schemaloom.history.reversals import find_reversals
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.render.documentation import cost_text
from schemaloom.render.parameter_rows import ParameterRow, parameter_rows
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import PROVIDER
from schemaloom.snapshot.model import ModelDocument

_WIDEST = 48
"""Most characters of a cell."""


def render(document: JsonObject, history: ModelHistory, at: str | None) -> str:
    """Write the model; a parameter that is required has a star."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(document, history, at))


def render_value(value: JsonValue, history: ModelHistory, pointer: str, at: str | None) -> str:
    """Write a part of the model, and what changed about it, newest first."""
    lines = [plain(line) for line in json.dumps(value, ensure_ascii=False, indent=2).split("\n")]
    reversals = find_reversals(history.entries())
    for entry, change in history.changes(pointer, until=at):
        note = reversals.note(entry, change)
        lines.append(
            f"{entry.date:%Y-%m-%d}  {entry.commit[:SHORT]}  {versions(entry)}"
            f"{change.severity.ljust(11)}{change.message}{f'; {note}' if note else ''}"
        )
    first, _ = next(history.lineage())
    lines.append(f"{first.date:%Y-%m-%d}  {first.id[:SHORT]}  {_version(first)}the history of the model begins")
    return "\n".join(lines) + "\n"


def _lines(document: JsonObject, history: ModelHistory, at: str | None) -> Iterator[str]:
    model = parse_model(ModelDocument.from_json(document, where=history.path))
    yield f"{plain(model.id)}: {plain(model.name)}"
    if versions_until := [commit for commit, _ in history.documents(at)]:
        newest = versions_until[-1]
        yield f"{newest.date:%Y-%m-%d}  {newest.id[:SHORT]}  {_version(newest)}{plain(newest.subject)}"
    price = cost_text(model.cost, _currency(history)) if model.cost else "price not published"
    yield f"{plain(model.modality or 'no modality')}, {plain(price)}"
    rows = parameter_rows(model)
    if model.request is None:
        yield "The provider publishes no parameters."
    if rows:
        since = history.parameters(at)
        yield ""
        yield from _aligned([_HEADINGS, *(_cells(row, since.get(row.name)) for row in rows)])


_HEADINGS = ("parameter", "type", "default", "since", "values")


def _cells(row: ParameterRow, since: Commit | None) -> tuple[str, ...]:
    values = [*row.limits, *(["one of" if not row.is_open else "such as"] if row.choices else []), *row.choices]
    return (
        plain(row.name, _WIDEST) + (" *" if row.required else ""),
        row.type,
        plain(row.default or "", _WIDEST),
        f"{since.date:%Y-%m-%d} {plain(since.version)}" if since else "not committed",
        plain(" ".join(values), 2 * _WIDEST),
    )


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def _version(commit: Commit) -> str:
    return f"{plain(commit.version)}  " if commit.version else ""


def _currency(history: ModelHistory) -> str:
    try:
        return load_provider(history.folder / PROVIDER).catalogue.currency
    except UsageError:
        return "credit"
