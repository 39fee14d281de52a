"""From the rows of a parameter table to a JSON Schema, and how sure each part of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from schemaloom.ir.validator import make_validator
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.sources.documents.tables.cell_types import TypeName, read_type
from schemaloom.sources.documents.tables.cell_values import (
    NOTHING,
    UNCLEAR,
    Allowed,
    read_allowed,
    read_default,
    read_number,
)
from schemaloom.sources.documents.tables.constraint_phrases import labelled, member_types, split_suffixes
from schemaloom.sources.documents.tables.table import Row, Table

Aspect: TypeAlias = Literal["type", "required", "default", "choices", "range", "items", "members"]
Certainty: TypeAlias = Literal["inferred", "unknown"]
Report: TypeAlias = Callable[[Row, str], None]

_LABEL_OR_NUMBER: JsonObject = {"type": ["number", "string"]}
"""Choices of which no example is known: some catalogues write them as numbers, some as strings."""
_REQUIRED = {
    "yes": True, "true": True, "required": True, "y": True, "✓": True,
    "no": False, "false": False, "optional": False, "n": False, "✗": False,
}  # fmt: skip


@dataclass(slots=True)
class Parameters:
    """A request's parameters."""

    schema: JsonObject
    order: tuple[str, ...]
    certainty: JsonObject


@dataclass(slots=True)
class _Reading:
    """The state of reading one row."""

    row: Row
    report: Report
    doubts: dict[Aspect, Certainty] = field(default_factory=dict[Aspect, Certainty])

    def warn(self, message: str) -> None:
        """Report a problem of this parameter."""
        self.report(self.row, f"{self.row.name}: {message}")


def read_parameters(table: Table, aspect_ratios: tuple[str, ...], report: Report) -> Parameters:
    """Read a table; `aspect_ratios` is the complete list printed beside it, if there is one.

    If a row had to be left out, the schema allows additional parameters.
    """
    properties: dict[str, JsonValue] = {}
    required: list[JsonValue] = []
    certainty: JsonObject = {}
    for row in table.rows:
        if row.name in properties:
            report(row, f"{row.name}: appears twice in the table; the first row is used")
            continue
        reading = _Reading(row, report)
        schema = _schema(reading, table, aspect_ratios)
        if _required(reading, table):
            required.append(row.name)
        properties[row.name] = schema
        if reading.doubts:
            certainty[row.name] = cast("JsonObject", dict(reading.doubts))
    content: JsonObject = {"type": "object", "properties": properties, "required": required}
    if not table.whole:
        content["additionalProperties"] = True
    return Parameters(content, tuple(properties), certainty)


def _required(reading: _Reading, table: Table) -> bool:
    cell = reading.row.cells.get("required", "").strip().casefold()
    if cell in _REQUIRED:
        return _REQUIRED[cell]
    if "required" in table.columns:
        reading.warn(f"the cell {cell!r} does not state whether it is required; it becomes optional")
        reading.doubts["required"] = "unknown"
    else:
        shown = table.badges and any("required" in row.cells for row in table.rows)
        reading.doubts["required"] = "inferred" if shown else "unknown"
    return False


def _schema(reading: _Reading, table: Table, aspect_ratios: tuple[str, ...]) -> JsonObject:
    cells = reading.row.cells
    description, suffix = split_suffixes(cells.get("description", ""))
    description = "" if description in NOTHING else description
    allowed = _allowed(reading, description, suffix)
    kind = _type(reading, table)
    schema = _shape(reading, kind, allowed, aspect_ratios, description)
    _put_default(reading, schema, kind)
    if schema.get("type") in ("number", "integer") and allowed is None and "allowed" not in table.columns:
        reading.doubts["range"] = "unknown"
    if description:
        schema["description"] = description
    return schema


def _type(reading: _Reading, table: Table) -> TypeName:
    cell = reading.row.cells.get("type", "")
    cell = "" if cell in NOTHING else cell
    kind = read_type(cell) if cell else None
    if kind is not None:
        return kind
    if cell:
        reading.warn(f"unknown type {cell!r}; any value is accepted")
    elif "type" in table.columns:
        reading.warn("no type is stated; any value is accepted")
    reading.doubts["type"] = "unknown"
    return TypeName(({},))


def _allowed(reading: _Reading, description: str, suffix: Allowed | None) -> Allowed | None:
    """The allowed values: from the column, else the suffix of the description, else its set phrases."""
    column = read_allowed(reading.row.cells.get("allowed", ""))
    prose = suffix or labelled(description)
    if column is None:
        return prose
    if prose is not None and prose.is_range and column.is_range and _ends(prose) != _ends(column):
        reading.warn(f"the table allows {_ends(column)} and the description {_ends(prose)}; the table is used")
    return column


def _ends(allowed: Allowed) -> str:
    return f"{allowed.minimum} to {allowed.maximum}"


def _shape(
    reading: _Reading, kind: TypeName, allowed: Allowed | None, aspect_ratios: tuple[str, ...], description: str
) -> JsonObject:
    if kind.is_enum:
        return _choices(reading, allowed, aspect_ratios)
    branches = [_branch(reading, dict(branch), allowed, description) for branch in kind.branches]
    _check_use(reading, kind, allowed)
    for branch in branches:
        if branch.get("type") == "array" and "items" not in branch:
            reading.doubts["items"] = "unknown"
        if branch.get("type") == "object" and "properties" not in branch:
            reading.doubts["members"] = "unknown"
    if len(branches) == 1:
        return branches[0]
    return {"anyOf": cast("list[JsonValue]", branches)}


def _branch(reading: _Reading, branch: JsonObject, allowed: Allowed | None, description: str) -> JsonObject:
    """One alternative of a type, with the rules that are about values of its type."""
    if allowed is None:
        return branch
    type_ = branch.get("type")
    if type_ in ("number", "integer"):
        return _bounded(branch, allowed)
    if type_ == "string" and allowed.choices:
        if not allowed.truncated:
            return {**branch, "enum": list(allowed.choices)}
        reading.doubts["choices"] = "unknown"
        return _open_set(list(allowed.choices))
    if type_ == "object" and allowed.members:
        types = member_types(description)
        members: JsonObject = {name: {"type": types[name]} if name in types else {} for name in allowed.members}
        if not types.keys() >= members.keys():
            reading.doubts["members"] = "unknown"
        return {**branch, "properties": members}
    return branch


def _bounded(branch: JsonObject, allowed: Allowed) -> JsonObject:
    ends: dict[str, JsonValue] = {"minimum": allowed.minimum, "maximum": allowed.maximum}
    bounded = {**branch, **{key: end for key, end in ends.items() if end is not None}}
    numbers = [read_number(choice) for choice in allowed.choices]
    if numbers and None not in numbers and not allowed.truncated:
        bounded["enum"] = cast("list[JsonValue]", numbers)
    return bounded


def _check_use(reading: _Reading, kind: TypeName, allowed: Allowed | None) -> None:
    """Report allowed values that fit none of the parameter's types."""
    if allowed is None:
        return
    types = [branch.get("type") for branch in kind.branches]
    numeric = "number" in types or "integer" in types
    listed = bool(allowed.choices)
    numbers = all(read_number(choice) is not None for choice in allowed.choices)
    used = (allowed.is_range and numeric) or (listed and ("string" in types or (numeric and numbers)))
    if types != [None] and not used and not (allowed.members and "object" in types):
        reading.warn("the allowed values do not fit the type and are not read")


def _choices(reading: _Reading, allowed: Allowed | None, aspect_ratios: tuple[str, ...]) -> JsonObject:
    """Choices: a closed set where all are printed, an open one if the list is cut off or empty."""
    shown = list[JsonValue](allowed.choices if allowed else ())
    truncated = allowed is not None and allowed.truncated
    if aspect_ratios and _about_ratios(reading.row.name):
        if not shown or truncated:
            reading.doubts["choices"] = "inferred" if not truncated else "unknown"
            shown = list[JsonValue](aspect_ratios)
    elif truncated:
        reading.doubts["choices"] = "unknown"
    if shown and not truncated:
        return {"type": "string", "enum": shown}
    if shown:
        return _open_set(shown)
    reading.doubts["choices"] = "unknown"
    default = reading.row.cells.get("default", "").strip()
    if not default or default.casefold() in NOTHING or read_number(default) is not None:
        return dict(_LABEL_OR_NUMBER)
    return _open_set([default.strip('`"')])


def _open_set(shown: list[JsonValue]) -> JsonObject:
    return {"anyOf": [{"enum": shown}, {"type": "string"}]}


def _about_ratios(name: str) -> bool:
    return name.replace("_", "").casefold() == "aspectratio"


def _put_default(reading: _Reading, schema: JsonObject, kind: TypeName) -> None:
    cell = reading.row.cells.get("default")
    if cell is None or cell.strip().casefold() in NOTHING:
        if cell is None:
            reading.doubts["default"] = "unknown"
        return
    if not cell.strip():
        # Where a dash means "no default", an empty cell can only be the empty string.
        if schema.get("type") == "string" and "enum" not in schema:
            schema["default"] = ""
        reading.doubts["default"] = "inferred" if "default" in schema else "unknown"
        return
    default = read_default(cell, [{"type": "string"}] if kind.is_enum else kind.branches)
    if cell.strip().casefold() in UNCLEAR and not (default and _is_choice(default[0], schema)):
        reading.doubts["default"] = "unknown"
        return
    if default is None or not make_validator(schema).is_valid(default[0]):
        reading.warn(f"the default {cell!r} is not an allowed value; no default is recorded")
        reading.doubts["default"] = "unknown"
        return
    schema["default"] = default[0]


def _is_choice(value: JsonValue, schema: JsonObject) -> bool:
    shown = schema.get("enum")
    parts = schema.get("anyOf")
    inner = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return (isinstance(shown, list) and value in shown) or any(_is_choice(value, part) for part in inner)
